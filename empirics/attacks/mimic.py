"""Mimic: copy one correct worker, so that it counts f + 1 times."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray, colluding


@dataclass(frozen=True)
class Mimic(Attack):
    """B = V_worker, for all Byzantine workers alike; `worker` is a fixed correct one, from 0.

    Karimireddy, He, Jaggi, ICLR 2022, arXiv:2006.09365. They choose whom to copy by the direction
    of largest variance over time; correct workers with one law leave nothing to choose.
    """

    name: ClassVar[str] = "mimic"
    worker: int = 0

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """Z of the copied worker."""
        if not 0 <= self.worker < noise.shape[1]:
            raise ValueError(
                f"{self.label}: there are {noise.shape[1]} correct workers, counted from 0"
            )
        return colluding(noise[:, self.worker], f)
