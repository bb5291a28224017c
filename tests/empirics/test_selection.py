"""Quickselect and merge sort find what they should, and count what they do."""

import random
from fractions import Fraction
from math import ceil, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from empirics.selection import (
    OperationCounts,
    expected_quickselect_comparisons,
    knuth_quickselect_comparisons,
    merge_sort,
    quickselect,
)

RANKS = [(N, k) for N in range(1, 25) for k in range(1, N + 1)]


class EveryPivot:
    """A random generator that, restarted often enough, takes every path, and knows its chance."""

    def __init__(self, path):
        self.path = path
        self.step = 0
        self.chance = Fraction(1)

    def randrange(self, stop):
        if self.step == len(self.path):
            self.path.append((0, stop))
        choice, _ = self.path[self.step]
        self.step += 1
        self.chance /= stop
        return choice

    def next_path(self):
        path = list(self.path)
        while path:
            choice, stop = path.pop()
            if choice + 1 < stop:
                return [*path, (choice + 1, stop)]
        return None


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.integers(0, 9), st.data())
def test_both_find_the_k_smallest_with_ties_to_the_smallest_index(values, seed, data):
    keys = [(value, i) for i, value in enumerate(values)]
    k = data.draw(st.integers(1, len(keys)))
    for selection in (quickselect, merge_sort):
        found = selection(keys, k, random.Random(seed), OperationCounts())
        assert sorted(found) == sorted(keys)[:k]


@pytest.mark.parametrize(("N", "k"), [(N, k) for N in range(1, 6) for k in range(1, N + 1)])
def test_expectation_is_exact_over_all_pivots(N, k):
    keys = [(value % N, 0) for value in range(3, 3 + N)]
    mean, path = Fraction(0), []
    while path is not None:
        rng, counts = EveryPivot(path), OperationCounts()
        quickselect(keys, k, rng, counts)
        mean += rng.chance * counts.comparisons
        path = rng.next_path()
    assert mean == expected_quickselect_comparisons(N, k)


@pytest.mark.parametrize(("N", "k"), RANKS)
def test_recurrence_is_knuths_closed_form_and_below_4N(N, k):
    expected = expected_quickselect_comparisons(N, k)
    assert expected == knuth_quickselect_comparisons(N, k)
    assert expected < 4 * N


@given(st.integers(1, 300), st.data())
def test_closed_form_stays_below_4N(N, data):
    assert knuth_quickselect_comparisons(N, data.draw(st.integers(1, N))) < 4 * N


@given(st.permutations(range(20)))
def test_merge_sort_stays_below_N_log_N(values):
    counts = OperationCounts()
    merge_sort([(value, 0) for value in values], 1, random.Random(0), counts)
    assert counts.comparisons <= 20 * ceil(log2(20))


@pytest.mark.parametrize(
    "expectation", [expected_quickselect_comparisons, knuth_quickselect_comparisons]
)
@pytest.mark.parametrize(("N", "k"), [(3, 0), (3, 4), (0, 0)])
def test_refuses_other_ranks(expectation, N, k):
    with pytest.raises(ValueError, match="give 1 <= k <= N"):
        expectation(N, k)
