"""Krum's scores of float64 vectors in exact arithmetic, for the trials that rounding cannot decide.

A float64 is an integer times a power of two. Over the smallest power of two in a trial every
coordinate is an integer, so distances and scores are integers over one common denominator: the same
values as with `fractions.Fraction`, without a greatest common divisor at every step.
"""

from collections.abc import Iterable
from fractions import Fraction
from operator import mul, sub

import numpy as np

from empirics.interfaces import FloatArray

_MANTISSA_BITS = 53


class ExactTrial:
    """The vectors [n, d] of one trial over a common power of two; all coordinates finite.

    >>> trial = ExactTrial(np.array([[0.5], [0.0], [2.0]]))
    >>> trial.squared_distances(0)[2] * trial.unit
    Fraction(9, 4)
    """

    def __init__(self, vectors: FloatArray) -> None:
        fraction, exponent = np.frexp(vectors)
        lowest = int(exponent.min())
        self._rows: list[list[int]] = [
            [m << e for m, e in zip(ms, es, strict=True)]
            for ms, es in zip(
                np.ldexp(fraction, _MANTISSA_BITS).astype(np.int64).tolist(),
                (exponent.astype(np.int64) - lowest).tolist(),
                strict=True,
            )
        ]
        self.unit = Fraction(2) ** (2 * (lowest - _MANTISSA_BITS))

    def squared_distances(self, i: int) -> list[int]:
        """|V_i - V_j|^2 for every j (0 for j = i), as multiples of `unit`."""
        origin = self._rows[i]
        distances = []
        for row in self._rows:
            difference = list(map(sub, row, origin))
            distances.append(sum(map(mul, difference, difference)))
        return distances

    def nearest(self, i: int, k: int) -> list[int]:
        """The k closest other workers of i, nearest first, ties to the smallest index."""
        distances = self.squared_distances(i)
        others = [j for j in range(len(distances)) if j != i]
        return sorted(others, key=distances.__getitem__)[:k]

    def scores(self, workers: Iterable[int], k: int) -> dict[int, int]:
        """For each of some workers, in their order, the sum of its k smallest squared distances.

        Distances to others are meant, and the sums are multiples of `unit`.
        """
        scores = {}
        for i in workers:
            distances = self.squared_distances(i)
            del distances[i]
            scores[i] = sum(sorted(distances)[:k])
        return scores

    def as_float(self, multiple: int) -> float:
        """A multiple of `unit` as the nearest float64; infinity where there is none."""
        try:
            return float(multiple * self.unit)
        except OverflowError:
            return np.inf
