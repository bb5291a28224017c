"""Tests of one's own: against the definition, and against an attack."""

import numpy as np
from hypothesis import given
from my_krum import krum, multi_krum, scores

from empirics.strategies import general_position, whole_numbers


@given(whole_numbers())
def test_it_is_the_vector_of_smallest_score(trial):
    result = krum(trial.vectors, trial.f)
    chosen = (trial.vectors == result).all(axis=1)
    found = scores(trial.vectors, trial.f)
    assert found[chosen].min() == found.min()


@given(general_position())
def test_one_far_worker_is_never_kept(trial):
    vectors, f = trial.vectors, trial.f
    if f == 0:
        return
    vectors[0] = 1e6
    assert np.abs(krum(vectors, f)).max() < 100
    assert np.abs(multi_krum(vectors, f)).max() < 100
