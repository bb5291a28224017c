"""Neighbours are decided by rounding where it can, and exactly where it cannot."""

import numpy as np
import pytest

from empirics.nearest import nearest


def test_copies_rank_by_index_without_exact_arithmetic():
    v = np.array([[[0.0], [1.0], [1.0], [1.0], [5.0]]]) / 3
    result = nearest(v, 2)
    assert result.neighbours[0].nonzero()[1].reshape(5, 2).tolist() == [
        [1, 2],
        [2, 3],
        [1, 3],
        [1, 2],
        [1, 2],
    ]
    assert not result.exact[0]
    assert np.isinf(result.distances[0].diagonal()).all()


def test_vectors_that_differ_but_tie_need_exact_arithmetic():
    result = nearest(np.array([[[0.0], [1.0], [-1.0], [7.0]]]), 1)
    assert result.neighbours[0, 0].tolist() == [False, True, False, False]
    assert result.exact[0]


@pytest.mark.parametrize("tiny", [2.0**-600, 2.0**-1074])
def test_squares_that_underflow_do_not_make_copies(tiny):
    result = nearest(np.array([[[0.0], [2 * tiny], [tiny], [1.0]]]), 1)
    assert result.neighbours[0, 0].tolist() == [False, False, True, False]
    assert result.exact[0]


def test_a_worker_is_not_its_own_neighbour_where_distances_overflow():
    result = nearest(np.array([[[0.0], [1e200], [1e200], [-2e200]]]), 2)
    assert not result.neighbours[0].diagonal().any()
    assert result.neighbours[0, 0].tolist() == [False, True, True, False]
    assert result.exact[0]
