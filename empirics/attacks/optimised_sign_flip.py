"""Optimised sign flip: in each trial, the opposite of the mean at the length that hurts most."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray
from empirics.line_search import LineSearch, powers_of_two


@dataclass(frozen=True)
class OptimisedSignFlip(LineSearch):
    """B = -scale mean(V), with the scale of each trial chosen for the largest |F - g|.

    A line search over the scaled sign flip, the omniscient attack in the experiments of Blanchard
    et al. (NeurIPS 2017, arXiv:1703.02757), against the rule F called `against`. The scales tried
    are 0 and 2^j for half-integer steps of j from `lowest` to `highest`; the smallest of equal
    effect is taken. It never sends what agrees with the mean; `optimised_ipm` may.
    """

    name: ClassVar[str] = "optimised_sign_flip"
    lowest: int = -8
    highest: int = 8

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """-scale (g + mean Z) - g for the best scale."""
        mean = gradient + noise.mean(axis=1)
        scales = powers_of_two(self.lowest, self.highest)
        return self.strongest(noise, (-scale * mean - gradient for scale in scales), f)
