"""Exact scores by integers of a few limbs, for many trials at once.

Models that take few values let scores tie exactly in many trials, and no error bound decides those.
Where the coordinates of a trial are of similar size, all are multiples of a power of two and less
than 2^60 times that, so that machine integers hold their differences and, cut into limbs, the
squares (Knuth, The Art of Computer Programming 2, 3rd ed., Section 4.3.1).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from empirics.distances import from_point
from empirics.interfaces import BoolArray, FloatArray, IntArray

_SIZE = 60
"""Bits of a coordinate, without its sign."""

_LIMB = 21
"""Bits of a limb: three hold a difference, and a sum of 2^20 products of two stays below 2^63."""

_MANY = 2**20
"""Coordinates of all workers in a trial that are too many for such sums."""

_RANGE = 2.0**-400, 2.0**400
"""Sizes of coordinates with which no distance and no power of two overflows."""

_FARTHER, _TINY = 1 + 1e-6, 1e-290
"""Rounding moves a computed distance by far less than this factor, unless it is tiny."""

_BLOCK = 2**16
"""Differences computed together."""

Integers = npt.NDArray[np.int64]


def smallest_by_limbs(
    vectors: FloatArray, candidates: BoolArray, k: int
) -> tuple[IntArray, BoolArray]:
    """The first candidate of smallest exact score in each trial, [T], and where it is known, [T].

    `candidates` [T, r] names at least one of the first r <= n vectors [T, n, d], which are finite.
    Not known where coordinates that matter for a score are of too different size, or too many.
    """
    trials, workers = candidates.nonzero()
    n, d = vectors.shape[1:]
    step = max(1, _BLOCK // (n * d))
    parts = [slice(start, start + step) for start in range(0, len(trials), step)]
    near = np.concatenate(
        [_near(vectors[trials[p]], vectors[trials[p], workers[p]], k) for p in parts]
    )
    starts = np.searchsorted(trials, np.arange(len(vectors)))
    integers, known, _ = _integers(vectors, np.logical_or.reduceat(near, starts))
    sums = [
        _sums(integers[trials[p]] - integers[trials[p], workers[p], np.newaxis], near[p], k)
        for p in parts
    ]
    # By trial and then score; the sort is stable, so the first of equals stays the first.
    order = np.lexsort((*np.concatenate(sums, axis=1), trials))
    return workers[order[starts]], known


def exact_squared_distances(vectors: FloatArray) -> tuple[list[int], Fraction] | None:
    """Exact squared distances from the first of vectors [n, d] to all, in some unit; finite ones.

    None where the coordinates are of too different size, or too many.

    >>> distances, unit = exact_squared_distances(np.array([[0.5], [0.0], [2.0]]))
    >>> [distance * unit for distance in distances]
    [Fraction(0, 1), Fraction(1, 4), Fraction(9, 4)]
    """
    integers, known, unit = _integers(vectors[np.newaxis], np.ones((1, len(vectors)), dtype=bool))
    if not known[0]:
        return None
    low, middle, high = _squares(integers - integers[:, :1])[:, 0].tolist()
    bits = 2 * _LIMB
    return [
        a + (b << bits) + (c << 2 * bits) for a, b, c in zip(low, middle, high, strict=True)
    ], Fraction(float(unit[0])) ** 2


def _near(vectors: FloatArray, points: FloatArray, k: int) -> BoolArray:
    """The vectors [P, n, d] that may be among the k + 1 closest to a point [P, d], [P, n]."""
    rough = from_point(vectors, points)
    farthest = np.partition(rough, k, axis=1)[:, k : k + 1]
    with np.errstate(over="ignore"):
        return rough <= _FARTHER * farthest + _TINY


def _integers(vectors: FloatArray, matters: BoolArray) -> tuple[Integers, BoolArray, FloatArray]:
    """Vectors that matter, [T, n], in units of each trial, 0 for others; where all fit; the units.

    The last two are of shape [T].
    """
    relevant = np.where(matters[:, :, np.newaxis], vectors, 0.0)
    size = np.abs(relevant).max(axis=(1, 2))
    sensible = ((size > _RANGE[0]) & (size < _RANGE[1])) | (size == 0)
    sensible &= relevant[0].size <= _MANY
    relevant[~sensible] = 0.0
    _, exponent = np.frexp(np.where(sensible, size, 1.0))
    unit = np.ldexp(1.0, exponent - _SIZE)[:, np.newaxis, np.newaxis]
    multiples = np.rint(relevant / unit)
    fits = (multiples * unit == relevant).all(axis=(1, 2))
    return multiples.astype(np.int64), sensible & fits, unit[:, 0, 0]


def _sums(differences: Integers, near: BoolArray, k: int) -> Integers:
    """The sums of the k + 1 smallest squared lengths of near vectors [P, n, d], as digits [3, P].

    Digits of 42 bits, the lowest first; the last one may be longer.
    """
    squares = _squares(differences)
    squares[-1][~near] = np.iinfo(np.int64).max
    smallest = np.lexsort(squares, axis=1)[:, : k + 1]
    sums = np.array([np.take_along_axis(s, smallest, axis=1).sum(axis=1) for s in squares])
    _carry(sums, 2 * _LIMB)
    return sums


def _squares(differences: Integers) -> Integers:
    """The squared lengths [P, n] of vectors [P, n, d], as digits [3, P, n] in the same way."""
    low = differences & (2**_LIMB - 1)
    middle = (differences >> _LIMB) & (2**_LIMB - 1)
    high = differences >> 2 * _LIMB

    def product(x: Integers, y: Integers) -> Integers:
        return np.einsum("pnd,pnd->pn", x, y)

    digits = np.array(
        [
            product(low, low),
            2 * product(low, middle),
            2 * product(low, high) + product(middle, middle),
            2 * product(middle, high),
            product(high, high),
        ]
    )
    _carry(digits, _LIMB)
    return np.array([digits[0] + (digits[1] << _LIMB), digits[2] + (digits[3] << _LIMB), digits[4]])


def _carry(digits: Integers, bits: int) -> None:
    """Move what exceeds so many bits of each digit but the last to the next one."""
    for lower, upper in pairwise(digits):
        upper += lower >> bits
        lower &= 2**bits - 1
