"""The directions into which min-max and min-sum lean (Shejwalkar, Houmansadr, NDSS 2021, IV-B)."""

import numpy as np

from empirics.interfaces import FloatArray

PERTURBATIONS = ("std", "unit", "sign")
"""Minus the standard deviations, minus the mean at length 1, minus the signs of the mean."""


def perturbation(direction: str, noise: FloatArray, gradient: FloatArray) -> FloatArray:
    """The direction [trials, d] for noise V - g [trials, workers, d] of the correct workers.

    >>> noise = np.array([[[1.0, -4.0], [3.0, -4.0]]])
    >>> [perturbation(p, noise, np.array([1.0, 0.0])).tolist() for p in PERTURBATIONS]
    [[[-1.0, -0.0]], [[-0.6, 0.8]], [[-1.0, 1.0]]]
    """
    if direction == "std":
        return -noise.std(axis=1)
    mean = gradient + noise.mean(axis=1)
    if direction == "sign":
        return -np.sign(mean)
    length = np.linalg.norm(mean, axis=1, keepdims=True)
    return -np.divide(mean, length, out=np.zeros_like(mean), where=length > 0)
