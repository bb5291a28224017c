"""Judge the claims about expectations: estimates for each cell, one level for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from empirics.batch import Batch
from empirics.claims.means import Replicates
from empirics.claims.places import Place, place_of
from empirics.claims.readings import OnAverage
from empirics.evaluate import Node, spread
from empirics.experiments.base import Cell
from empirics.interfaces import BoolArray, FloatArray
from empirics.statistics import RESOLUTION, Estimate

_CLEAR = 5.0
"""A larger side this many standard errors above 0 may stand below a fraction."""


@dataclass(frozen=True)
class Average:
    """What was seen of a claim about expectations, at the place where it is closest to violated.

    Sides and slack = larger side - smaller side are bias-corrected estimates. `low` and `high`
    bound the slack with the plan's level, which is shared by all comparisons of the document.
    """

    comparisons: int
    contradicted: int
    left: float
    right: float
    slack: float
    standard_error: float
    low: float
    high: float
    place: Place


@dataclass(frozen=True)
class CellAverages:
    """All comparisons of one claim in one cell."""

    claim: OnAverage
    cell: Cell
    batch: Batch
    small: FloatArray
    large: FloatArray
    slack: FloatArray
    error: FloatArray
    admitted: BoolArray
    overflowed: int
    """Not compared: an estimate is not a finite number."""
    groups: int
    ratio: tuple[float, float, tuple[int, ...]] | None
    """The largest ratio small / large, its standard error and where it is."""

    @property
    def comparisons(self) -> int:
        """How many they are."""
        return int(self.admitted.sum())

    def tolerance(self) -> FloatArray:
        """A violation below this may be rounding."""
        scale: FloatArray = RESOLUTION * (np.abs(self.small) + np.abs(self.large))
        return scale

    def departure(self) -> FloatArray:
        """How many standard errors the slack is on the wrong side of 0; -infinity if it is not."""
        wrong = np.abs(self.slack) if self.claim.sides.equation else -self.slack
        clear = self.admitted & (wrong > self.tolerance())
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(clear, wrong / self.error, -np.inf)

    def nearness(self) -> FloatArray:
        """Larger where the claim is closer to failing; -infinity where nothing is claimed."""
        wrong = np.abs(self.slack) if self.claim.sides.equation else -self.slack
        with np.errstate(divide="ignore", invalid="ignore"):
            near = wrong / np.maximum(self.error, self.tolerance())
        near = np.where(np.isnan(near), 0.0, near)
        return np.where(self.admitted, near, -np.inf)


def averages_of(
    claim: OnAverage,
    cell: Cell,
    batch: Batch,
    replicates: Replicates,
    admitted: BoolArray,
) -> CellAverages:
    """Estimate both sides, their difference and their ratio in one cell."""
    layout = batch.layout
    small, large = (
        spread(node, replicates.of(node), claim.axes, layout)
        for node in (claim.sides.small, claim.sides.large)
    )
    if claim.sides.small.vector:
        admitted = np.repeat(admitted[..., np.newaxis], layout.dimension, axis=-1)
    low, high = replicates.estimate(small), replicates.estimate(large)
    slack = replicates.estimate(large - small)
    # What does not scatter at all is known up to rounding.
    size = np.abs(low.value) + np.abs(high.value)
    error = np.where(slack.standard_error > 1e-13 * size, slack.cautious_error(), 0.0)
    finite = np.isfinite(slack.value) & np.isfinite(error)
    overflowed = int((admitted & ~finite).sum())
    admitted = admitted & finite
    telling = admitted & (high.value > _CLEAR * high.standard_error) & (high.value > 0)
    ratio = None
    if not claim.sides.equation and telling.any():
        with np.errstate(divide="ignore", invalid="ignore"):
            quotient = replicates.estimate(small / large)
        values = np.where(telling & np.isfinite(quotient.value), quotient.value, -np.inf)
        where = np.unravel_index(int(values.argmax()), values.shape)
        places = tuple(map(int, where))
        ratio = float(values[where]), float(quotient.standard_error[where]), places
    return CellAverages(
        claim,
        cell,
        batch,
        low.value,
        high.value,
        slack.value,
        error,
        admitted,
        overflowed,
        replicates.groups,
        ratio,
    )


def judge_averages(cells: Sequence[CellAverages], level: float, comparisons: int) -> Average | None:
    """What all cells of one claim say; `comparisons` in the whole document share the level."""
    found = [c for c in cells if c.comparisons]
    if not found:
        return None
    equation = found[0].claim.sides.equation
    limits = {
        c.groups: Estimate(0.0, 1.0, c.groups).upper(level / (2 if equation else 1), comparisons)
        for c in found
    }
    contradicted = sum(int((c.departure() > limits[c.groups]).sum()) for c in found)
    worst = max(found, key=lambda c: float(c.nearness().max()))
    departed = max(found, key=lambda c: float(c.departure().max()))
    scores = worst.nearness()
    if contradicted:
        worst, scores = departed, departed.departure()
    where = np.unravel_index(int(scores.argmax()), scores.shape)
    places = tuple(map(int, where))
    slack, error = float(worst.slack[where]), float(worst.error[where])
    reach = limits[worst.groups] * error
    small, large = float(worst.small[where]), float(worst.large[where])
    swapped = worst.claim.sides.relation.op in (">=", ">")
    return Average(
        sum(c.comparisons for c in found),
        contradicted,
        large if swapped else small,
        small if swapped else large,
        slack,
        error,
        slack - reach,
        slack + reach,
        place_of(worst.cell, worst.batch.layout, worst.claim.axes, places),
    )


def means_of(
    expectations: Sequence[Node], chunks: Sequence[Mapping[int, FloatArray]]
) -> dict[Node, FloatArray]:
    """The group means of all chunks together, for each expectation that all chunks have."""
    return {
        node: np.concatenate([chunk[number] for chunk in chunks])
        for number, node in enumerate(expectations)
        if all(number in chunk for chunk in chunks)
    }


def clearly_holds(cell: CellAverages) -> bool:
    """Whether a hypothesis about means clearly holds in a cell, so that claims may rest on it."""
    if cell.claim.sides.equation:
        return bool((~cell.admitted | ((cell.error == 0) & (cell.departure() == -np.inf))).all())
    clear = cell.slack >= np.where(cell.error > 0, _CLEAR * cell.error, -cell.tolerance())
    return bool((~cell.admitted | clear).all())
