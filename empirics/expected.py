"""What a rule should give, and how to say that a result is something else.

The references of `empirics.properties`: Krum, Multi-Krum, the coordinate-wise median and the
trimmed mean. Ties may be broken in any way. Krum's scores are those of exact arithmetic.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import combinations
from typing import Any, ClassVar

import numpy as np

from empirics.exact import ExactTrial
from empirics.interfaces import FloatArray
from empirics.probe.identify import FORMULAS
from empirics.robustness.closed_forms import certified

TOLERANCE = 1e-9
"""A score may exceed the smallest by this fraction: rules may round, but not lose digits."""
ROUNDED, EXACT = 1e-6, 1e-14
"""What an average may differ by, in units of the largest number: computed in float32, in float64"""


class Expected(ABC):
    """A rule as a reference."""

    rule: ClassVar[str]
    """What it is called."""
    margin: ClassVar[int]
    """It is defined for n > 2f + margin."""
    factors: ClassVar[Sequence[int]]
    """It commutes with these factors."""
    meaning: str
    """What it returns."""

    @property
    def needs(self) -> str:
        """When it is defined."""
        return f"n > 2f{f' + {self.margin}' if self.margin else ''}"

    def least(self, f: int) -> int:
        """The fewest workers for which it is defined."""
        return 2 * f + self.margin + 1

    def defined(self, n: int, f: int) -> bool:
        """Whether there is anything to expect."""
        return n >= self.least(f)

    def decided(self, vectors: FloatArray, f: int) -> bool:
        """Whether there is one right result for vectors [n, d], and no tie."""
        return True

    @abstractmethod
    def wrong(self, vectors: FloatArray, f: int, result: FloatArray, unit: float) -> str:
        """What is wrong with a result [d] for vectors [n, d], or "".

        Averages may differ by `unit` times the largest number in them.
        """

    def shown(self, vectors: FloatArray, f: int) -> str:
        """The size, and each worker's vector."""
        return f"n = {len(vectors)} workers, f = {f}.\n{listed(vectors)}"


@dataclass(frozen=True)
class ExpectedKrum(Expected):
    """The average of the m vectors of smallest score; Krum for m = "1"."""

    m: str = "1"
    """A key of `empirics.probe.identify.FORMULAS`."""
    rule = "krum"
    margin = 2
    factors = (2, 8, 1024, -1)

    @property
    def meaning(self) -> str:  # type: ignore[override]
        """What it returns."""
        which = "a vector" if self.m == "1" else f"the average of m = {self.m} vectors"
        return (
            f"It returns {which} of smallest score: the sum of n-f-2 squared distances to others."
        )

    def defined(self, n: int, f: int) -> bool:
        """Whether 2f + 2 < n and 1 <= m <= n."""
        return super().defined(n, f) and 1 <= FORMULAS[self.m](n, f) <= n

    def decided(self, vectors: FloatArray, f: int) -> bool:
        """Whether the m-th smallest score is smaller than the next."""
        ordered, m = sorted(scores_of(vectors, f)), self._m(vectors, f)
        return m == len(vectors) or ordered[m - 1] < ordered[m]

    def wrong(self, vectors: FloatArray, f: int, result: FloatArray, unit: float) -> str:
        """See `Expected.wrong`."""
        scores, m = scores_of(vectors, f), self._m(vectors, f)
        said = f"\n{self.shown(vectors, f)}\nIt returned {row(result)}"
        if m == 1:
            own = [i for i, v in enumerate(vectors) if np.array_equal(v, result)]
            if any(scores[i] <= min(scores) * (1 + TOLERANCE) for i in own):
                return ""
            of = f"of score {number(scores[own[0]])}" if own else "which no worker sent"
            return (
                f"It does not return a vector of smallest score.{said}, {of}; "
                f"the smallest score is {number(min(scores))}."
            )
        right = ""
        for workers in _smallest(scores, m):
            chosen = vectors[list(workers)]
            average = chosen.mean(axis=0)
            if np.abs(result - average).max() <= unit * np.abs(chosen).max():
                return ""
            right = right or f"that of the workers {', '.join(map(str, workers))} is {row(average)}"
        return f"It does not return the average of {m} vectors of smallest score.{said}; {right}."

    def shown(self, vectors: FloatArray, f: int) -> str:
        """The size, and each worker's vector and score."""
        n = len(vectors)
        m = "" if self.m == "1" else f", m = {self._m(vectors, f)}"
        return (
            f"n = {n} workers, f = {f}{m}; a score is the sum of the {n - f - 2} smallest squared "
            f"distances to others.\n{listed(vectors, scores_of(vectors, f))}"
        )

    def kappa(self, n: int, f: int) -> float | None:
        """A certified bound of its robustness coefficient; None where there is none.

        Multi-Krum's are found by a solver, of the extra `robustness`, for m <= n - f - 2.
        """
        m = FORMULAS[self.m](n, f)
        if m == 1:
            return float(certified(n, f).kappa)
        if find_spec("clarabel") is None or not 1 <= m <= n - f - 2:
            return None
        return _kappa(n, f, m)

    def _m(self, vectors: FloatArray, f: int) -> int:
        return FORMULAS[self.m](len(vectors), f)


