"""Skew: a centred exponential variable in every coordinate."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray, Model


@dataclass(frozen=True)
class Skewed(Model):
    """Independent coordinates sigma (X - 1), X exponential with mean and variance 1; skewness 2."""

    name: ClassVar[str] = "skewed"

    def standard(self, rng: np.random.Generator, shape: tuple[int, int, int]) -> FloatArray:
        """Exponential, minus its mean."""
        return rng.standard_exponential(shape) - 1.0
