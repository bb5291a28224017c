"""A lattice: three values in every coordinate, so that distances tie exactly."""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np

from empirics.finite_law import product_law
from empirics.interfaces import FloatArray, Model, Support


@dataclass(frozen=True)
class ThreePoint(Model):
    """Independent coordinates: 0, or a sigma or -a sigma with probability 1 / (2 a^2) each.

    `a` >= 1 is an integer; the fourth moment a^2 sigma^4 grows with it.
    """

    name: ClassVar[str] = "three_point"
    a: int = 2

    def __post_init__(self) -> None:
        """Refuse an `a` that is not a positive integer."""
        if not isinstance(self.a, int) or self.a < 1:
            raise ValueError(f"three_point: a = {self.a} is not an integer >= 1")

    def standard(self, rng: np.random.Generator, shape: tuple[int, int, int]) -> FloatArray:
        """0, a or -a; an integer is drawn and compared, so that the probabilities are exact."""
        draw = rng.integers(2 * self.a**2, size=shape)
        return np.where(draw == 0, self.a, np.where(draw == 1, -self.a, 0)).astype(np.float64)

    def support(self, dimension: int, sigma: Fraction) -> Support:
        """The 3^dimension values of one worker's noise with their probabilities."""
        p = Fraction(1, 2 * self.a**2)
        a = Fraction(self.a)
        return product_law([(-a, p), (Fraction(0), 1 - 2 * p), (a, p)], dimension, sigma)
