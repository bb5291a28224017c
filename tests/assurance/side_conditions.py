"""One mutant of the kernel for each side condition of FORMAT.md: what kills it, and how soon.

Each mutant drops one condition (`side_conditions.toml`). The semantic fuzzer derives at random on
the mutant, until a line is false on a model of its assumptions; then all refusals are tried; where
neither notices anything, the unit tests of the file are. What survives must be explained.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from functools import partial

from tests.assurance.frame import Figures, Progress
from tests.assurance.mutating.children import NO_ANSWER, Answer, answers
from tests.assurance.mutating.conditions import (
    Dropped,
    by_fuzzer,
    by_refusal,
    by_unit_test,
    kills,
    table,
    unit_tests,
)
from tests.refusals import test_refusals as refusals

NAME = "side conditions"
LABEL = "mutants of the kernel that drop one side condition of FORMAT"
DERIVATIONS = 200
"""So many random derivations, or refutations, are tried on each mutant."""
SAMPLE = 12

Row = tuple[int | None, str | None, str | None]
"""After how many derivations the fuzzer kills, the refusal that does, the unit test that does."""


def measure(scale: str, progress: Progress) -> Figures:
    """Try everything on all mutants; of the quick scale, what is said to kill some of them."""
    every = table()
    if scale == "sample":
        chosen = [one for one in every if one.killed][:: max(1, len(every) // SAMPLE)]
        wrong = [f"{one.killed} does not kill it: {one.condition}" for one in not_killed(chosen)]
        return {
            "conditions": len(every),
            "tried": len(chosen),
            "violations": wrong,
            "summary": [[LABEL, f"{len(chosen)} of {len(every)}"]],
        }
    for name in refusals.CASES:
        refusals.load(name)
    works = [partial(_tried, one) for one in every]
    rows: list[tuple[Dropped, Row]] = []
    for one, said in zip(every, answers(works, len(os.sched_getaffinity(0))), strict=True):
        rows.append((one, (None, None, NO_ANSWER) if said == NO_ANSWER else tuple(said)))
        progress(one.file, len(rows), len(every))
    survivors = [one for one, row in rows if not any(row)]
    wrong = [f"nothing kills it: {one.condition}" for one in survivors if not one.reason]
    wrong += [f"explained, but killed: {o.condition}" for o, row in rows if o.reason and any(row)]
    killers = Counter(_killer(row) for _, row in rows)
    return {
        "derivations": DERIVATIONS,
        "killed by": dict(sorted(killers.items())),
        "conditions": [[one.condition, one.file, *row] for one, row in rows],
        "violations": wrong,
        "summary": [
            [LABEL, f"{len(rows)} of {len(every)}"],
            ["killed by the semantic fuzzer", sum(row[0] is not None for _, row in rows)],
            ["killed by a refusal", sum(row[1] is not None for _, row in rows)],
            ["killed by a unit test alone", killers["unit test"]],
            ["survivors, each explained", len(survivors)],
        ],
    }


def _tried(mutant: Dropped, answer: Answer) -> None:
    mutant.make()
    refusal = by_refusal(refusals.CASES)
    fuzzer = by_fuzzer(mutant, DERIVATIONS)
    unit = None
    if refusal is None and fuzzer is None:
        unit = by_unit_test(unit_tests(mutant))
    answer([fuzzer, refusal, unit])


def _killer(row: Row) -> str:
    names = ("the fuzzer", "a refusal", "unit test")
    return " and ".join(name for name, by in zip(names, row, strict=True) if by) or "nothing"


def not_killed(mutants: Sequence[Dropped]) -> list[Dropped]:
    """Those that what is said to kill them does not kill."""
    works = [partial(_checked, one) for one in mutants]
    return [one for one, said in zip(mutants, answers(works, 1), strict=True) if said is False]


def _checked(mutant: Dropped, answer: Answer) -> None:
    mutant.make()
    answer(kills(mutant, DERIVATIONS))
