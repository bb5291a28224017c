"""Sign flip: send the opposite of the correct workers' mean."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray, colluding


@dataclass(frozen=True)
class SignFlip(Attack):
    """B = -mean(V), for all Byzantine workers alike.

    Folklore; the omniscient attack in the experiments of Blanchard et al. (NeurIPS 2017,
    arXiv:1703.02757) is its scaled form. Inner product manipulation with factor 1.
    """

    name: ClassVar[str] = "sign_flip"

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """-(g + mean Z) - g."""
        return colluding(-noise.mean(axis=1) - 2 * gradient, f)
