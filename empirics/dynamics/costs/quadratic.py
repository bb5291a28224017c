"""The quadratic cost: convex, with all that Proposition 2 asks."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.dynamics.cost import Cost
from empirics.interfaces import FloatArray


@dataclass(frozen=True)
class Quadratic(Cost):
    """Q(x) = |x|^2 / 2; the second derivative is 1, and (v) holds with beta = 0 for every D > 0."""

    name: ClassVar[str] = "quadratic"

    def value(self, x: FloatArray) -> FloatArray:
        """|x|^2 / 2."""
        half: FloatArray = np.square(x).sum(axis=-1) / 2
        return half

    def gradient(self, x: FloatArray) -> FloatArray:
        """x."""
        return x

    def horizon(self, dimension: int) -> float:
        """d."""
        return float(dimension)
