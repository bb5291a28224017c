"""Rules of `empirics.rules` as references: Bulyan, the geometric median, MeaMed and Phocas."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from empirics.expected import Expected, row
from empirics.interfaces import FloatArray, Rule
from empirics.rules.bulyan import Bulyan
from empirics.rules.geometric_median import GeometricMedian
from empirics.rules.meamed import MeaMed
from empirics.rules.phocas import Phocas

SHAKEN, TIMES = 1e-7, 6
"""How far vectors are moved, and how many orders are tried, to see whether a tie decides."""
SUM = 1e-3
"""The sum of distances to a geometric median may exceed the least by this share."""


class ExpectedAs(Expected):
    """What a reference returns, for some order of the workers: so ties may be broken in any way."""

    reference: ClassVar[Rule]
    margin = 0
    factors: ClassVar[Sequence[int]] = (2, 8, 1024, -1)
    need_not: ClassVar[frozenset[str]] = frozenset({"digits", "between_correct_values"})
    """Properties that it need not have: it may round, and average a Byzantine value nearby."""

    def answers(self, vectors: FloatArray, f: int) -> list[FloatArray]:
        """What the reference returns for the workers in this order, and in some others."""
        rng = np.random.default_rng(0)
        orders = [np.arange(len(vectors)), *(rng.permutation(len(vectors)) for _ in range(TIMES))]
        return [self.reference.aggregate(vectors[order], f) for order in orders]

    def decided(self, vectors: FloatArray, f: int) -> bool:
        """Whether other orders, and vectors that hardly differ, give nearly the same."""
        rng, largest = np.random.default_rng(1), max(1.0, float(np.abs(vectors).max()))
        shaken = vectors + SHAKEN * largest * rng.standard_normal(vectors.shape)
        first, *others = [*self.answers(vectors, f), *self.answers(shaken, f)]
        return all(np.abs(other - first).max() <= 100 * SHAKEN * largest for other in others)

    def wrong(self, vectors: FloatArray, f: int, result: FloatArray, unit: float) -> str:
        """See `Expected.wrong`."""
        right, *others = self.answers(vectors, f)
        if any(self.close(vectors, result, one, unit) for one in (right, *others)):
            return ""
        if not self.decided(vectors, f):  # more choices than were tried
            return ""
        return (
            f"It does not return what {self.rule} is.\n{self.shown(vectors, f)}\n"
            f"It returned {row(result)}; right is {row(right)}."
        )

    @abstractmethod
    def close(
        self, vectors: FloatArray, result: FloatArray, right: FloatArray, unit: float
    ) -> bool:
        """Whether a result [d] is the right one [d], up to rounding."""


class _ExpectedMean(ExpectedAs):
    """A mean of some values in each coordinate."""

    def close(
        self, vectors: FloatArray, result: FloatArray, right: FloatArray, unit: float
    ) -> bool:
        """Up to `unit` times the largest number."""
        return bool(np.abs(result - right).max() <= unit * max(1.0, np.abs(vectors).max()))


class ExpectedBulyan(_ExpectedMean):
    """Bulyan of Krum."""

    rule = "bulyan"
    reference = Bulyan()
    meaning = (
        "It returns Bulyan: Krum picks n-2f workers in turn; then, in each coordinate, the mean of "
        "the n-4f picked values closest to their median."
    )

    @property
    def needs(self) -> str:
        """When it is defined."""
        return "n >= 4f + 3"

    def least(self, f: int) -> int:
        """4f + 3."""
        return 4 * f + 3


class ExpectedMeaMed(_ExpectedMean):
    """The mean around the median."""

    rule = "meamed"
    reference = MeaMed()
    meaning = "It returns in each coordinate the mean of the n-f values closest to the median."


class ExpectedPhocas(_ExpectedMean):
    """The mean around the trimmed mean."""

    rule = "phocas"
    reference = Phocas()
    meaning = (
        "It returns in each coordinate the mean of the n-f values closest to the trimmed mean."
    )


class ExpectedGeometricMedian(ExpectedAs):
    """The geometric median, by whatever iterations."""

    rule = "geometric_median"
    need_not = ExpectedAs.need_not | {"scales_along"}  # what smooths it, nu, is a length
    reference = GeometricMedian()
    meaning = (
        "It returns a vector whose distances to the workers have nearly the smallest sum: "
        f"{SUM:.1%} more is accepted."
    )

    def close(
        self, vectors: FloatArray, result: FloatArray, right: FloatArray, unit: float
    ) -> bool:
        """By the sum of distances."""
        sums = [np.sqrt(np.square(vectors - x).sum(axis=1)).sum() for x in (result, right)]
        return bool(sums[0] <= sums[1] * (1 + SUM) + unit)
