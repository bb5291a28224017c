"""Optimised IPM: in each trial, the inner product manipulation that hurts a rule most."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray
from empirics.line_search import LineSearch, powers_of_two


@dataclass(frozen=True)
class OptimisedIPM(LineSearch):
    """B = (1 - shift) mean(V), with the shift of each trial chosen for the largest |F - g|.

    A line search over inner product manipulation (arXiv:1903.03936; factor = shift - 1), against
    the rule F called `against`. The shifts tried are 2^j for half-integer steps of j from `lowest`
    to `highest`, and 0: Krum trusts only vectors close to the mean if |g| is large.
    Among shifts of equal effect the smallest is taken.
    """

    name: ClassVar[str] = "optimised_ipm"
    lowest: int = -12
    highest: int = 3

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """Mean Z - shift (g + mean Z) for the best shift."""
        mean = noise.mean(axis=1)
        shifts = powers_of_two(self.lowest, self.highest)
        candidates = (mean - shift * (gradient + mean) for shift in shifts)
        return self.strongest(noise, candidates, f)
