"""Result 1: one Byzantine worker makes a linear rule output whatever it wants."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empirics.rules.linear import Average, forcing_vector, linear

NUMBERS = st.fractions(-100, 100, max_denominator=50)


@given(st.data(), st.integers(1, 6), st.integers(1, 4))
def test_one_worker_with_a_say_forces_any_target_exactly(data, n, d):
    vector = st.lists(NUMBERS, min_size=d, max_size=d)
    weights = data.draw(st.lists(NUMBERS.filter(bool), min_size=n, max_size=n))
    others = data.draw(st.lists(vector, min_size=n - 1, max_size=n - 1))
    target = data.draw(vector)
    byzantine = data.draw(st.integers(0, n - 1))
    others = np.array(others, dtype=object).reshape(n - 1, d)
    forced = forcing_vector(weights, others, target, byzantine)
    everyone = np.insert(others, byzantine, forced, axis=0)
    assert linear(weights, everyone).tolist() == target


def test_batches_of_floats():
    rng = np.random.default_rng(0)
    weights, others = rng.random(4) + 0.1, rng.standard_normal((5, 3, 2))
    forced = forcing_vector(weights, others, [7.0, -7.0], 2)
    everyone = np.insert(others, 2, forced, axis=1)
    np.testing.assert_allclose(linear(weights, everyone), np.full((5, 2), [7.0, -7.0]))


def test_average_is_linear_with_equal_weights():
    v = np.random.default_rng(0).standard_normal((6, 4, 3))
    np.testing.assert_allclose(Average().aggregate(v, 1), linear([0.25] * 4, v))


def test_fractions_stay_fractions():
    assert linear([Fraction(1, 3)] * 2, [[1], [Fraction(1)]]).tolist() == [Fraction(2, 3)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: linear([1, 2], [[1.0]]), "do not fit"),
        (lambda: linear([[1]], [[1.0]]), "do not fit"),
        (lambda: linear([1], [1.0]), "do not fit"),
        (lambda: forcing_vector([1, 1], [[1.0]], [0.0], 2), "byzantine = 2"),
        (lambda: forcing_vector([1, 0], [[1.0]], [0.0], 1), "weight 0"),
        (lambda: forcing_vector([1, 1], [[1.0], [2.0]], [0.0], 1), "do not fit"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_named(bad):
    with pytest.raises(ValueError, match=f"the value {bad} at worker 1"):
        linear([0.5, bad], np.ones((2, 3)))
    assert linear([0.0, -1.0], np.ones((2, 1))).tolist() == [-1.0]
