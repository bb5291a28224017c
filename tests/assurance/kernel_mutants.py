"""Mutants of the kernel: each is killed by a test, or explained in explained_survivors.toml.

A small change is made to one file of `theory/kernel` or `theory/robustness`, and the suite of
`mutating.killing` is run until the first test fails. A mutant that no test kills either is
equivalent (no certificate, model or message tells it from the kernel) or shows a missing test.

Mutants of functions are made in place, in a process that has imported the kernel as it is. So some
of those that are killed are made again in a process that never saw it, where the same test must
fail.
"""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from tests.assurance.frame import Figures, Progress
from tests.assurance.mutating.children import NO_ANSWER
from tests.assurance.mutating.files import FILES
from tests.assurance.mutating.killing import (
    ENDLESS,
    SUITE,
    UNCHANGED,
    killed_again,
    killers,
)
from tests.assurance.mutating.python import Mutant, mutants

NAME = "kernel mutants"
SEED = 4
SAMPLES = {"sample": 12}
"""How many are drawn; all where nothing is said."""
AGAIN = {"sample": 2, "full": 100}
EXPLAINED = Path(__file__).parent / "explained_survivors.toml"


def measure(scale: str, progress: Progress) -> Figures:
    """Kill all mutants of the kernel; of the quick scale some, and only by the refusals."""
    full = scale == "full"
    workers = len(os.sched_getaffinity(0)) if full else 1
    known = all_mutants()
    reasons = explained()
    chosen = sorted(known, key=lambda one: _lot(one[1]))[: SAMPLES.get(scale)]
    suite = SUITE if full else SUITE[:1]
    found: dict[str, str | None] = {}
    wrong = []
    for one, killer in killers(chosen, suite, workers):
        if one != UNCHANGED:
            found[one] = killer
            progress(one.partition(":")[0], len(found), len(chosen))
        elif killer is not None:
            wrong.append(f"the kernel itself does not pass: {killer}")
    outcome = {mutant.id: _outcome(mutant, found, reasons) for _, mutant in chosen}
    if full:
        wrong += [f"no test kills {one}" for one, what in outcome.items() if what == LEFT]
    wrong += [
        f"explained, but killed by {found[one]}: {one}"
        for one in outcome
        if one in reasons and found[one] is not None
    ]
    ids = {mutant.id for _, mutant in known}
    wrong += [f"explained, but no mutant any more: {one}" for one in sorted(reasons.keys() - ids)]
    again = _again(chosen, found)[: AGAIN[scale]]
    wrong += [
        f"where all is imported anew, {killer} fails instead of {found[one]}: {one}"
        for one, killer in killed_again(again, workers)
        if killer not in (found[one], _file_of(found[one]))
    ]
    files = {mutant.id: file for file, mutant in chosen}
    counts = Counter(outcome.values())
    return {
        "possible": len(known),
        "possible by file": _by_file(file for file, _ in known),
        "tried": len(chosen),
        "outcome": dict(sorted(counts.items())),
        "killed by": _by_file(_file_of(test) for test in found.values() if test),
        "killed again where all is imported anew": len(again),
        "explained survivors by file": _by_file(
            files[one] for one, what in outcome.items() if what == SURVIVES
        ),
        "violations": wrong,
        "summary": [
            ["mutants of the kernel", f"{len(chosen):,} of {len(known):,}"],
            ["killed by a test", sum(counts[what] for what in (KILLED, STOPPED))],
            ["survivors, each explained", counts[SURVIVES]],
        ],
    }


KILLED, STOPPED = "killed", "killed: a test does not end, or has no memory left"
SURVIVES, LEFT = "explained", "left to the other tests"


def _outcome(mutant: Mutant, found: dict[str, str | None], reasons: dict[str, str]) -> str:
    test = found[mutant.id]
    if test is not None:
        return STOPPED if test.endswith(ENDLESS) or test == NO_ANSWER else KILLED
    return SURVIVES if mutant.id in reasons else LEFT


def _again(
    chosen: list[tuple[str, Mutant]], found: dict[str, str | None]
) -> list[tuple[str, Mutant, str]]:
    """Mutants that were made in place and killed by a test that ended."""
    return [
        (file, mutant, test)
        for file, mutant in chosen
        if mutant.where.function is not None and _outcome(mutant, found, {}) == KILLED
        for test in [found[mutant.id]]
        if test is not None
    ]


def _file_of(test: str | None) -> str:
    """The file of a test, which fails as a whole where it cannot be imported."""
    return (test or "").partition("::")[0]


def _by_file(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _lot(mutant: Mutant) -> str:
    """A mutant's place in the order of the draw, which no other mutant changes."""
    return sha256(f"{SEED} {mutant.id}".encode()).hexdigest()


def all_mutants() -> list[tuple[str, Mutant]]:
    """Every mutant of every file of the kernel, with the name of its file."""
    return [
        (file, mutant)
        for file, path in FILES.items()
        for mutant in mutants(path.read_text(encoding="utf-8"), file)
    ]


def explained() -> dict[str, str]:
    """Why a mutant that no test kills is no fault, by the mutant."""
    data = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))
    return {f"{one['place']}: {one['mutant']}": one["reason"] for one in data["survivor"]}
