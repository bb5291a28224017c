"""The error bounds of computed distances hold, against Fractions."""

from fractions import Fraction

import numpy as np
from hypothesis import given

from empirics.distances import HUGE, enclosure, from_gram, from_point, rounding
from empirics.strategies import vectors
from tests.empirics.oracle import distance


def exact_distances(v):
    rows = [[Fraction(x) for x in row] for row in v.tolist()]
    return [[distance(a, b) for b in rows] for a in rows]


@given(vectors(5, 3))
def test_gram_distances_are_as_close_as_the_norms_allow(v):
    distances, norms = from_gram(v[np.newaxis])
    relative, absolute = rounding(2 * (v.shape[1] + 4))
    assert (distances[0].diagonal() == 0).all()
    for i, row in enumerate(exact_distances(v)):
        for j, exact in enumerate(row):
            error = abs(Fraction(distances[0, i, j]) - exact)
            assert error <= relative * (norms[0, i] + norms[0, j]) + absolute


@given(vectors(5, 3))
def test_direct_distances_are_as_close_as_the_distances_allow(v):
    for i, row in enumerate(exact_distances(v)):
        low, high = enclosure(from_point(v[np.newaxis], v[np.newaxis, i]), v.shape[1] + 4)
        for j, exact in enumerate(row):
            assert low[0, j] <= exact <= high[0, j]


def test_overflow_is_enclosed():
    v = np.array([[[0.0], [1e200]]])
    low, high = enclosure(from_point(v, v[:, 0]), 5)
    assert low[0, 1] == HUGE
    assert high[0, 1] == np.inf
