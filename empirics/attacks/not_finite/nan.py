"""NaN: send "not a number" in every coordinate, as a crashed worker also does."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray, colluding


@dataclass(frozen=True)
class NotANumber(Attack):
    """B = (NaN, ..., NaN), for all Byzantine workers alike.

    Folklore. A rule that looks for a smallest score by `argmin` may choose it: numpy takes NaN for
    the smallest of all.
    """

    name: ClassVar[str] = "nan"

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """NaN; g does not matter."""
        return colluding(np.full_like(noise[:, 0], np.nan), f)
