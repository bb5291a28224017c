"""Min-max: as far from the mean as can be, but no farther from anybody than correct workers are."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray, colluding
from empirics.ordered import squared_distances
from empirics.perturbations import PERTURBATIONS, perturbation


@dataclass(frozen=True)
class MinMax(Attack):
    """B = mean(V) + gamma p with the largest gamma such that max_i |B - V_i| <= max_ij |V_i - V_j|.

    Shejwalkar, Houmansadr, NDSS 2021, Section IV-C. The direction p is `std`, `unit` or `sign`, see
    `empirics.perturbations`. The paper searches for gamma by halving; here it is the least
    root of one quadratic equation for each correct worker.
    """

    name: ClassVar[str] = "min_max"
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
        away = mean[:, np.newaxis] - noise
        largest = squared_distances(noise).max(axis=(1, 2))
        # |away_i + gamma p|^2 = largest: gamma^2 pp + 2 gamma ap + aa - largest = 0.
        pp = np.square(p).sum(axis=1)[:, np.newaxis]
        ap = np.einsum("tid,td->ti", away, p)
        room = largest[:, np.newaxis] - np.square(away).sum(axis=2)
        root = np.sqrt(np.maximum(np.square(ap) + pp * room, 0))
        gamma = np.divide(root - ap, pp, out=np.zeros_like(ap), where=pp > 0).min(axis=1)
        return colluding(mean + np.maximum(gamma, 0)[:, np.newaxis] * p, f)
