"""Rules of other libraries: tried in a process of its own, which they may end, and told apart."""

from __future__ import annotations

import hashlib
import sys
from importlib.metadata import packages_distributions, version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from empirics.child import IMPORTING, Child, Ended, Silent
from empirics.foreign import CannotLoad, Foreign, in_one_line, load


class Looked(NamedTuple):
    """What came of trying a rule."""

    problem: str
    """Why it cannot be used; empty if it can."""
    code: str
    """Tells it from what had the same name before: see `_code`."""


def tried(rule: Foreign) -> Looked:
    """Try a rule in a process of its own, in this folder."""
    with Child("empirics.sweep.others:look_at", rule.spec, rule.m) as child:
        try:
            looked: Looked = child.receive(IMPORTING)
        except (Silent, Ended) as failure:
            return Looked(f"{rule.spec}, when it is tried: {failure}", "")
    return looked


def look_at(pipe: Connection, spec: str, m: int | None) -> None:
    """The process: import a rule, give it a small input, and send what came of it."""
    try:
        looked = Looked("", _code(load(spec, m).named))
    except CannotLoad as error:
        looked = Looked(str(error), "")
    except BaseException as error:  # noqa: BLE001  (also SystemExit)
        looked = Looked(f"{spec} fails when it is tried: {in_one_line(error)}", "")
    pipe.send(looked)


def _code(named: Any) -> str:
    """The SHA-256 of the file that defines a callable, and of the versions of its package.

    What that file imports from others of its package counts by the version alone.
    """
    module = getattr(named, "__module__", None) or type(named).__module__
    package = module.partition(".")[0]
    found = hashlib.sha256()
    for name in sorted(packages_distributions().get(package, ())):
        found.update(f"{name} {version(name)}\n".encode())
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is not None:
        found.update(Path(file).read_bytes())
    return found.hexdigest()
