"""Gaussian: noise of large variance that carries no information."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray
from empirics.ziggurat import standard_normal


@dataclass(frozen=True)
class GaussianAttack(Attack):
    """B ~ N(0, deviation^2 I), independently for each Byzantine worker.

    Blanchard et al., NeurIPS 2017, arXiv:1703.02757, experiments, with standard deviation 200.
    """

    name: ClassVar[str] = "gaussian"
    deviation: float = 200.0

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """Noise of that deviation, minus g."""
        trials, _, dimension = noise.shape
        offsets = standard_normal(rng, (trials, f, dimension))
        offsets *= self.deviation
        offsets -= gradient
        return offsets
