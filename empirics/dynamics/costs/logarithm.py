"""A cost that is flat far away: (v) fails."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.dynamics.cost import Cost
from empirics.interfaces import FloatArray


@dataclass(frozen=True)
class Logarithm(Cost):
    """Q(x) = sum log(1 + x_i^2); second derivatives between -1/4 and 2, and no epsilon for (v)."""

    name: ClassVar[str] = "logarithm"

    def value(self, x: FloatArray) -> FloatArray:
        """The sum of log(1 + x_i^2)."""
        total: FloatArray = np.log1p(np.square(x)).sum(axis=-1)
        return total

    def gradient(self, x: FloatArray) -> FloatArray:
        """2 x_i / (1 + x_i^2)."""
        slope: FloatArray = 2 * x / (1 + np.square(x))
        return slope

    def horizon(self, dimension: int) -> float:
        """4 d."""
        return 4.0 * dimension
