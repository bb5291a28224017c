"""Rules of other libraries: tried in a process of its own, which they may end, and told apart."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any, NamedTuple

from empirics.foreign import CannotLoad, Foreign, in_one_line, load
from empirics.seeds import one_thread_per_process

DEATH = "the rule ended it, or crashed, or memory ran out"
"""Why a process may have died."""
PATIENCE = 120
"""Seconds for a library to be imported and for one answer."""


class Looked(NamedTuple):
    """What came of trying a rule."""

    problem: str
    """Why it cannot be used; empty if it can."""
    code: str
    """Tells it from what had the same name before: see `_code`."""


def tried(rule: Foreign) -> Looked:
    """Try a rule in a process of its own, in this folder."""
    spawn = multiprocessing.get_context("spawn")
    before = set(multiprocessing.active_children())
    with (
        one_thread_per_process(),
        ProcessPoolExecutor(1, mp_context=spawn, initializer=enter_worker) as pool,
    ):
        try:
            return pool.submit(look_at, rule.spec, rule.m).result(PATIENCE)
        except TimeoutError:
            return Looked(f"{rule.spec} took over {PATIENCE} s when it was tried", "")
        except BrokenExecutor:
            return Looked(f"{rule.spec} ends its process when it is tried: {DEATH}", "")
        finally:
            for process in set(multiprocessing.active_children()) - before:
                process.kill()  # it may never end, where Ctrl-C was pressed for that reason


def look_at(spec: str, m: int | None) -> Looked:
    """Try a rule in this process."""
    try:
        return Looked("", _code(load(spec, m).named))
    except CannotLoad as error:
        return Looked(str(error), "")
    except BaseException as error:  # noqa: BLE001  (SystemExit would end a worker)
        return Looked(f"{spec} fails when it is tried: {in_one_line(error)}", "")


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


def enter_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it: the parent may be killed without notice.

    What a rule prints goes to standard error: standard output may be the export.
    """
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
