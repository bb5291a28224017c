"""What a sample says about a document, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from empirics.claims.averages import Average
from empirics.claims.places import Place
from empirics.experiments.base import Cell
from empirics.plan import SamplingPlan

NOT_SAMPLED = "NOT SAMPLED"


@dataclass(frozen=True)
class Outcomes:
    """What was seen of a claim about every outcome."""

    instances: int
    """Trials and values of the free indices for which something was claimed."""
    suspects: int
    """Violated in floating-point numbers, by more than rounding explains."""
    rounding: int
    """Violated by so little that it may be rounding."""
    overflowed: int
    """Not compared: a side is not a finite number."""
    checked: int
    """Of the worst violations, those that were evaluated exactly."""
    confirmed: int
    """Of these, violated in exact arithmetic at a trial that meets all hypotheses."""
    example: Place | None
    """Where the worst confirmed violation is, else the worst suspect."""


@dataclass(frozen=True)
class Ratio:
    """The largest ratio left/right (claimed smaller over claimed larger side) over all cells."""

    value: float
    standard_error: float
    """0 for a ratio at one outcome."""
    place: Place


@dataclass(frozen=True)
class ClaimSample:
    """What the sample says about one reading of a claim."""

    claim: str
    verdict: str
    """CONTRADICTED, NOT CONTRADICTED or NOT SAMPLED."""
    reason: str
    """Why it is not sampled, or what limits what was seen."""
    cells: int
    outcomes: Outcomes | None = None
    average: Average | None = None
    ratio: Ratio | None = None


@dataclass(frozen=True)
class DocumentSample:
    """The sample of a whole document; `to_json` is the same for any number of processes."""

    document: str
    experiment: str
    plan: SamplingPlan
    cells: tuple[Cell, ...]
    trials: int
    rejected: Mapping[str, int]
    """Trials that were drawn and left out, by the first hypothesis that they do not meet."""
    left_out: Mapping[str, int]
    """Cells that were left out, by the hypothesis about means that they do not meet."""
    comparisons: int
    """Of means, in all claims and cells: what the level is divided by."""
    claims: tuple[ClaimSample, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {**asdict(self), "plan": self.plan.to_json()}
