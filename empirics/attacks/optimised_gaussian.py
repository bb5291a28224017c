"""Optimised Gaussian: in each trial, the deviation of the noise that hurts a rule most."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray
from empirics.line_search import LineSearch, powers_of_two


@dataclass(frozen=True)
class OptimisedGaussian(LineSearch):
    """B = deviation N(0, I), with the deviation of each trial chosen for the largest |F - g|.

    A line search over the Gaussian attack (Blanchard et al., NeurIPS 2017, arXiv:1703.02757),
    against the rule F called `against`. Each Byzantine worker draws once, independently, before the
    search. The deviations tried are 0 and 2^j for half-integer steps of j from `lowest` to
    `highest`; the smallest of equal effect is taken.
    """

    name: ClassVar[str] = "optimised_gaussian"
    lowest: int = -4
    highest: int = 8

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """The noise with the best deviation, minus g."""
        drawn = rng.standard_normal((len(noise), f, noise.shape[2]))
        deviations = powers_of_two(self.lowest, self.highest)
        return self.strongest(noise, (x * drawn - gradient for x in deviations), f)
