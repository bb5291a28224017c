"""A cost that is too steep far away: the bounds of (iii) fail."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.dynamics.cost import Cost
from empirics.interfaces import FloatArray


@dataclass(frozen=True)
class Quartic(Cost):
    """Q(x) = |x|^4 / 4; |grad Q| = |x|^3 is bounded by no A + B|x|, and (v) holds with beta = 0."""

    name: ClassVar[str] = "quartic"

    def value(self, x: FloatArray) -> FloatArray:
        """|x|^4 / 4."""
        quarter: FloatArray = np.square(np.square(x).sum(axis=-1)) / 4
        return quarter

    def gradient(self, x: FloatArray) -> FloatArray:
        """|x|^2 x."""
        slope: FloatArray = np.square(x).sum(axis=-1, keepdims=True) * x
        return slope

    def horizon(self, dimension: int) -> float:
        """1."""
        return 1.0
