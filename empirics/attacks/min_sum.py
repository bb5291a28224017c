"""Min-sum: as far from the mean as can be, but with no larger sum of squared distances."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray, colluding
from empirics.ordered import squared_distances
from empirics.perturbations import PERTURBATIONS, perturbation


@dataclass(frozen=True)
class MinSum(Attack):
    """B = mean(V) + gamma p, the largest gamma with sum_i |B - V_i|^2 <= max_i sum_j |V_i - V_j|^2.

    Shejwalkar, Houmansadr, NDSS 2021, Section IV-C. The direction p is `std`, `unit` or `sign`, see
    `empirics.perturbations`. The paper searches for gamma by halving; but the sum is
    sum_i |mean(V) - V_i|^2 + (n - f) gamma^2 |p|^2, so that gamma is known.
    """

    name: ClassVar[str] = "min_sum"
    direction: str = "std"

    def __post_init__(self) -> None:
        """Refuse an unknown direction."""
        if self.direction not in PERTURBATIONS:
            raise ValueError(f"{self.label}: give one of {', '.join(PERTURBATIONS)}")

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """Mean Z + gamma p."""
        mean = noise.mean(axis=1)
        p = perturbation(self.direction, noise, gradient)
        spread = np.square(noise - mean[:, np.newaxis]).sum(axis=(1, 2))
        room = squared_distances(noise).sum(axis=2).max(axis=1) - spread
        size = noise.shape[1] * np.square(p).sum(axis=1)
        square = np.divide(np.maximum(room, 0), size, out=np.zeros_like(size), where=size > 0)
        return colluding(mean + np.sqrt(square)[:, np.newaxis] * p, f)
