"""Optimised ALIE: in each trial, the number of standard deviations that hurts a rule most."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray
from empirics.line_search import LineSearch, powers_of_two


@dataclass(frozen=True)
class OptimisedALIE(LineSearch):
    """B = mean(V) - z std(V), with the z of each trial chosen for the largest |F - g|.

    A line search over `alie` (arXiv:1902.06156), against the rule F called `against`. The z tried
    are 0 and plus and minus 2^j for half-integer steps of j from `lowest` to `highest`; the first
    among z of equal effect is taken, 0 first, then the smaller modulus, plus before minus.
    """

    name: ClassVar[str] = "optimised_alie"
    lowest: int = -4
    highest: int = 4

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """Mean Z - z std Z for the best z; std as in `alie`."""
        mean, std = noise.mean(axis=1), noise.std(axis=1)
        factors = powers_of_two(self.lowest, self.highest)
        candidates = (mean - sign * z * std for z in factors for sign in (1, -1) if z or sign > 0)
        return self.strongest(noise, candidates, f)
