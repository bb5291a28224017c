"""Judge the claims about expectations: estimates for each cell, one level for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from empirics.batch import Layout
from empirics.claims.means import Replicates
from empirics.claims.places import Place, place_of
from empirics.claims.readings import OnAverage
from empirics.evaluate import Node, spread
from empirics.experiments.base import Cell
from empirics.interfaces import BoolArray, FloatArray
from empirics.statistics import RESOLUTION, Estimate

_CLEAR = 5.0
"""A larger side this many standard errors above 0 may stand below a fraction."""
_FARTHER = 10.0
"""How far an outcome may be that no trial shows, as a multiple of what the trials show."""


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
class Comparisons:
    """All comparisons of one claim in one cell, along the axes of the claim."""

    claim: OnAverage
    small: FloatArray
    large: FloatArray
    slack: FloatArray
    error: FloatArray
    """The standard error of the slack, enlarged against skewness and against what is rare.

    It is 0 if nothing scatters and the claim holds up to rounding.
    """
    admitted: BoolArray
    overflowed: int
    """Not compared: an estimate is not a finite number."""
    ratio: tuple[float, float, tuple[int, ...]] | None
    """The largest ratio small / large, its standard error and where it is."""

    def tolerance(self) -> FloatArray:
        """A violation below this may be rounding."""
        scale: FloatArray = RESOLUTION * (np.abs(self.small) + np.abs(self.large))
        return scale

    def wrong(self) -> FloatArray:
        """How far the slack is on the wrong side of 0; negative where it is not."""
        return np.abs(self.slack) if self.claim.sides.equation else -self.slack

    def departure(self) -> FloatArray:
        """The same in standard errors, and -infinity where it may be rounding."""
        wrong = self.wrong()
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.admitted & (wrong > self.tolerance()), wrong / self.error, -np.inf)

    def nearness(self) -> FloatArray:
        """Larger where the claim is closer to failing; -infinity where nothing is claimed."""
        with np.errstate(divide="ignore", invalid="ignore"):
            near = self.wrong() / np.maximum(self.error, self.tolerance())
        return np.where(self.admitted, np.where(np.isnan(near), 0.0, near), -np.inf)

    def clearly_hold(self) -> bool:
        """Whether a hypothesis about means clearly holds, so that claims may rest on it."""
        if self.claim.sides.equation:
            held = (self.error == 0) & (self.departure() == -np.inf)
        else:
            held = self.slack >= np.where(self.error > 0, _CLEAR * self.error, -self.tolerance())
        return bool((~self.admitted | held).all())


def compare_means(
    claim: OnAverage, replicates: Replicates, layout: Layout, admitted: BoolArray, trials: int
) -> Comparisons:
    """Estimate both sides, their difference and their ratio in one cell of so many trials.

    A mean that does not scatter at all may hide outcomes that are too rare to be seen. With
    probability 1 - p they have a probability of at most log(1/p) / trials together. If they are
    less than `_FARTHER` times as far as what was seen, they move the slack by less than
    _FARTHER reach log(1/p) / trials, where `reach` is how far it moves with such means (see
    `Replicates.reach`). Student's limit t has log(1/p) < t^2 / 2; so the error that makes a slack s
    just reach it is sqrt(|s| _FARTHER reach / (2 trials)).
    """
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
    reach = sum(
        spread(node, replicates.reach(node, mean), claim.axes, layout)[0]
        for node in (claim.sides.small, claim.sides.large)
        for mean in claim.expectations
    )
    with np.errstate(all="ignore"):
        rare = np.sqrt(np.abs(slack.value) * _FARTHER * reach / (2 * trials))
    error = np.where(np.abs(slack.value) > RESOLUTION * size, np.fmax(error, rare), error)
    finite = np.isfinite(slack.value) & np.isfinite(error)
    telling = admitted & finite & (high.value > _CLEAR * high.standard_error) & (high.value > 0)
    ratio = None
    if not claim.sides.equation and telling.any():
        with np.errstate(divide="ignore", invalid="ignore"):
            quotient = replicates.estimate(small / large)
        values = np.where(telling & np.isfinite(quotient.value), quotient.value, -np.inf)
        where = _largest(values)
        ratio = float(values[where]), float(quotient.standard_error[where]), where
    return Comparisons(
        claim,
        low.value,
        high.value,
        slack.value,
        error,
        admitted & finite,
        int((admitted & ~finite).sum()),
        ratio,
    )


@dataclass(frozen=True)
class CellAverages:
    """What one cell says of one claim, as far as it is needed to judge all cells together."""

    comparisons: int
    groups: int
    departures: FloatArray
    """Those that might contradict, whatever the number of comparisons."""
    nearest: Average
    """Closest to failing; without limits, which need the number of comparisons."""
    most: Average
    """With the largest departure."""
    equation: bool
    ratio: tuple[float, float, Place] | None


def summarised(
    found: Comparisons, cell: Cell, layout: Layout, groups: int, level: float
) -> CellAverages:
    """The comparisons of one cell, without the many that matter to nothing."""
    departure = found.departure()
    least = _limit(groups, level, 1, found.claim.sides.equation)

    def average(where: tuple[int, ...]) -> Average:
        left, right = float(found.small[where]), float(found.large[where])
        if found.claim.sides.relation.op in (">=", ">"):
            left, right = right, left
        slack, error = float(found.slack[where]), float(found.error[where])
        place = place_of(cell, layout, found.claim.axes, where)
        return Average(0, 0, left, right, slack, error, slack, slack, place)

    ratio = None
    if found.ratio is not None:
        value, error, places = found.ratio
        ratio = value, error, place_of(cell, layout, found.claim.axes, places)
    return CellAverages(
        int(found.admitted.sum()),
        groups,
        departure[departure > least],
        average(_largest(found.nearness())),
        average(_largest(departure)),
        found.claim.sides.equation,
        ratio,
    )


def judge_averages(cells: Sequence[CellAverages], level: float, comparisons: int) -> Average | None:
    """What all cells of one claim say; `comparisons` in the whole document share the level."""
    if not cells:
        return None

    def limit(cell: CellAverages) -> float:
        return _limit(cell.groups, level, comparisons, cell.equation)

    def badness(average: Average, cell: CellAverages) -> float:
        wrong = abs(average.slack) if cell.equation else -average.slack
        tolerance = RESOLUTION * (abs(average.left) + abs(average.right))
        return wrong / max(average.standard_error, tolerance, 5e-324)

    contradicted = sum(int((cell.departures > limit(cell)).sum()) for cell in cells)
    choices = [(cell.most if contradicted else cell.nearest, cell) for cell in cells]
    worst, cell = max(choices, key=lambda choice: badness(*choice))
    reach = limit(cell) * worst.standard_error
    return replace(
        worst,
        comparisons=sum(cell.comparisons for cell in cells),
        contradicted=contradicted,
        low=worst.slack - reach,
        high=worst.slack + reach,
    )


def _limit(groups: int, level: float, comparisons: int, equation: bool) -> float:
    """How many standard errors a true claim departs with probability level / comparisons."""
    return Estimate(0.0, 1.0, groups).upper(level / (2 if equation else 1), comparisons)


def _largest(values: FloatArray) -> tuple[int, ...]:
    return tuple(map(int, np.unravel_index(int(values.argmax()), values.shape)))


def means_of(
    expectations: Sequence[Node], chunks: Sequence[Mapping[int, FloatArray]]
) -> dict[Node, FloatArray]:
    """The group means of all chunks together, for each expectation that all chunks have."""
    return {
        node: np.concatenate([chunk[number] for chunk in chunks])
        for number, node in enumerate(expectations)
        if all(number in chunk for chunk in chunks)
    }
