"""Squared distances between the vectors of a trial, in batches, and how far rounding can move them.

Two ways are offered. Their error bounds hold for any order of summation, with or without fused
multiply-add, threads or flushing of subnormal numbers (standard model of rounding, N. Higham,
Accuracy and Stability of Numerical Algorithms, 2nd ed., Sections 2.2 and 3.1):

* `from_gram`: |z_i|^2 + |z_j|^2 - 2<z_i, z_j>. One matrix product, so fast; but the error grows
  with the squared NORMS of the vectors.
* `from_point`: the sum of the squares of z_i - z_j. Slower; but the error is a tiny fraction of the
  squared DISTANCE, however far from the origin the vectors are.
"""

from typing import Literal

import numpy as np

from empirics.interfaces import FloatArray

HUGE = 2.0**1000
"""No square or sum below this bound has overflowed."""

_UNIT_ROUNDOFF = 2.0**-53
_SMALLEST_NORMAL = 2.0**-1022


def from_gram(gram: FloatArray, copies: int = 1) -> tuple[FloatArray, FloatArray]:
    """Gaps (|z_i - z_j|^2 - |z_i|^2) / 2, [T, r, r], and squared norms |z_i|^2, [T, r].

    For inner products `gram` [T, r, r]; with `copies` the last column of the gaps occurs so often.
    A row's gaps are in the order of its distances, and cost one pass where those cost three.
    With products of d coordinates and (c, a) of `rounding(d + 2)` a gap is wrong by at most
    c (|z_j|^2 + |z_i|^2 / 2) + a; where a squared norm exceeds `HUGE` it may be infinite or NaN.
    The results are laid out in memory as `gram` is.
    """
    order: Literal["C", "F"] = "C" if gram.flags.c_contiguous else "F"
    norms = np.diagonal(gram, axis1=1, axis2=2).copy(order)
    trials, r = norms.shape
    gaps = np.empty((trials, r, r - 1 + copies), order=order)
    np.subtract(norms[:, np.newaxis, :] / 2, gram, out=gaps[:, :, :r])
    gaps[:, :, r:] = gaps[:, :, r - 1 : r]
    return gaps, norms


def from_point(vectors: FloatArray, points: FloatArray) -> FloatArray:
    """Squared distances [T, n] from points [T, d] to vectors [T, n, d]; infinite on overflow."""
    with np.errstate(over="ignore"):
        difference = vectors - points[:, np.newaxis, :]
        return np.einsum("tnd,tnd->tn", difference, difference)


def rounding(operations: int) -> tuple[float, float]:
    """(r, a): rounding moves a sum of products by at most r (sum of their moduli) + a.

    `operations` is the number of roundings on the way of one product to the sum. Both numbers are
    4 times the bound of Higham, Section 3.1, which leaves room for the rounding of the tests that
    use them; `a` lets every product be flushed to zero.
    """
    return 4.0 * operations * _UNIT_ROUNDOFF, 4.0 * operations * _SMALLEST_NORMAL


def enclosure(values: FloatArray, operations: int) -> tuple[FloatArray, FloatArray]:
    """Bounds (low, high) of sums of squares that were computed with so many roundings.

    An infinite value has overflowed, and is only known to be at least `HUGE`.
    """
    relative, absolute = rounding(operations)
    with np.errstate(over="ignore"):
        high = values * (1 + relative) + absolute
    return np.minimum(values * (1 - relative) - absolute, HUGE), high
