"""Product laws are laws, and roots are exact."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from empirics.finite_law import exact_root, product_law

HALF = Fraction(1, 2)


@pytest.mark.parametrize("dimension", [1, 2, 4])
def test_coordinates_are_independent_and_scaled(dimension):
    law = product_law([(Fraction(-1), HALF), (Fraction(1), HALF)], dimension, Fraction(3))
    assert len({vector for vector, _ in law}) == len(law) == 2**dimension
    assert all(p == HALF**dimension for _, p in law)
    assert all(abs(x) == 3 for vector, _ in law for x in vector)


@given(st.fractions(min_value=0))
def test_root_of_a_square_is_found(x):
    assert exact_root(x * x) == x


@pytest.mark.parametrize("x", [Fraction(2), Fraction(4, 3), Fraction(8)])
def test_no_root_is_invented(x):
    assert exact_root(x) is None
