"""Count how often a claim about every outcome holds in floating-point numbers, and how closely.

A violation found here is only a suspect: `confirm` evaluates the worst ones exactly.
A difference is measured against the size of both sides, or against a millionth of the largest size
in the block where both nearly vanish; below `RESOLUTION` of that it may be rounding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

import numpy as np

from empirics.claims.readings import Pathwise, Sides
from empirics.evaluate import Axes, Evaluation, spread
from empirics.interfaces import BoolArray, FloatArray
from empirics.statistics import RESOLUTION

_NEGLIGIBLE = 1e-6


@dataclass(frozen=True)
class Extreme:
    """The largest value of something, and the trial and the places of the indices where it is."""

    value: float = -inf
    trial: int = 0
    places: tuple[int, ...] = ()

    def later(self, trials: int) -> Extreme:
        """The same, in trials that are counted on from others."""
        return Extreme(self.value, self.trial + trials, self.places)


@dataclass(frozen=True)
class Tally:
    """What was seen of one claim about every outcome."""

    instances: int = 0
    """Trials and values of the indices for which something was claimed."""
    suspects: int = 0
    """Of these, violated by more than rounding explains."""
    rounding: int = 0
    """Violated by so little that it may be rounding."""
    overflowed: int = 0
    """Not compared, because a side is not a finite number."""
    worst: Extreme = Extreme()
    """The violation (small - large) / size."""
    ratio: Extreme = Extreme()
    """The largest small / large among those that are not suspects, for large > 0."""

    def later(self, trials: int) -> Tally:
        """The same, of trials that are counted on from others."""
        worst, ratio = self.worst.later(trials), self.ratio.later(trials)
        return replace(self, worst=worst, ratio=ratio)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.instances + other.instances,
            self.suspects + other.suspects,
            self.rounding + other.rounding,
            self.overflowed + other.overflowed,
            other.worst if other.worst.value > self.worst.value else self.worst,
            other.ratio if other.ratio.value > self.ratio.value else self.ratio,
        )


def compare(
    sides: Sides, evaluation: Evaluation, axes: Axes
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Small side, large side and where they are compared, each with all axes.

    For vectors, which can only be claimed equal, the sides have a last axis for the coordinates.
    """
    layout = evaluation.batch.layout
    small, large = (
        spread(node, evaluation.value(node), axes, layout) for node in (sides.small, sides.large)
    )
    return small, large, conditions(sides, evaluation, axes)


def conditions(sides: Sides, evaluation: Evaluation, axes: Axes) -> BoolArray:
    """Where the conditions of a relation hold, with all axes."""
    layout = evaluation.batch.layout
    admitted: BoolArray = np.ones((1, *(layout.sizes[i.set] for i in axes)), dtype=bool)
    for node in sides.given:
        admitted = np.logical_and(admitted, spread(node, evaluation.value(node), axes, layout) == 1)
    return admitted


def tally(claim: Pathwise, evaluation: Evaluation, accepted: BoolArray | None = None) -> Tally:
    """Compare both sides on every trial of the evaluation's batch, or on the accepted ones."""
    axes = claim.every_axis()
    excess, ratio, admitted, overflowed = _relation(claim.relations[0], evaluation, axes)
    for sides in claim.relations[1:]:
        other = _relation(sides, evaluation, axes)
        excess, ratio = np.maximum(excess, other[0]), np.maximum(ratio, other[1])
        admitted, overflowed = admitted | other[2], overflowed | other[3]
    if claim.index is not None:
        kept = 1 + len(claim.axes)
        inner = tuple(range(kept + 1, excess.ndim))
        # All inner indices at once, then the best value of the index.
        excess, ratio = (x.max(axis=inner, initial=-inf) for x in (excess, ratio))
        excess, ratio = (x.min(axis=kept, initial=inf) for x in (excess, ratio))
        admitted = np.ones(excess.shape, dtype=bool)
        overflowed = np.logical_or.reduce(overflowed, axis=(kept, *inner))
    if accepted is not None:
        admitted = admitted & accepted.reshape(-1, *(1 for _ in claim.axes))
    excess, ratio, admitted, overflowed = np.broadcast_arrays(excess, ratio, admitted, overflowed)
    compared = admitted & ~overflowed
    suspects = compared & (excess > RESOLUTION)
    floor = 0.0 if any(s.strict for s in claim.relations) else np.nextafter(0.0, 1.0)
    return Tally(
        int(admitted.sum()),
        int(suspects.sum()),
        int((compared & (excess >= floor)).sum() - suspects.sum()),
        int((admitted & overflowed).sum()),
        _extreme(np.where(compared & (excess >= floor), excess, -inf)),
        _extreme(np.where(compared & ~suspects, ratio, -inf)),
    )


