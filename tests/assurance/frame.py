"""Measurements of how safe the verdicts are: found by listing this folder, run one after another.

A measurement is a module of this folder with

    NAME: str                                   its key in the JSON
    measure(scale: str, progress: Progress) -> dict

scale is "sample" (seconds, for the tests) or "full" (thousands of cases). The dict is made of
JSON values, is the same on every run and machine (seeded; no times, no paths), and has two keys
that every measurement gives:

    "violations"  what must never happen and did, one sentence each; empty where all is safe
    "summary"     pairs [label, figure], as the report shows them, of the forms that
                  `reports.assurance` knows

All other keys are its own. Which commit it was measured on is added to them.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

FOLDER = Path(__file__).parent
SCALES = ("sample", "full")

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and how many there are."""
Figures = dict[str, Any]
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Measurement:
    """One module of this folder."""

    name: str
    measure: Callable[[str, Progress], Figures]

    def figures(self, scale: str, progress: Progress) -> Figures:
        """Its figures, which have what every measurement gives."""
        figures = self.measure(scale, progress)
        for key in ("violations", "summary"):
            if not isinstance(figures.get(key), list):
                raise TypeError(f"{self.name}: the figures have no list {key!r}")
        return {"scale": scale, **figures}


def measurements(folder: Path = FOLDER) -> dict[str, Measurement]:
    """The measurements by name, in the order of their names."""
    found = {}
    for path in sorted(folder.glob("[a-z]*.py")):
        if path.name.startswith("test_"):
            continue
        module = import_module(f"tests.assurance.{path.stem}")
        if hasattr(module, "NAME"):
            found[module.NAME] = Measurement(module.NAME, module.measure)
    return found


def run(
    names: Iterable[str],
    scale: str,
    progress: Callable[[str], Progress],
    before: Figures,
    commit: str,
) -> Figures:
    """The figures of the named measurements, on a commit, beside those that were there before."""
    known = measurements()
    figures = {name: before[name] for name in before if name in known}
    for name in names:
        figures[name] = {"commit": commit, **known[name].figures(scale, progress(name))}
    return dict(sorted(figures.items()))


def commit() -> str:
    """The commit that is measured, and whether the code was changed since; empty if unknown."""
    code = ["theory", "empirics", "reports", "tests", ":!reports/krum"]
    try:
        head = _git("rev-parse", "HEAD").strip()
        return head + (" and changes" if _git("status", "--porcelain", "--", *code) else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(*arguments: str) -> str:
    root = FOLDER.parent.parent
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


def spread(
    work: Callable[[Item], Result], items: Sequence[Item], scale: str, progress: Progress
) -> list[Result]:
    """The results of some work on each item, in order; a full run uses all processors.

    The results do not depend on how many there are.
    """
    results = []
    workers = len(os.sched_getaffinity(0)) if scale == "full" else 1
    with ExitStack() as stack:
        each: Iterable[Result] = map(work, items)
        if workers > 1:
            pool = stack.enter_context(get_context("fork").Pool(workers))
            each = pool.imap(work, items)
        for done, result in enumerate(each, 1):
            results.append(result)
            progress("", done, len(items))
    return results


def as_text(figures: Figures) -> str:
    """The JSON that is written."""
    return json.dumps(figures, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
