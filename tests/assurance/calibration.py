"""False alarms of the sampling verdicts, where every claim is true and as sharp as it can be.

Each bound is replaced by the exactly enumerated value of the other side, so that left = right in
every cell: the least favourable case in which a claim is still true. One run is the whole pipeline
with other random numbers: all cells, all claims, the check of the hypothesis about means, the level
shared by all comparisons. A run raises a false alarm if any claim of it is CONTRADICTED.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import inf
from typing import Any

from scipy.special import stdtr

from empirics.claims.results import ClaimSample, DocumentSample
from empirics.plan import SamplingPlan
from empirics.sampling import sample_document
from empirics.statistics import Verdict
from tests.assurance.binomial import lower, upper
from tests.assurance.finite_krum import CELLS, SIDES, FiniteKrum, document
from tests.assurance.frame import Figures, Progress, spread

NAME = "calibration"
LEVELS = (0.001, 0.01, 0.05)
"""The first is that of the plans; each false alarm at it is one at the others."""
RUNS = {"sample": 60, "full": 12_000}
BLOCK = 20
CERTAIN = 0.999
"""Of a violation: the exact lower limit of the rate, at this confidence, is above the level."""

PLAN = SamplingPlan.quick()
"""The plan with the fewest trials, in which Student's law has to promise most."""


def measure(scale: str, progress: Progress) -> Figures:
    """Count the runs with a false alarm, at each level."""
    runs = RUNS[scale]
    blocks = [range(start, start + BLOCK) for start in range(0, runs, BLOCK)]
    found = spread(_alarms, blocks, scale, progress)
    first = [level for block in found for level in block]
    counts = {level: sum(alarm <= level for alarm in first) for level in LEVELS}
    limits = {level: upper(count, runs) for level, count in counts.items()}
    return {
        "runs": runs,
        "cells": len(CELLS),
        "claims": len(SIDES) + 1,
        "trials of a cell": PLAN.draws().chunk_size * PLAN.chunks,
        "levels": [
            {
                "level": level,
                "false alarms": counts[level],
                "exact 95 % upper limit": round(limits[level], 6),
                "shown": limits[level] <= level,
            }
            for level in LEVELS
        ],
        "violations": [
            f"at level {level} there are {counts[level]} false alarms in {runs} runs"
            for level in LEVELS
            if lower(counts[level], runs, CERTAIN) > level
        ],
        "summary": [
            ["runs of the whole sampling pipeline on true, sharp claims", runs],
            *(
                [
                    f"false alarms at level {level:g}",
                    f"{counts[level]} (exact 95 % limit of the rate: {limits[level]:.2g})",
                ]
                for level in LEVELS
            ),
        ],
    }


def _alarms(numbers: range) -> list[float]:
    """For each run the least of the levels at which it raises a false alarm, or infinity."""
    return [first_alarm(run(number, max(LEVELS))) for number in numbers]


def run(number: int, level: float, **options: Any) -> DocumentSample:
    """The whole pipeline once."""
    plan = replace(PLAN, entropy=number, level=level)
    return sample_document(document(), plan, experiment=FiniteKrum(), **options)


def first_alarm(sample: DocumentSample) -> float:
    """The least level at which some claim is contradicted; infinity where none is at the run's."""
    return min(map(partial(_level_of, sample), sample.claims), default=inf)


def _level_of(sample: DocumentSample, claim: ClaimSample) -> float:
    """The level at which the largest departure of a claim is just at its limit.

    It is the departure's tail of Student's law times the number of comparisons, which is how the
    pipeline's limit arises, read the other way.
    """
    if claim.verdict != Verdict.CONTRADICTED:
        return inf
    if claim.average is None:
        return 0.0  # contradicted by an outcome, whatever the level
    departure = abs(claim.average.slack) / claim.average.standard_error
    groups = sample.plan.groups * sample.plan.chunks
    tails = 2 if SIDES[claim.claim][1] == "=" else 1
    return float(tails * sample.comparisons * stdtr(groups - 1, -departure))
