"""Inner product manipulation: send the correct workers' mean times a negative factor."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray, colluding


@dataclass(frozen=True)
class InnerProductManipulation(Attack):
    """B = -factor mean(V), for all Byzantine workers alike, so that <B, g> < 0 on average.

    Xie, Koyejo, Gupta, Fall of Empires, UAI 2019, arXiv:1903.03936. A small factor hides from
    distance-based rules such as Krum, a large one defeats averages.
    """

    name: ClassVar[str] = "ipm"
    factor: float = 0.5

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """-factor (g + mean Z) - g."""
        mean = noise.mean(axis=1)
        return colluding(-self.factor * mean - (1 + self.factor) * gradient, f)
