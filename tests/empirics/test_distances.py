"""The error bounds of computed distances hold, against Fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from empirics.distances import HUGE, enclosure, from_gram, from_point, rounding
from empirics.strategies import vectors
from tests.empirics.oracle import distance


def exact_distances(v):
    rows = [[Fraction(x) for x in row] for row in v.tolist()]
    return [[distance(a, b) for b in rows] for a in rows]


@pytest.mark.parametrize("copies", [1, 3])
@pytest.mark.parametrize("order", ["C", "F"])
@given(v=vectors(5, 3))
def test_gaps_are_as_close_as_the_norms_allow(v, order, copies):
    gram = np.array((v @ v.T)[np.newaxis], order=order)
    gaps, norms = (array[0] for array in from_gram(gram, copies))
    relative, absolute = rounding(v.shape[1] + 2)
    np.testing.assert_array_equal(norms, (v @ v.T).diagonal())
    assert (gaps[:, 5:] == gaps[:, 4:5]).all()
    rows = [[Fraction(x) for x in row] for row in v.tolist()]
    squares = [sum(x * x for x in row) for row in rows]
    for i, row in enumerate(exact_distances(v)):
        for j, exact in enumerate(row):
            error = abs(Fraction(gaps[i, j]) - (exact - squares[i]) / 2)
            assert error <= relative * (norms[j] + norms[i] / 2) + absolute


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
