"""A cost that is not convex, with all that Proposition 2 asks."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.dynamics.cost import Cost
from empirics.interfaces import FloatArray


@dataclass(frozen=True)
class Sine(Cost):
    """Q(x) = sum x_i^2 + 3 sin^2 x_i, whose only stationary point is 0.

    Karimi, Nutini, Schmidt, ECML 2016, arXiv:1608.04636. The second derivatives 2 + 6 cos(2 x_i)
    are between -4 and 8. As |grad Q - 2x| <= 3 sqrt(d), the cosine of (v) is at least
    (2r - 3 sqrt(d)) / (2r + 3 sqrt(d)) for |x| >= r: 3/5 beyond D = 36 d, where sin(alpha) < 3/5
    leaves alpha + beta < pi/2.
    """

    name: ClassVar[str] = "sine"

    def value(self, x: FloatArray) -> FloatArray:
        """The sum of x_i^2 + 3 sin^2 x_i."""
        total: FloatArray = (np.square(x) + 3 * np.square(np.sin(x))).sum(axis=-1)
        return total

    def gradient(self, x: FloatArray) -> FloatArray:
        """2 x_i + 3 sin(2 x_i)."""
        slope: FloatArray = 2 * x + 3 * np.sin(2 * x)
        return slope

    def horizon(self, dimension: int) -> float:
        """36 d."""
        return 36.0 * dimension
