"""Coordinate-wise median and trimmed mean: by hand, by order statistics, and against byzfl."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empirics.rules.median import CoordinatewiseMedian
from empirics.rules.trimmed_mean import TrimmedMean
from empirics.strategies import trials

MEDIAN, TRIMMED = CoordinatewiseMedian(), TrimmedMean()


@given(trials(max_exponent=0), st.data())
def test_are_order_statistics_of_each_coordinate(trial, data):
    v, f = trial
    count, n, d = v.shape
    t, c = data.draw(st.integers(0, count - 1)), data.draw(st.integers(0, d - 1))
    column = sorted(v[t, :, c].tolist())
    middle = (column[(n - 1) // 2] + column[n // 2]) / 2
    assert MEDIAN.aggregate(v, f)[t, c] == pytest.approx(middle, rel=1e-15)
    kept = column[f : n - f]
    limit = 1e-15 * n * max(map(abs, column))
    assert TRIMMED.aggregate(v, f)[t, c] == pytest.approx(sum(kept) / len(kept), abs=limit)


def test_by_hand():
    v = np.array([[1.0, -5.0], [2.0, 0.0], [9.0, 4.0], [4.0, 2.0], [-99.0, 99.0]])
    assert MEDIAN.aggregate(v, 1).tolist() == [2.0, 2.0]
    assert TRIMMED.aggregate(v, 1).tolist() == [7 / 3, 2.0]
    assert MEDIAN.aggregate(v[:4], 1).tolist() == [3.0, 1.0]
    assert TRIMMED.aggregate(v[:4], 0).tolist() == [4.0, 0.25]
    np.testing.assert_array_equal(v[4], [-99.0, 99.0])


@given(trials(max_exponent=0))
def test_lie_between_the_correct_values_whatever_f_workers_send(trial):
    v, f = trial
    n = v.shape[1]
    attacked = v.copy()
    attacked[:, n - f :] = np.inf
    correct = v[:, : n - f]
    low, high = correct.min(axis=1), correct.max(axis=1)
    for rule in (MEDIAN, TRIMMED):
        result = rule.aggregate(attacked, f)
        slack = 1e-15 * n * np.abs(correct).max(axis=1)
        assert (low - slack <= result).all()
        assert (result <= high + slack).all()


@pytest.mark.parametrize("rule", [MEDIAN, TRIMMED])
@pytest.mark.parametrize(
    ("vectors", "f", "message"),
    [
        (np.zeros((4, 2)), 2, "2f < n, but n = 4 and f = 2"),
        (np.zeros((4, 2)), -1, "f = -1"),
        (np.zeros(4), 1, r"shape \(4,\)"),
        (np.array([[1.0], [np.nan], [2.0]]), 1, "NaN; drop that worker"),
    ],
)
def test_refuse(rule, vectors, f, message):
    with pytest.raises(ValueError, match=message):
        rule.aggregate(vectors, f)


def test_byzfl_agrees_on_numpy_arrays():
    byzfl = pytest.importorskip("byzfl")
    for n in (10, 11):
        for v in np.random.default_rng(n).standard_normal((50, n, 3)):
            np.testing.assert_allclose(byzfl.TrMean(3)(v), TRIMMED.aggregate(v, 3), rtol=1e-12)
            np.testing.assert_allclose(byzfl.Median()(v), MEDIAN.aggregate(v, 3), rtol=1e-12)
