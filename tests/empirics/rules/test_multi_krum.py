"""Multi-Krum against the scores of the oracle, and against other libraries where they agree."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empirics.rules.krum import krum
from empirics.rules.linear import Average
from empirics.rules.multi_krum import MultiKrum, best, multi_krum
from empirics.strategies import trials
from tests.empirics.oracle import krum_by_definition


@given(trials(), st.data())
def test_the_best_are_those_of_smallest_exact_score(trial, data):
    n = trial.vectors.shape[1]
    m = data.draw(st.integers(1, n))
    chosen = best(trial.vectors, trial.f, m)
    for rows, taken in zip(trial.vectors, chosen, strict=True):
        scores = krum_by_definition(rows.tolist(), trial.f).scores
        ranking = sorted(range(n), key=scores.__getitem__)
        assert taken.nonzero()[0].tolist() == sorted(ranking[:m])


@given(trials(max_exponent=0))
def test_one_is_krum_and_all_is_the_average(trial):
    v, f = trial
    np.testing.assert_array_equal(multi_krum(v, f, 1), krum(v, f))
    np.testing.assert_allclose(
        multi_krum(v, f, v.shape[1]), Average().aggregate(v, f), rtol=1e-12, atol=1e-3
    )


def test_by_hand():
    # Scores with f = 1, so two neighbours each: 5, 2, 5, 13, ...
    v = [[1.0], [2.0], [3.0], [5.0], [100.0]]
    scores = krum_by_definition(v, 1).scores
    assert scores == [Fraction(s) for s in (5, 2, 5, 13, 95**2 + 97**2)]
    assert multi_krum(v, 1, 2).tolist() == [1.5]  # the tie of 5 goes to the smallest index
    assert multi_krum(v, 1).tolist() == [2.75]  # m = n - f


def test_one_trial_needs_no_axis_of_trials():
    v = np.random.default_rng(0).standard_normal((3, 9, 4))
    whole = MultiKrum(3).aggregate(v, 2)
    assert whole.shape == (3, 4)
    for t in range(3):
        np.testing.assert_array_equal(MultiKrum(3).aggregate(v[t], 2), whole[t])
        np.testing.assert_array_equal(best(v[t], 2, 3), best(v, 2, 3)[t])
    assert MultiKrum(3).label == "multi_krum(m=3)"


@pytest.mark.parametrize(
    ("vectors", "f", "m", "message"),
    [
        (np.zeros((5, 2)), 1, 0, "m = 0 and n = 5"),
        (np.zeros((5, 2)), 1, 6, "m = 6 and n = 5"),
        (np.zeros((6, 2)), 2, 1, r"2f \+ 2 < n"),
        (np.full((5, 2), np.inf), 1, 1, "inf at worker 0"),
    ],
)
def test_refuses(vectors, f, m, message):
    with pytest.raises(ValueError, match=message):
        multi_krum(vectors, f, m)


def test_byzfl_is_multi_krum_of_one_byzantine_worker_less_averaged_over_one_less():
    """Its scores take n - f - 1 neighbours: those of Krum with f - 1; and it averages n - f."""
    byzfl = pytest.importorskip("byzfl")
    rng = np.random.default_rng(0)
    for v in rng.standard_normal((200, 11, 3)):
        np.testing.assert_allclose(byzfl.MultiKrum(3)(v), multi_krum(v, 2, m=8), rtol=1e-12)
        np.testing.assert_allclose(byzfl.Krum(3)(v), multi_krum(v, 2, m=1), rtol=1e-12)
