"""A little is enough: shift the correct workers' mean by a few of their standard deviations."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray, colluding


@dataclass(frozen=True)
class ALittleIsEnough(Attack):
    """B = mean(V) - z std(V) in each coordinate, for all Byzantine workers alike.

    Baruch, Baruch, Goldberg, NeurIPS 2019, arXiv:1902.06156. Unless `z` is given, it is their
    z_max = Phi^{-1}((n - f - s) / (n - f)) with s = floor(n / 2 + 1) - f, the number of correct
    workers that must side with the Byzantine ones for a majority. It may be 0 or negative where
    n is small. The attackers are omniscient here: mean and std are those of the correct workers.
    """

    name: ClassVar[str] = "alie"
    z: float | None = None

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """Mean Z - z std Z; std is the root of the mean squared deviation over n - f workers."""
        correct = noise.shape[1]
        z = z_max(correct + f, f) if self.z is None else self.z
        return colluding(noise.mean(axis=1) - z * noise.std(axis=1), f)


def z_max(n: int, f: int) -> float:
    """The largest shift, in standard deviations, that the paper expects to pass unnoticed.

    Raises ValueError unless 2f <= n and n >= 3, where it is not defined.

    >>> round(z_max(50, 24), 3)
    1.426
    """
    if 2 * f > n or n < 3:
        raise ValueError(f"alie: z_max needs 2f <= n and n >= 3, but n = {n} and f = {f}; give z")
    supporters = n // 2 + 1 - f
    return NormalDist().inv_cdf((n - f - supporters) / (n - f))
