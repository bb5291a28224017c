"""Inf: send infinity in every coordinate."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray, colluding


@dataclass(frozen=True)
class Infinite(Attack):
    """B = (inf, ..., inf), for all Byzantine workers alike, as the attack `Inf` of byzfl."""

    name: ClassVar[str] = "inf"

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """Infinity; g does not matter."""
        return colluding(np.full_like(noise[:, 0], np.inf), f)
