"""The worst-case attack is chosen by Krum, and pulls always the same way."""

import numpy as np
import pytest

from empirics.attacks.optimised_ipm import OptimisedIPM
from empirics.attacks.worst_case import WorstCase
from empirics.rules.krum import krum

TRIALS, D = 500, 20


def answers(attack, n, f, gradient):
    noise = np.random.default_rng(2).standard_normal((TRIALS, n - f, D))
    offsets = attack(np.random.default_rng(1), noise, gradient, f)
    return offsets, krum(np.concatenate([noise, offsets], axis=1), f)


@pytest.mark.parametrize(("n", "f"), [(5, 1), (11, 4), (20, 3)])
def test_krum_chooses_it(n, f):
    offsets, chosen = answers(WorstCase(), n, f, np.full(D, 100.0))
    assert (chosen == offsets[:, 0]).all(axis=1).mean() > 0.99


@pytest.mark.parametrize(("n", "f"), [(5, 1), (11, 4)])
def test_the_mean_of_krum_is_farther_from_g_than_after_other_attacks(n, f):
    gradient = np.full(D, 100.0)
    bias = [
        np.square(answers(attack, n, f, gradient)[1].mean(axis=0)).sum()
        for attack in (WorstCase(), OptimisedIPM())
    ]
    assert bias[0] > 1.3 * bias[1]
    assert bias[0] > 0.9 * D


def test_without_a_gradient_it_pulls_along_the_first_coordinate():
    _, chosen = answers(WorstCase(), 7, 2, np.zeros(D))
    mean = chosen.mean(axis=0)
    assert mean[0] > 0.9 * np.linalg.norm(mean) > 1


def test_where_krum_is_not_defined_it_sends_a_mean_of_correct_workers():
    offsets = WorstCase()(np.random.default_rng(0), np.ones((3, 2, 4)), np.zeros(4), 3)
    np.testing.assert_array_equal(offsets, np.ones((3, 3, 4)))


def test_an_empty_search_is_refused():
    with pytest.raises(ValueError, match="companies >= 1"):
        WorstCase(companies=0)
