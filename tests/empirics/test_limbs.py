"""Limbs decide ties as integers of any length do, and say where they cannot."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empirics.attacks import ATTACKS
from empirics.exact import ExactTrial
from empirics.limbs import _carry, _squares, smallest_by_limbs
from empirics.models import MODELS
from empirics.strategies import whole_numbers

LARGEST = 2**61 - 1


def by_long_integers(vectors, candidates, k):
    """What `smallest_by_limbs` should say, one trial after the other."""
    best = []
    for trial, named in zip(vectors, candidates, strict=True):
        scores = ExactTrial(trial).scores(named.nonzero()[0].tolist(), k)
        best.append(min(scores, key=scores.__getitem__))
    return best


def as_integers(digits, bits):
    """Digits [count, P, n], the lowest first, as integers of any length."""
    return sum(digit.astype(object) << bits * place for place, digit in enumerate(digits))


@given(st.lists(st.integers(-LARGEST, LARGEST), min_size=6, max_size=6))
def test_squares_are_those_of_long_integers(numbers):
    differences = np.array(numbers, dtype=np.int64).reshape(1, 2, 3)
    expected = np.square(differences.astype(object)).sum(axis=2)
    assert (as_integers(_squares(differences), 42) == expected).all()


def test_the_longest_sums_do_not_overflow():
    d = 2**14
    for number in (LARGEST, -LARGEST, -LARGEST - 1, 2**42 - 1):
        squares = _squares(np.full((1, 1, d), number, dtype=np.int64))
        assert as_integers(squares, 42) == d * number**2
        many = squares[:, :, 0] * 2**6  # the sum over 64 workers, of 2^20 coordinates together
        _carry(many, 42)
        assert (many[:-1] < 2**42).all()
        assert as_integers(many, 42) == 2**6 * d * number**2


@given(whole_numbers(), st.sampled_from([1.0, 0.7, 2.0**-300]), st.integers(0, 2**16 - 1))
def test_decides_ties_of_whole_numbers(trial, unit, chosen):
    vectors = unit * trial.vectors[np.newaxis]
    n = vectors.shape[1]
    candidates = np.array([[(chosen >> i) % 2 == 1 for i in range(n)]])
    candidates[0, chosen % n] = True
    best, known = smallest_by_limbs(vectors, candidates, n - trial.f - 2)
    assert known.all()
    assert best.tolist() == by_long_integers(vectors, candidates, n - trial.f - 2)


@pytest.mark.parametrize("model", ["two_point", "three_point", "gaussian"])
@pytest.mark.parametrize("attack", ["gaussian", "far", "honest", "ipm", "mimic"])
def test_decides_in_the_models_of_few_values(model, attack):
    rng, n, f, d = np.random.default_rng(1), 9, 2, 3
    noise = MODELS[model].noise(rng, 60, n - f, d, 0.7)
    last = ATTACKS[attack](rng, noise, np.ones(d), f)
    vectors = np.concatenate([noise, last], axis=1)
    # The attacker may be no candidate, and trials have different numbers of them.
    candidates = rng.random((60, n - f)) < 0.6
    candidates[:, 2] = True
    best, known = smallest_by_limbs(vectors, candidates, n - f - 2)
    assert known.mean() > (0.9 if model != "gaussian" else 0.3)
    expected = by_long_integers(vectors, candidates, n - f - 2)
    assert best[known].tolist() == np.array(expected)[known].tolist()


def test_says_where_it_does_not_know():
    ordinary = np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
    far = np.where(ordinary == 4, 1e300, ordinary)  # matters for no score that is asked for
    tiny = np.where(ordinary == 0, 2.0**-80, ordinary)
    trials = np.array([ordinary, far, tiny, ordinary * 2.0**500, ordinary * 2.0**-500])
    candidates = np.zeros((len(trials), 3), dtype=bool)
    candidates[:, 1] = True
    _, known = smallest_by_limbs(trials, candidates, 2)
    assert known.tolist() == [True, True, False, False, False]


def test_blocks_do_not_matter(monkeypatch):
    vectors = np.random.default_rng(2).integers(3, size=(50, 6, 2)).astype(float)
    candidates = np.ones((50, 6), dtype=bool)
    whole = smallest_by_limbs(vectors, candidates, 3)
    monkeypatch.setattr("empirics.limbs._BLOCK", 36)
    parts = smallest_by_limbs(vectors, candidates, 3)
    assert [a.tolist() for a in whole] == [b.tolist() for b in parts]
    assert whole[0].tolist() == by_long_integers(vectors, candidates, 3)


def test_too_many_coordinates_are_left_to_longer_integers(monkeypatch):
    monkeypatch.setattr("empirics.limbs._MANY", 9)
    vectors = np.arange(10.0).reshape(1, 5, 2)
    _, known = smallest_by_limbs(vectors, np.ones((1, 5), dtype=bool), 2)
    assert not known.any()
