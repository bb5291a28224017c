"""What the coordinate-wise rules ask of their input: real numbers in an order, and a majority."""

import numpy as np

from empirics.interfaces import FloatArray


def checked_for_order(rule: str, vectors: FloatArray, f: int) -> FloatArray:
    """The vectors [.., n, d], or a ValueError that says why no coordinate-wise rule takes them.

    It needs 0 <= 2f < n and no NaN; infinite coordinates can be ordered.
    """
    if vectors.ndim < 2:
        raise ValueError(f"{rule}: vectors has shape {vectors.shape}; give [.., n, d]")
    n = vectors.shape[-2]
    if not 0 <= 2 * f < n:
        raise ValueError(f"{rule} needs f >= 0 and 2f < n, but n = {n} and f = {f}")
    if np.isnan(vectors).any():
        raise ValueError(f"{rule}: a vector holds NaN; drop that worker before aggregating")
    return vectors
