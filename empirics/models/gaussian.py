"""Standard normal noise in every coordinate."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray, Model
from empirics.ziggurat import standard_normal


@dataclass(frozen=True)
class Gaussian(Model):
    """Z ~ N(0, sigma^2 I)."""

    name: ClassVar[str] = "gaussian"

    def standard(self, rng: np.random.Generator, shape: tuple[int, int, int]) -> FloatArray:
        """N(0, I)."""
        return standard_normal(rng, shape)
