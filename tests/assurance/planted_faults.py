"""Faults planted into the sampling half: which check finds each, and how often.

Bounds below the truth are for the verdicts of the claims, in settings where the truth is known
exactly. Wrong rules, models, attacks and seeds are for the checks of the experiment
(`empirics.self_checks`), which sample the hypotheses that the experiment is trusted to ensure.
"""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from empirics.attacks import ATTACKS
from empirics.experiments import experiment_for
from empirics.experiments.krum import Krum
from empirics.models import MODELS
from empirics.plan import SamplingPlan
from empirics.sampling import sample_document
from empirics.self_checks import SelfChecks, self_checks
from empirics.statistics import Verdict
from tests.assurance.binomial import limits, lower
from tests.assurance.finite_krum import CELLS, FiniteKrum, document
from tests.assurance.frame import Figures, Progress, spread
from tests.assurance.planting import FAULTS
from theory.papers.krum.document import DOCUMENT

NAME = "planted faults"
RUNS = {"sample": 1, "full": 50}
CONTROLS = {"sample": 1, "full": 100}
CERTAIN = 0.999

TIGHTER = (Fraction(2, 100), Fraction(5, 100), Fraction(10, 100))
TRIALS = {
    "sample": {131_072: 2_048},
    "full": {2_048: 32, 8_192: 128, 32_768: 512, 131_072: 2_048},
}
"""Trials of a cell, with the size of each of the 64 groups; 2,048 and 8,192 are the plans' own."""
BOUND = "square"
"""E|Krum - g|^2 <= bound."""
SCATTERING = CELLS[1:]
"""Without the cell in which |Krum - g| is the same in all outcomes, and any slip is plain."""

PLAN = SamplingPlan(all_cells=False, chunks=2, groups=32, group_size=32, checks=2)
"""As many trials as the quick plan, in two chunks."""


def measure(scale: str, progress: Progress) -> Figures:
    """Plant each fault, and count in how many runs it is found, and by which check."""
    runs, controls = RUNS[scale], CONTROLS[scale]
    tasks: list[tuple[str, Any, int]] = [
        *(
            ("bound", (tighter, trials), number)
            for trials in TRIALS[scale]
            for tighter in TIGHTER
            for number in range(runs)
        ),
        *(("fault", name, number) for name in FAULTS for number in range(runs)),
        *(("fault", "", number) for number in range(controls)),
    ]
    results = spread(partial(_found, TRIALS[scale]), tasks, scale, progress)
    by_case: dict[Any, list[list[str]]] = {}
    for (_, case, _), found in zip(tasks, results, strict=True):
        by_case.setdefault(case, []).append(found)
    alarms = sum(map(bool, by_case[""]))
    faults = [_row(name, by_case[name]) for name in FAULTS]
    bounds = [
        _row(f"bound {float(case[0]):.0%} too small, {case[1]:,} trials of a cell", by_case[case])
        for case in by_case
        if isinstance(case, tuple)
    ]
    elusive = [row for row in faults if row["found"] < row["runs"]]
    missed = [
        f"{row['fault']} is found in {row['found']} of {row['runs']} runs"
        for row in elusive
        if FAULTS[row["fault"]][1]
    ]
    if lower(alarms, controls, CERTAIN) > PLAN.level:
        missed.append(f"without a fault, {alarms} of {controls} runs find one")
    return {
        "bounds": bounds,
        "faults": faults,
        "without a fault": _row("none", by_case[""]),
        "violations": missed,
        "summary": [
            ["planted faults of rules, models, attacks and seeds", len(faults)],
            [
                "of them found in every run",
                f"{len(faults) - len(elusive)} ({runs} runs, exact lower limit of each rate: "
                f"{limits(runs, runs)[0]:.0%})",
            ],
            *([row["fault"], _rate(row)] for row in (*elusive, *bounds)),
            ["no fault planted, and one found", f"{alarms} of {controls} runs"],
        ],
    }


def _row(name: str, found: list[list[str]]) -> dict[str, Any]:
    """In how many runs a fault was found, with the exact limits of the rate, and what found it."""
    count, runs = sum(map(bool, found)), len(found)
    by = Counter(check for run in found for check in run)
    return {
        "fault": name,
        "runs": runs,
        "found": count,
        "exact 95 % limits": [round(limit, 4) for limit in limits(count, runs)],
        "found by": dict(sorted(by.items())),
    }


def _rate(row: dict[str, Any]) -> str:
    low, high = row["exact 95 % limits"]
    return f"found in {row['found']} of {row['runs']} runs (exact limits {low:.0%} to {high:.0%})"


def _found(sizes: dict[int, int], task: tuple[str, Any, int]) -> list[str]:
    """The checks that one run fails."""
    kind, case, number = task
    if kind == "bound":
        tighter, trials = case
        return tightened(tighter, sizes[trials], number)
    return with_fault(case, number)


def tightened(tighter: Fraction, group_size: int, number: int) -> list[str]:
    """The claim whose bound was tightened, if it is CONTRADICTED among all the true ones."""
    plan = replace(SamplingPlan.quick(), group_size=group_size, entropy=number)
    sample = sample_document(
        document({BOUND: tighter}), plan, cells=SCATTERING, experiment=FiniteKrum()
    )
    return [
        claim.claim
        for claim in sample.claims
        if claim.claim == BOUND and claim.verdict == Verdict.CONTRADICTED
    ]


def with_fault(name: str, number: int) -> list[str]:
    """The checks of the experiment that fail with a fault; without one, where it has no name."""
    with FAULTS[name][0]() if name else nullcontext():
        return checks_failed(checked(number))


def checked(number: int) -> SelfChecks:
    """The checks of the product's experiment, in a few settings, with other random numbers."""
    experiment = experiment_for(DOCUMENT)
    assert isinstance(experiment, Krum)
    cells = [
        experiment.cell(n, f, d, MODELS[model].label, ATTACKS[attack].label)
        for n, f, d, model, attack in (
            (5, 1, 2, "gaussian", "ipm"),
            (7, 2, 1, "three_point", "alie"),
            (7, 2, 10, "skewed", "sign_flip"),
        )
    ]
    return self_checks(DOCUMENT, replace(PLAN, entropy=number), cells=cells, experiment=experiment)


def checks_failed(found: SelfChecks) -> list[str]:
    """Which checks failed, by the name of the hypothesis or of the check."""
    names = [c.claim for c in found.hypotheses.claims if c.verdict == Verdict.CONTRADICTED]
    names += ["choice against the literal rule"] if found.choices else []
    names += ["chunks against each other"] if found.repeated else []
    return names + (["sight of attacks"] if found.blind else [])
