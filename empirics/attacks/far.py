"""Far: one very long vector, which a rule must not even let into its rounding errors."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray, colluding


@dataclass(frozen=True)
class Far(Attack):
    """B = g + distance e_1, for all Byzantine workers alike, e_1 the first unit vector."""

    name: ClassVar[str] = "far"
    distance: float = 1e9

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """`distance` in the first coordinate, else 0."""
        trials, _, dimension = noise.shape
        offset = np.zeros((trials, dimension))
        offset[:, 0] = self.distance
        return colluding(offset, f)
