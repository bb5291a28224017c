"""What rules ask of their input, and what the coordinate-wise ones share."""

import numpy as np
import numpy.typing as npt

from empirics.interfaces import FloatArray
from empirics.long_vectors import refuse_not_finite


def checked_for_order(rule: str, vectors: npt.ArrayLike, f: int) -> FloatArray:
    """The vectors [.., n, d], or a ValueError that says why no coordinate-wise rule takes them.

    It needs 0 <= 2f < n and no NaN; infinite coordinates can be ordered.
    """
    array = as_vectors(rule, vectors)
    n = array.shape[-2]
    _check_f(rule, f)
    if not 0 <= 2 * f < n:
        raise ValueError(f"{rule} needs f >= 0 and 2f < n, but n = {n} and f = {f}")
    if np.isnan(array).any():
        raise ValueError(f"{rule}: a vector holds NaN; drop that worker before aggregating")
    return array


def checked_finite(
    rule: str, vectors: npt.ArrayLike, f: int, share: int = 2, more: int = 1
) -> FloatArray:
    """The vectors [.., n, d], or a ValueError that says what is wrong with them or with f.

    All coordinates must be finite, f >= 0, and n >= share f + more.
    """
    array = as_vectors(rule, vectors)
    n = array.shape[-2]
    _check_f(rule, f)
    least = share * f + more
    if f < 0 or n < least:
        raise ValueError(
            f"{rule} needs f >= 0 and n >= {share}f + {more}, but n = {n} and f = {f}"
            + (f"; with this f give n >= {least}" if f >= 0 else "")
        )
    refuse_not_finite(array)
    return array


def as_vectors(rule: str, vectors: npt.ArrayLike) -> FloatArray:
    """The vectors [.., n, d] in float64, or a ValueError that says why they are none."""
    try:
        array = np.asarray(vectors)
    except ValueError as error:
        raise ValueError(f"{rule}: vectors is not an array of numbers: {error}") from error
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{rule}: vectors has dtype {array.dtype}; give real numbers")
    if array.ndim < 2 or 0 in array.shape[-2:]:
        raise ValueError(f"{rule}: vectors has shape {array.shape}; give [.., n, d] with n, d >= 1")
    return array.astype(np.float64, copy=False)


def _check_f(rule: str, f: int) -> None:
    if not isinstance(f, int | np.integer) or isinstance(f, bool):
        raise ValueError(
            f"{rule}: f = {f!r} is not a number of Byzantine workers; give an integer >= 0"
        )


def mean_around(vectors: FloatArray, centre: FloatArray, count: int) -> FloatArray:
    """In each coordinate the mean of the `count` values closest to a centre [.., d].

    For vectors [.., n, d]; ties to the smallest index. Infinite values are far from every centre.

    >>> mean_around(np.array([[1.0], [2.0], [4.0], [90.0]]), np.array([3.0]), 3)
    array([2.33333333])
    """
    away = np.abs(vectors - centre[..., np.newaxis, :])
    closest = np.argsort(away, axis=-2, kind="stable")[..., :count, :]
    return np.take_along_axis(vectors, closest, axis=-2).mean(axis=-2)


def squared_distances(vectors: FloatArray) -> FloatArray:
    """[.., n, n] for vectors [.., n, d], by direct differences; rounded."""
    rows = [
        np.square(vectors - vectors[..., i : i + 1, :]).sum(axis=-1)
        for i in range(vectors.shape[-2])
    ]
    return np.stack(rows, axis=-2)
