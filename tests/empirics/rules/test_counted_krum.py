"""Result 2 by counting: the named algorithm is Krum, and does O(n^2 d) operations on average."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from empirics.rules.counted_krum import counted_krum, expected_operations
from empirics.selection import merge_sort, quickselect
from empirics.strategies import admissible, trials
from tests.empirics.oracle import krum_by_definition


@given(trials(max_trials=1), st.integers(0, 99), st.sampled_from([quickselect, merge_sort]))
def test_is_krum_on_fractions(trial, seed, selection):
    exact = [[x.as_integer_ratio() for x in row] for row in trial.vectors[0].tolist()]
    scale = math.lcm(*(q for row in exact for _, q in row))
    integers = [[p * (scale // q) for p, q in row] for row in exact]
    result = counted_krum(integers, trial.f, seed, selection)
    answer = krum_by_definition(integers, trial.f)
    assert result.chosen == answer.chosen
    assert result.scores == answer.scores


@given(admissible(), st.integers(1, 5), st.integers(0, 99))
def test_arithmetic_does_not_depend_on_the_pivots(pair, d, seed):
    n, f = pair
    points = [[i * j for j in range(d)] for i in range(n)]
    counts = counted_krum(points, f, seed).counts
    assert counts.arithmetic == expected_operations(n, f, d)[0]


@pytest.mark.parametrize(("n", "f"), [(5, 1), (11, 3), (20, 0)])
@pytest.mark.parametrize("everyone_sends_the_same", [False, True])
def test_comparisons_average_to_their_expectation(n, f, everyone_sends_the_same):
    rng = random.Random(1)
    runs = 400
    total = 0
    for seed in range(runs):
        points = [[0.0 if everyone_sends_the_same else rng.random()] for _ in range(n)]
        total += counted_krum(points, f, seed).counts.comparisons
    # The comparisons of one run deviate by less than n^1.5: five standard errors are n^1.5 / 4.
    assert total / runs == pytest.approx(float(expected_operations(n, f, 1)[1]), abs=n**1.5 / 4)


@given(admissible(60), st.integers(1, 1000))
def test_expected_operations_are_below_a_multiple_of_n_squared_d(pair, d):
    n, f = pair
    arithmetic, comparisons = expected_operations(n, f, d)
    assert arithmetic + comparisons < (1.5 + 5 / d) * n**2 * d


def test_sorting_needs_more_comparisons_as_n_grows():
    excess = []
    for n in (16, 128):
        points = [[random.Random(i).random()] for i in range(n)]
        by_sorting = counted_krum(points, 0, 0, merge_sort).counts
        by_selecting = counted_krum(points, 0, 0).counts
        assert by_sorting.arithmetic == by_selecting.arithmetic
        excess.append(by_sorting.comparisons / by_selecting.comparisons)
    assert excess[1] > 1.5 * excess[0]


@pytest.mark.parametrize(
    ("points", "f", "message"),
    [
        ([[1.0]] * 4, 1, "n = 4 and f = 1"),
        ([[1.0]] * 4, -1, "f = -1"),
        ([[1.0]] * 4 + [[1.0, 2.0]], 1, "differ in length"),
        ([[]] * 5, 1, "empty"),
        ([[1.0]] * 4 + [[math.nan]], 1, "NaN"),
        ([[1.0]] * 4 + [[math.inf]], 1, "infinity"),
    ],
)
def test_refuses(points, f, message):
    with pytest.raises(ValueError, match=message):
        counted_krum(points, f, 0)


def test_expected_operations_refuse():
    with pytest.raises(ValueError, match="d = 0"):
        expected_operations(5, 1, 0)
    with pytest.raises(ValueError, match="n = 4"):
        expected_operations(4, 1, 1)
