"""Exact trials are exact, whatever the scales in them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from empirics.exact import ExactTrial
from empirics.strategies import vectors
from tests.empirics.oracle import distance, krum_by_definition


@given(vectors(5, 2, max_exponent=900))
def test_distances_scores_and_neighbours_are_the_oracles(v):
    trial = ExactTrial(v)
    rows = [[Fraction(x) for x in row] for row in v.tolist()]
    answer = krum_by_definition(rows, 1)
    scores = trial.scores([4, 0], 2)
    assert list(scores) == [4, 0]
    for i in (4, 0):
        exact = [multiple * trial.unit for multiple in trial.squared_distances(i)]
        assert exact == [distance(rows[i], row) for row in rows]
        assert scores[i] * trial.unit == answer.scores[i]
        assert sorted(trial.nearest(i, 2)) == [j for j in range(5) if answer.neighbours[i][j]]


@pytest.mark.parametrize(
    ("x", "square"), [(3.0, 9.0), (1e200, np.inf), (2.0**-537, 2.0**-1074), (1e-300, 0.0)]
)
def test_rounds_to_the_nearest_float(x, square):
    trial = ExactTrial(np.array([[0.0], [x]]))
    assert trial.as_float(trial.squared_distances(0)[1]) == square