def _relation(
    sides: Sides, evaluation: Evaluation, axes: Axes
) -> tuple[FloatArray, FloatArray, BoolArray, BoolArray]:
    """(excess of the small side, small / large, where something is claimed, where it overflowed).

    Where nothing is claimed the excess and the ratio are -infinity.
    """
    small, large, admitted = compare(sides, evaluation, axes)
    if sides.small.vector:
        # The coordinate in which the sides differ most stands for the vectors.
        small, large = np.moveaxis(small, -1, 0), np.moveaxis(large, -1, 0)
    shape = np.broadcast_shapes(small.shape, large.shape, admitted.shape)
    small, large = np.broadcast_to(small, shape), np.broadcast_to(large, shape)
    admitted = np.broadcast_to(admitted, shape)
    excess, ratio = np.full(shape, -inf), np.full(shape, -inf)
    overflowed = np.zeros(shape, dtype=bool)
    excess[admitted], ratio[admitted], overflowed[admitted] = _excess(
        sides, small[admitted], large[admitted]
    )
    if sides.small.vector:
        excess, ratio = excess.max(axis=0), ratio.max(axis=0)
        admitted, overflowed = admitted[0], np.logical_or.reduce(overflowed, axis=0)
    return excess, ratio, admitted, overflowed


def _excess(
    sides: Sides, small: FloatArray, large: FloatArray
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """The excess of the small side, the ratio, and whether a side is not finite, where claimed."""
    with np.errstate(all="ignore"):
        gap = np.abs(small - large) if sides.equation else small - large
        size = np.abs(small) + np.abs(large)
        overflowed = ~np.isfinite(size)
        if overflowed.any():
            gap, size = np.where(overflowed, -inf, gap), np.where(overflowed, 0.0, size)
        largest = float(size.max(initial=0.0))
        excess = gap / np.maximum(size, _NEGLIGIBLE * largest) if largest > 0 else gap
        if sides.equation:
            return excess, np.full_like(gap, -inf), overflowed
        telling = (large > 0) & (size >= _NEGLIGIBLE * largest) & ~overflowed
        ratio = np.where(telling, small / large, -inf)
    # What rounding alone moves above 1 is an attained bound.
    return excess, np.where((ratio > 1) & (excess <= RESOLUTION), 1.0, ratio), overflowed


def _extreme(values: FloatArray) -> Extreme:
    if values.size == 0:
        return Extreme()
    trial, *places = np.unravel_index(int(values.argmax()), values.shape)
    value = float(values.max())
    return Extreme(value, int(trial), tuple(map(int, places))) if value > -inf else Extreme()


def accepted_trials(claim: Pathwise, evaluation: Evaluation) -> BoolArray:
    """In which trials of the evaluation's batch the relations hold.

    Up to rounding, unless strict: a hypothesis about ties is not lost to it, and a violation counts
    only where the hypotheses hold exactly. A side that is not a number fails.
    """
    accepted = np.ones(evaluation.batch.trials, dtype=bool)
    for sides in claim.relations:
        small, large, admitted = compare(sides, evaluation, claim.axes)
        with np.errstate(all="ignore"):
            gap = np.abs(small - large) if sides.equation else small - large
            true = np.less_equal(gap, RESOLUTION * (np.abs(small) + np.abs(large)))
            if sides.strict:
                true = np.less(gap, 0)
        if sides.small.vector:
            true = np.logical_and.reduce(true, axis=-1)
        failed = admitted & ~true
        accepted = accepted & ~failed.any(axis=tuple(range(1, failed.ndim)))
    return accepted
