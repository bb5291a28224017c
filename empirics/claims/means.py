"""Relations between expectations: sample means put for them, and what their scatter says.

Both sides of a relation such as |E F - g|^2 <= eta^2 d sigma^2 are functions of the means of the
bodies of its outermost expectations. The trials are cut into groups of equal size; all functions of
the means without one group (or without two) are computed at once, along the axis of the trials.
The statistics are those of `empirics.statistics.jackknife`, for many functions at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from empirics.batch import Batch
from empirics.evaluate import Evaluation, Node
from empirics.interfaces import FloatArray
from empirics.statistics import Estimate

_ROUNDS = 4
_STEP = 2.0**-10
"""Of the difference quotients, as a fraction."""


def outermost_expectations(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The nodes of the outermost expectations, each once. Raises ValueError for nested ones."""
    found = dict.fromkeys(
        part for node in nodes for part in node.walk(into_expectations=False) if part.expectation
    )
    for expectation in found:
        if any(part.expectation for part in expectation.inputs[0].walk()):
            raise ValueError("an expectation inside another one has no mean on a sample")
    return tuple(found)


def group_means(
    evaluation: Evaluation, expectations: Iterable[Node], groups: int
) -> dict[Node, FloatArray]:
    """For each expectation the mean of its body over each group: [groups, axes of the body].

    The groups are consecutive trials of the batch; their number must divide that of the trials.
    """
    means = {}
    for node in expectations:
        body = evaluation.value(node.inputs[0])
        if len(body) == 1:
            means[node] = np.repeat(body, groups, axis=0)
        else:
            means[node] = body.reshape(groups, len(body) // groups, *body.shape[1:]).mean(axis=1)
    return means


class Replicates:
    """Means over all groups, over all but one, and over all but some pairs, as rows.

    `of` gives the value of a node at each of them; `estimate` reads such values.
    """

    def __init__(self, batch: Batch, means: Mapping[Node, FloatArray]) -> None:
        groups = {len(m) for m in means.values()}
        if len(groups) != 1 or min(groups) < 2:
            raise ValueError("means of at least 2 groups are needed, of equally many each")
        (self.groups,) = groups
        rounds = range(1, min(_ROUNDS, self.groups // 2) + 1)
        order = np.arange(self.groups)
        self._partner = np.concatenate([(order - distance) % self.groups for distance in rounds])
        self._first = np.tile(order, len(rounds))
        self._means = {node: self._rows(m) for node, m in means.items()}
        self._evaluation = Evaluation(batch, self._means)

    def _rows(self, means: FloatArray) -> FloatArray:
        whole = means.mean(axis=0, keepdims=True)
        shifts = (whole - means) / (self.groups - 1)
        pairs = shifts[self._first] + shifts[self._partner]
        return np.concatenate([whole, whole + shifts, whole + pairs])

    def of(self, node: Node) -> FloatArray:
        """The value of a node at each row; a single row where it depends on no mean."""
        return self._evaluation.value(node)

    def reach(self, node: Node, expectation: Node) -> FloatArray:
        """How far a node moves if what does not scatter in an expectation moves by its own size.

        To first order, in one row; 0 where everything scatters. A mean that is 0 in all groups has
        the size 1 here, which is that of an indicator.
        """
        rows = self._means[expectation]
        size = np.abs(rows[:1])
        with np.errstate(all="ignore"):
            still = np.ptp(rows, axis=0, keepdims=True) <= 1e-13 * size
            if not still.any():
                return np.zeros_like(self.of(node)[:1])
            step = np.where(still, np.where(size > 0, size, 1.0), 0.0)
            whole = {other: mean[:1] for other, mean in self._means.items()}
            whole[expectation] = whole[expectation] + _STEP * step
            moved = Evaluation(self._evaluation.batch, whole).value(node)
            moves: FloatArray = np.abs(moved - self.of(node)[:1]) / _STEP
            return moves

    def estimate(self, values: FloatArray) -> Estimates:
        """The delete-one jackknife along the rows, for each entry of the remaining axes."""
        if len(values) == 1:
            zero = np.zeros_like(values[0])
            return Estimates(values[0], zero, zero, self.groups)
        k = self.groups
        whole, without, pairs = values[0], values[1 : k + 1], values[k + 1 :]
        with np.errstate(all="ignore"):
            pseudo = k * whole - (k - 1) * without
            interactions = pairs - without[self._first] - without[self._partner] + whole
            variance = pseudo.var(axis=0, ddof=1) / k
            variance += k * (k - 1) / 2 * np.mean(interactions**2, axis=0)
            value, error = pseudo.mean(axis=0), np.sqrt(variance)
            third = np.mean((pseudo - value) ** 3, axis=0)
            return Estimates(value, error, third / (error * np.sqrt(k)) ** 3, k)


@dataclass(frozen=True)
class Estimates:
    """Bias-corrected estimates of many functions of the same means; see `Estimate`."""

    value: FloatArray
    standard_error: FloatArray
    skewness: FloatArray
    """Of the jackknife's pseudo-values."""
    groups: int

    def cautious_error(self) -> FloatArray:
        """The standard error for a comparison with 0, enlarged where skewness feigns a difference.

        The mean of a skewed sample and its scatter are small together, and Student's law then
        promises too much. N. Johnson's modified t (Modified t Tests and Confidence Intervals for
        Asymmetrical Populations, JASA 73(363), 1978) corrects for that; here it may only move t
        towards 0, to a tenth at most.
        """
        with np.errstate(all="ignore"):
            t = self.value / self.standard_error
            modified = t + self.skewness * (1 + 2 * t**2) / (6 * np.sqrt(self.groups))
            shrunk = np.clip(modified / t, 0.1, 1.0)
            return np.where(np.isfinite(shrunk), self.standard_error / shrunk, self.standard_error)

    def at(self, place: Sequence[int]) -> Estimate:
        """The estimate at one place."""
        where = tuple(place)
        return Estimate(float(self.value[where]), float(self.standard_error[where]), self.groups)
