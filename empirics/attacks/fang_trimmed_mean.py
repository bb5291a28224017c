"""Fang's attack on the trimmed mean: values just beyond the correct ones, on the wrong side."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray


@dataclass(frozen=True)
class FangTrimmedMean(Attack):
    """Where the mean is positive, B is below all correct values, else above, by a factor up to b.

    Local model poisoning, Fang, Cao, Jia, Gong, USENIX Security 2020, arXiv:1911.11815, Section
    4.2.2, with full knowledge: below a minimum w, B is uniform between w and w / b where w > 0 and
    between b w and w else; beyond a maximum the other way round. Each Byzantine worker draws alone.
    The paper's b is 2; the attack serves for the median too.
    """

    name: ClassVar[str] = "fang_trimmed_mean"
    b: float = 2.0

    def __post_init__(self) -> None:
        """Refuse a factor that goes the other way."""
        if not 1 < self.b < np.inf:
            raise ValueError(f"{self.label}: give b > 1")

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """The values drawn, minus g."""
        trials, _, d = noise.shape
        v = gradient + noise
        down = v.mean(axis=1) > 0
        edge = np.where(down, v.min(axis=1), v.max(axis=1))
        # Away from the correct values: towards 0 by 1 / b, or away from 0 by b.
        far = np.where((edge > 0) == down, edge / self.b, edge * self.b)
        share = rng.random((trials, f, d))
        return edge[:, np.newaxis] + share * (far - edge)[:, np.newaxis] - gradient
