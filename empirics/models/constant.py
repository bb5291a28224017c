"""No noise: every correct worker sends g, so every distance between correct workers ties at 0."""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray, Model, Support


@dataclass(frozen=True)
class Constant(Model):
    """Z = 0, which has E|Z|^2 = d sigma^2 for sigma = 0 only; any other sigma is refused."""

    name: ClassVar[str] = "constant"

    def standard(self, rng: np.random.Generator, shape: tuple[int, int, int]) -> FloatArray:
        """Zeros."""
        return np.zeros(shape)

    def noise(
        self, rng: np.random.Generator, trials: int, workers: int, dimension: int, sigma: float
    ) -> FloatArray:
        """Zeros; raises ValueError unless sigma = 0."""
        self._refuse_noise(sigma)
        return super().noise(rng, trials, workers, dimension, sigma)

    def support(self, dimension: int, sigma: Fraction) -> Support:
        """The vector 0 with probability 1; raises ValueError unless sigma = 0."""
        self._refuse_noise(sigma)
        return [((Fraction(0),) * dimension, Fraction(1))]

    def _refuse_noise(self, sigma: float | Fraction) -> None:
        if sigma != 0:
            raise ValueError(f"constant: sigma = {sigma}, but this model has no noise; give 0")
