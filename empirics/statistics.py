"""What a sample says about an inequality between expectations, with a stated rate of false alarms.

Sides such as |E F - g|^2 are functions of means, and the plain estimate |mean of (F - g)|^2 exceeds
its target by tr Cov(F) / T, which in high dimension makes true bounds look violated. The delete-one
jackknife over chunks removes that bias, exactly for quadratic functions of the means, and gives the
standard error (B. Efron, C. Stein, The Jackknife Estimate of Variance, Ann. Statist. 9(3), 1981;
J. W. Tukey's pseudo-values with Student's t law). Some 64 chunks are a sensible number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

from empirics.interfaces import FloatArray

Side = Callable[[FloatArray], float]
"""One side of a relation, as a function of the means [quantities]."""

RESOLUTION = 1e-9
"""A violation below this fraction of |left| + |right| is taken for rounding."""


_ROUNDS = 4


class Verdict(StrEnum):
    """What sampling can say; it never says that a statement is true."""

    CONTRADICTED = "CONTRADICTED"
    NOT_CONTRADICTED = "NOT CONTRADICTED"


@dataclass(frozen=True)
class Estimate:
    """A bias-corrected estimate from independent chunks.

    `level` in the methods is the probability that a bound fails, for all of `cells` together: by
    Bonferroni's inequality each gets level / cells of it.
    """

    value: float
    standard_error: float
    chunks: int

    def upper(self, level: float, cells: int = 1) -> float:
        """The one-sided upper confidence bound."""
        return self.value + self._quantile(level, cells) * self.standard_error

    def lower(self, level: float, cells: int = 1) -> float:
        """The one-sided lower confidence bound."""
        return self.value - self._quantile(level, cells) * self.standard_error

    def interval(self, level: float, cells: int = 1) -> tuple[float, float]:
        """The two-sided confidence interval."""
        return self.lower(level / 2, cells), self.upper(level / 2, cells)

    def _quantile(self, level: float, cells: int) -> float:
        """The 1 - level / cells quantile of Student's t law with chunks - 1 degrees of freedom."""
        if not 0 < level < 1 or cells < 1:
            raise ValueError(f"level = {level}, cells = {cells}: give 0 < level < 1 and cells >= 1")
        from scipy.special import stdtrit  # not needed to sample, and slow to import

        return -float(stdtrit(self.chunks - 1, level / cells))


@dataclass(frozen=True)
class Judgement:
    """What a sample says about `left <= right` or `left = right`."""

    verdict: Verdict
    left: Estimate
    right: Estimate
    slack: Estimate
    """right - left."""
    bounds: tuple[float, float]
    """The confidence limits of the slack on which the verdict rests; -infinity if one-sided."""
    level: float
    """The probability of a false alarm, at most, among all cells."""
    cells: int


def jackknife(means: FloatArray, side: Side) -> Estimate:
    """The delete-one jackknife of a function of the mean of the chunks.

    `means` has shape [chunks, quantities]: the mean of each quantity over each chunk, for
    independent chunks of equal size. Raises ValueError for fewer than 2 chunks, and where the means
    or a value of `side` are not finite.

    For a quadratic function of means near its minimum the usual standard error, which sees slopes
    alone, would be close to 0; so the variance of interactions between pairs of chunks is added.

    Of 2 chunk means, 0 and 4, the squared mean is 4, and the unbiased estimate of the squared
    expectation is their product:

    >>> jackknife(np.array([[0.0], [4.0]]), lambda m: m[0] ** 2).value
    0.0
    """
    if means.ndim != 2 or len(means) < 2:
        raise ValueError(f"means has shape {means.shape}; give [chunks, quantities], chunks >= 2")
    if not np.isfinite(means).all():
        raise ValueError("means holds NaN or infinity: the sampled quantities overflowed")
    chunks = len(means)
    mean = means.mean(axis=0)
    shifts = (mean - means) / (chunks - 1)  # mean + shifts[c] is the mean without chunk c
    whole = side(mean)
    without = np.array([side(mean + shift) for shift in shifts])
    pseudo = chunks * whole - (chunks - 1) * without
    # All pairs have the same law, so a few rounds of neighbours tell the size of all of them.
    interactions = np.array(
        [
            side(mean + shifts[c] + shifts[c - distance]) - without[c] - without[c - distance]
            for distance in range(1, min(_ROUNDS, chunks // 2) + 1)
            for c in range(chunks)
        ]
    )
    pairs = chunks * (chunks - 1) / 2
    variance = pseudo.var(ddof=1) / chunks + pairs * np.mean((interactions + whole) ** 2)
    if not np.isfinite(variance):
        raise ValueError("a side of the relation is not finite near the means of the sample")
    return Estimate(float(pseudo.mean()), float(variance) ** 0.5, chunks)


def judge(
    means: FloatArray,
    left: Side,
    right: Side,
    *,
    relation: Literal["<=", "="] = "<=",
    level: float,
    cells: int,
) -> Judgement:
    """Is `left <= right` (or `left = right`) contradicted by a sample of one cell?

    A true relation is contradicted in ANY of the `cells` cells judged together with probability at
    most `level`, as far as Student's t law describes means of chunks. `means` and errors are as for
    `jackknife`.
    """
    slack = jackknife(means, lambda m: right(m) - left(m))
    sides = jackknife(means, left), jackknife(means, right)
    rounding = RESOLUTION * (abs(sides[0].value) + abs(sides[1].value))
    if relation == "<=":
        bounds = -np.inf, slack.upper(level, cells)
    else:
        bounds = slack.interval(level, cells)
    contradicted = bounds[1] < -rounding or bounds[0] > rounding
    verdict = Verdict.CONTRADICTED if contradicted else Verdict.NOT_CONTRADICTED
    return Judgement(verdict, *sides, slack, bounds, level, cells)