class ExpectedMedian(Expected):
    """The coordinate-wise median; for even n any value between the two middle ones."""

    rule = "median"
    margin = 0
    factors = (2, 8, 1024)  # for even n, the lower of the middle ones does not follow -1
    meaning = (
        "It returns in each coordinate the median, or for even n a value between the middle ones."
    )

    def wrong(self, vectors: FloatArray, f: int, result: FloatArray, unit: float) -> str:
        """See `Expected.wrong`."""
        ordered, n = np.sort(vectors, axis=0), len(vectors)
        low, high = ordered[(n - 1) // 2], ordered[n // 2]
        slack = unit * np.maximum(np.abs(low), np.abs(high))
        if ((low - slack <= result) & (result <= high + slack)).all():
            return ""
        right = row(low) if n % 2 else f"between {row(low)} and {row(high)}"
        return (
            f"It does not return the coordinate-wise median.\n{self.shown(vectors, f)}\n"
            f"It returned {row(result)}; the median is {right}."
        )


class ExpectedTrimmedMean(Expected):
    """The coordinate-wise mean without the f smallest and the f largest values."""

    rule = "trimmed_mean"
    margin = 0
    factors = (2, 8, 1024, -1)
    meaning = (
        "It returns in each coordinate the mean without the f smallest and the f largest values."
    )

    def wrong(self, vectors: FloatArray, f: int, result: FloatArray, unit: float) -> str:
        """See `Expected.wrong`."""
        kept = np.sort(vectors, axis=0)[f : len(vectors) - f]
        if (np.abs(result - kept.mean(axis=0)) <= unit * np.abs(kept).max(axis=0)).all():
            return ""
        return (
            f"It does not return the trimmed mean.\n{self.shown(vectors, f)}\n"
            f"It returned {row(result)}; the mean without the {f} smallest and the {f} largest "
            f"values is {row(kept.mean(axis=0))}."
        )


@cache
def _kappa(n: int, f: int, m: int) -> float:
    from empirics.robustness.kappa import kappa

    return float(kappa(n, f, m).upper)


def scores_of(vectors: FloatArray, f: int) -> list[float]:
    """The paper's scores of vectors [n, d], from exact arithmetic."""
    trial = ExactTrial(vectors)
    exact = trial.scores(range(len(vectors)), len(vectors) - f - 2)
    return [trial.as_float(exact[i]) for i in range(len(vectors))]


def _smallest(scores: Sequence[float], m: int) -> Iterator[tuple[int, ...]]:
    """Every choice of m workers of smallest score, up to `TOLERANCE`; small indices first."""
    last = sorted(scores)[m - 1]
    below = [i for i, score in enumerate(scores) if score < last * (1 - TOLERANCE)]
    equal = [i for i, score in enumerate(scores) if abs(score - last) <= last * TOLERANCE]
    for some in combinations(equal, m - len(below)):
        yield tuple(sorted([*below, *some]))


def listed(vectors: FloatArray, scores: Sequence[float] | None = None) -> str:
    """One line for each worker."""
    rows = [row(v) for v in vectors]
    width = max(6, *map(len, rows))
    head = f"  worker  {'vector':<{width}}" + ("" if scores is None else "  score")
    lines = [head.rstrip()]
    for i, text in enumerate(rows):
        score = "" if scores is None else f"  {number(scores[i])}"
        lines.append(f"  {i:>6}  {text:<{width}}{score}".rstrip())
    return "\n".join(lines)


def row(vector: Any) -> str:
    """A vector in brackets."""
    return f"({', '.join(number(float(x)) for x in np.ravel(vector))})"


def number(x: float) -> str:
    """Whole numbers without a point, others so that they can be read back."""
    return str(int(x)) if abs(x) < 1e16 and x.is_integer() else repr(x)
