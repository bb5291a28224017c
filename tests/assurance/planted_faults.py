"""Faults planted into the sampling half: which check finds each, how often, with how many trials.

Bounds below the truth are for the verdicts of the claims, in settings where the truth is known
exactly. Wrong rules, models, attacks and seeds are for the checks of the experiment
(`empirics.self_checks`), which sample the hypotheses that the experiment is trusted to ensure.

A small fault needs many trials: the error of a mean falls with their root, so that half the fault
needs four times as many. So faults are planted with the trials of the usual plans, which miss the
small ones, and with so many that nearly every run must find them.
"""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from empirics.attacks import ATTACKS
from empirics.experiments import experiment_for
from empirics.experiments.krum import Krum
from empirics.models import MODELS
from empirics.plan import SamplingPlan
from empirics.sampling import sample_document
from empirics.self_checks import SelfChecks, self_checks
from empirics.statistics import Verdict
from tests.assurance.binomial import limits, lower, upper
from tests.assurance.finite_krum import CELLS, FiniteKrum, document
from tests.assurance.frame import Figures, Progress, spread
from tests.assurance.planting import FAULTS
from theory.papers.krum.document import DOCUMENT

NAME = "planted faults"
RUNS = {"sample": 1, "full": 50}
BOUND_RUNS = {"sample": 1, "full": 200}
CONTROLS = {"sample": 1, "full": 100}
CERTAIN = 0.999
"""Of a violation, on either side: the exact limit of the rate at this confidence."""
NEARLY_ALL = 0.95
"""The rate with which a fault is to be found, where its trials are said to be enough."""

USUAL = (2_048, 8_192)
"""Trials of a cell in the quick plan, and in the standard and the thorough one."""
BOUNDS: dict[Fraction, tuple[int, ...]] = {
    Fraction(10, 100): (*USUAL, 32_768),
    Fraction(5, 100): (*USUAL, 32_768, 131_072),
    Fraction(2, 100): (*USUAL, 32_768, 131_072, 524_288),
}
"""By how much a bound is tightened, and with how many trials; the last are to be enough."""
BOUND = "square"
"""E|Krum - g|^2 <= bound."""
SCATTERING = CELLS[1:]
"""Without the cell in which |Krum - g| is the same in all outcomes, and any slip is plain."""

PLAN = SamplingPlan(all_cells=False, chunks=2, groups=32, group_size=32, checks=2)
"""As many trials as the quick plan, in two chunks."""
MORE = 32_768
"""Trials of a cell for the faults that the quick plan need not find."""

QUICK = PLAN.draws().chunk_size * PLAN.chunks
NONE = "none"


@dataclass(frozen=True)
class Case:
    """A fault by its name, or a bound by how much it is tightened, with the trials of a cell."""

    fault: str | Fraction
    trials: int

    @property
    def label(self) -> str:
        """What is planted, and with how many trials it is looked for."""
        by = self.fault
        said = f"bound {float(by):.0%} too small" if isinstance(by, Fraction) else by
        return f"{said}, {self.trials:,} trials of a cell"

    @property
    def least(self) -> float:
        """The rate with which it is to be found; 0 where nothing is said."""
        if isinstance(self.fault, Fraction):
            return NEARLY_ALL if self.trials == BOUNDS[self.fault][-1] else 0
        if FAULTS[self.fault][1]:
            return 1
        return NEARLY_ALL if self.trials == MORE else 0

    def run(self, number: int) -> list[str]:
        """What finds it in one run, with other random numbers."""
        if isinstance(self.fault, Fraction):
            return tightened(self.fault, self.trials, number)
        with FAULTS[self.fault][0]() if self.fault != NONE else nullcontext():
            return checks_failed(checked(number, self.trials))


