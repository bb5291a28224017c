"""Dependence within a vector: Gaussian coordinates that share a common factor."""

from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray, Model
from empirics.ziggurat import standard_normal


@dataclass(frozen=True)
class Correlated(Model):
    """Gaussian with variance sigma^2 for each coordinate and correlation rho between any two.

    The trace of the covariance is d sigma^2, but the share rho + (1 - rho) / d of it lies along
    (1, ..., 1): the noise is far from spherical. 0 <= rho <= 1.
    """

    name: ClassVar[str] = "correlated"
    rho: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what is not the correlation of a common factor."""
        if not 0 <= self.rho <= 1:
            raise ValueError(f"correlated: rho = {self.rho} is not between 0 and 1")

    def standard(self, rng: np.random.Generator, shape: tuple[int, int, int]) -> FloatArray:
        """sqrt(rho) times the common factor plus sqrt(1 - rho) times independent noise."""
        trials, workers, _ = shape
        noise = standard_normal(rng, shape)
        noise *= sqrt(1 - self.rho)
        noise += sqrt(self.rho) * standard_normal(rng, (trials, workers, 1))
        return noise
