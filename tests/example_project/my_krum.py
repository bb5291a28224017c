"""Krum and Multi-Krum in a few lines of numpy."""

import numpy as np


def scores(vectors, f):
    """The sum of the n - f - 2 smallest squared distances to others, [n]."""
    n = len(vectors)
    if f < 0 or 2 * f + 2 >= n:
        raise ValueError(f"Krum needs 2f + 2 < n, but n = {n} and f = {f}")
    if not np.isfinite(vectors).all():
        raise ValueError("a worker sent NaN or infinity")
    distances = np.square(vectors[:, None] - vectors).sum(axis=2)
    return np.sort(distances, axis=1)[:, 1 : n - f - 1].sum(axis=1)


def krum(vectors, f):
    """The vector of smallest score, [d]."""
    return vectors[scores(vectors, f).argmin()]


def multi_krum(vectors, f):
    """The average of the n - f vectors of smallest score, [d]."""
    kept = np.argsort(scores(vectors, f), kind="stable")[: len(vectors) - f]
    return vectors[kept].mean(axis=0)
