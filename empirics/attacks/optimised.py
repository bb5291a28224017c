"""Optimised: in each trial, the inner product manipulation that hurts Krum most."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray, colluding
from empirics.rules.krum import krum


@dataclass(frozen=True)
class Optimised(Attack):
    """B = (1 - shift) mean(V), with the shift of each trial chosen for the largest |Krum - g|.

    A line search over inner product manipulation (arXiv:1903.03936; factor = shift - 1), as in
    Shejwalkar, Houmansadr, NDSS 2021. The shifts tried are 2^j for half-integer steps of j from
    `lowest` to `highest`, and 0: Krum trusts only vectors close to the mean if |g| is large.
    Among shifts of equal effect the smallest is taken.
    """

    name: ClassVar[str] = "optimised"
    lowest: int = -12
    highest: int = 3

    def __post_init__(self) -> None:
        """Refuse an empty search."""
        if self.lowest > self.highest:
            raise ValueError(f"{self.label}: lowest exceeds highest; there is no shift to try")

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """Mean Z - shift (g + mean Z) for the best shift."""
        mean = noise.mean(axis=1)
        steps = range(2 * self.lowest, 2 * self.highest + 1)
        worst = np.full(len(noise), -np.inf)
        best = np.empty_like(mean)
        for shift in (0.0, *(2.0 ** (step / 2) for step in steps)):
            offset = mean - shift * (gradient + mean)
            vectors = np.concatenate([noise, colluding(offset, f)], axis=1)
            error = np.square(krum(vectors, f)).sum(axis=1)
            better = error > worst
            worst[better] = error[better]
            best[better] = offset[better]
        return colluding(best, f)