def measure(scale: str, progress: Progress) -> Figures:
    """Plant each fault, and count in how many runs it is found, and by which check."""
    bounds, faults, controls = cases(scale == "full")
    runs = {
        **dict.fromkeys(bounds, BOUND_RUNS[scale]),
        **dict.fromkeys(faults, RUNS[scale]),
        **dict.fromkeys(controls, CONTROLS[scale]),
    }
    tasks = [(case, number) for case, count in runs.items() for number in range(count)]
    found: dict[Case, list[list[str]]] = {case: [] for case in runs}
    for (case, _), checks in zip(tasks, spread(_run, tasks, scale, progress), strict=True):
        found[case].append(checks)
    rows = {case: _row(case, found[case]) for case in runs}
    sure = [case for case in faults if rows[case]["found"] == runs[case] and case.trials == QUICK]
    told = [case for case in (*faults, *bounds, *controls) if case not in sure]
    return {
        "bounds": [rows[case] for case in bounds],
        "faults": [rows[case] for case in faults],
        "without a fault": [rows[case] for case in controls],
        "violations": [
            f"{case.label}: found in {rows[case]['found']} of {runs[case]} runs"
            for case in runs
            if _is_wrong(case, rows[case]["found"], runs[case])
        ],
        "summary": [
            ["planted faults of rules, models, attacks and seeds", len(FAULTS)],
            [
                f"of them found in every run, {QUICK:,} trials of a cell",
                f"{len(sure)} ({RUNS[scale]} runs, exact lower limit of each rate: "
                f"{limits(RUNS[scale], RUNS[scale])[0]:.0%})",
            ],
            *([case.label, _rate(rows[case])] for case in told),
        ],
    }


def cases(full: bool) -> tuple[list[Case], list[Case], list[Case]]:
    """Tightened bounds, faults, and runs without a fault; of the quick scale the surest alone."""
    bounds = [
        Case(tighter, trials)
        for tighter, several in BOUNDS.items()
        for trials in (several if full else several[-1:])
    ]
    faults = [Case(name, QUICK) for name in FAULTS]
    faults += [Case(name, MORE) for name, (_, plain) in FAULTS.items() if full and not plain]
    return bounds, faults, [Case(NONE, trials) for trials in ((QUICK, MORE) if full else (QUICK,))]


def _is_wrong(case: Case, found: int, runs: int) -> bool:
    """Found too seldom for what is claimed, or found where there is none."""
    if case.fault == NONE:
        return lower(found, runs, CERTAIN) > PLAN.level
    return found < runs if case.least == 1 else upper(found, runs, CERTAIN) < case.least


def _run(task: tuple[Case, int]) -> list[str]:
    case, number = task
    return case.run(number)


def _row(case: Case, found: list[list[str]]) -> dict[str, Any]:
    """In how many runs a fault was found, with the exact limits of the rate, and what found it."""
    count, runs = sum(map(bool, found)), len(found)
    by = Counter(check for run in found for check in run)
    return {
        "fault": case.label,
        "runs": runs,
        "found": count,
        "exact 95 % limits": [round(limit, 4) for limit in limits(count, runs)],
        "found by": dict(sorted(by.items())),
    }


def _rate(row: dict[str, Any]) -> str:
    low, high = row["exact 95 % limits"]
    return f"found in {row['found']} of {row['runs']} runs (exact limits {low:.0%} to {high:.0%})"


def tightened(tighter: Fraction, trials: int, number: int) -> list[str]:
    """The claim whose bound was tightened, if it is CONTRADICTED among all the true ones."""
    plan = SamplingPlan.quick()
    plan = replace(plan, group_size=trials // (plan.groups * plan.chunks), entropy=number)
    sample = sample_document(
        document({BOUND: tighter}), plan, cells=SCATTERING, experiment=FiniteKrum()
    )
    return [
        claim.claim
        for claim in sample.claims
        if claim.claim == BOUND and claim.verdict == Verdict.CONTRADICTED
    ]


def checked(number: int, trials: int = QUICK) -> SelfChecks:
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
    size = trials // (PLAN.groups * PLAN.chunks)
    plan = replace(PLAN, group_size=size, entropy=number)
    return self_checks(DOCUMENT, plan, cells=cells, experiment=experiment)


def checks_failed(found: SelfChecks) -> list[str]:
    """Which checks failed, by the name of the hypothesis or of the check."""
    names = [c.claim for c in found.hypotheses.claims if c.verdict == Verdict.CONTRADICTED]
    names += ["choice against the literal rule"] if found.choices else []
    names += ["chunks against each other"] if found.repeated else []
    return names + (["sight of attacks"] if found.blind else [])
