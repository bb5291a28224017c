"""Skew: a centred Bernoulli variable in every coordinate."""

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import ClassVar

import numpy as np

from empirics.finite_law import exact_root, product_law
from empirics.interfaces import FloatArray, Model, Support


@dataclass(frozen=True)
class TwoPoint(Model):
    """Independent coordinates: sigma r with probability p, else -sigma / r, r = sqrt((1 - p) / p).

    The mean is p r - (1 - p) / r = 0, the variance sigma^2, and the skewness
    (1 - 2p) / sqrt(p (1 - p)). The values are rational multiples of sigma where p = 1 / (1 + q^2)
    for a rational q = r.
    """

    name: ClassVar[str] = "two_point"
    p: Fraction = Fraction(1, 10)

    def __post_init__(self) -> None:
        """Refuse what is not a probability, and floats: 0.1 is not 1/10."""
        if not isinstance(self.p, Fraction) or not 0 < self.p < 1:
            raise ValueError(f"two_point: p = {self.p} is not a Fraction strictly between 0 and 1")

    def standard(self, rng: np.random.Generator, shape: tuple[int, int, int]) -> FloatArray:
        """r or -1/r; an integer is drawn and compared, so that the probability is exactly p."""
        rare = rng.integers(self.p.denominator, size=shape) < self.p.numerator
        r = sqrt((1 - self.p) / self.p)
        return np.where(rare, r, -1 / r)

    def support(self, dimension: int, sigma: Fraction) -> Support:
        """The 2^dimension values of one worker's noise with their probabilities.

        Raises ValueError where r is irrational.

        >>> TwoPoint(Fraction(1, 5)).support(1, Fraction(1))
        [((Fraction(2, 1),), Fraction(1, 5)), ((Fraction(-1, 2),), Fraction(4, 5))]
        """
        r = exact_root((1 - self.p) / self.p)
        if r is None:
            raise ValueError(
                f"two_point: with p = {self.p} the values are irrational; "
                "give p = 1 / (1 + q^2) with a rational q, such as 1/2, 1/5 or 1/10"
            )
        return product_law([(r, self.p), (-1 / r, 1 - self.p)], dimension, sigma)
