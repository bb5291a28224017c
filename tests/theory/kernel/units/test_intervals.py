"""Enclosures hold the true value, are as narrow as they say, and never guess a sign."""

from fractions import Fraction
from itertools import product

import pytest

from theory.kernel.intervals import BITS, Interval, Unseparated, interval, inverse, root, sign

WIDTH = Fraction(1, 1 << BITS)
F = Fraction
SOME = [Interval(F(low), F(high)) for low, high in ((-2, -1), (-1, 3), (0, 2), (1, 4), (2, 2))]


def ends(x):
    return (x.low, x.high, (x.low + x.high) / 2)


@pytest.mark.parametrize(("x", "y"), product(SOME, SOME))
def test_sums_and_products_enclose_what_they_should(x, y):
    sums = [p + q for p in ends(x) for q in ends(y)]
    products = [p * q for p in ends(x) for q in ends(y)]
    assert (x + y) == Interval(min(sums), max(sums))
    assert (x * y) == Interval(min(products), max(products))


@pytest.mark.parametrize("x", SOME)
def test_a_number_is_an_enclosure_of_itself(x):
    assert x + F(2) == F(2) + x == Interval(x.low + 2, x.high + 2)
    assert x * F(-2) == F(-2) * x == Interval(-2 * x.high, -2 * x.low)
    assert -x == Interval(-x.high, -x.low)
    assert interval(F(3)) == Interval(F(3), F(3))
    assert interval(x) is x


def test_inverses():
    assert inverse(F(0)) == 0
    assert inverse(F(-2)) == F(-1, 2)
    assert inverse(Interval(F(2), F(4))) == Interval(F(1, 4), F(1, 2))
    assert inverse(Interval(F(-4), F(-2))) == Interval(F(-1, 2), F(-1, 4))


@pytest.mark.parametrize(("low", "high"), [(-1, 1), (0, 1), (-1, 0), (0, 0)])
def test_an_enclosure_of_0_has_no_inverse(low, high):
    with pytest.raises(Unseparated):
        inverse(Interval(F(low), F(high)))


@pytest.mark.parametrize("x", [F(0), F(-1), F(-1, 4)])
def test_the_root_of_a_negative_number_is_0(x):
    assert root(x) == 0


@pytest.mark.parametrize("x", [F(1), F(4), F(9, 4), F(1, 4), F(100, 49)])
def test_rational_squares_have_exact_roots(x):
    assert isinstance(root(x), Fraction)
    assert root(x) ** 2 == x
    assert root(x) > 0


@pytest.mark.parametrize(
    "x", [F(2), F(1, 2), F(1, 3), F(4, 3), F(3, 4), F(10**30 + 1), F(1, 10**31)]
)
def test_other_roots_are_enclosed(x):
    found = root(x)
    assert isinstance(found, Interval)
    assert 0 <= found.low**2 < x < found.high**2
    assert found.high - found.low <= 2 * WIDTH


@pytest.mark.parametrize(
    ("low", "high"), [(2, 3), (4, 9), (-1, 4), (-2, -1), (0, 0), (0, 2), (1, 1)]
)
def test_the_root_of_an_enclosure(low, high):
    found = root(Interval(F(low), F(high)))
    top, bottom = max(F(high), F(0)), max(F(low), F(0))
    assert found.low**2 <= bottom
    assert found.high**2 >= top
    assert found.low >= 0
    assert (found.low + 2 * WIDTH) ** 2 > bottom
    assert (found.high - 2 * WIDTH) ** 2 < top or top == 0
    assert found.high - root(interval(top)).low <= 2 * WIDTH


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(1, 2, 1), (-2, -1, -1), (0, 0, 0), (-1, 1, None), (0, 1, None), (-1, 0, None)],
)
def test_a_sign_is_told_or_not(low, high, expected):
    assert sign(Interval(F(low), F(high))) == expected


def test_the_sign_of_a_number():
    assert [sign(F(x)) for x in (-3, 0, 3)] == [-1, 0, 1]


def test_roots_are_enclosed_as_narrowly_as_is_written():
    assert BITS == 96


def test_products_of_roots_are_exact_where_they_are_rational():
    assert root(F(2)) * root(F(8)) == 4
    assert -root(F(2)) * (root(F(8)) * F(3)) == -12
    assert root(F(3)) * inverse(root(F(12))) == F(1, 2)
    assert root(F(2)) * (F(-1, 2) * root(F(2))) == -1
    six = root(F(2)) * root(F(3))
    assert isinstance(six, Interval)
    assert six.square == 6
    assert six * six == 6


def test_of_a_sum_and_of_a_root_of_a_root_no_square_is_known():
    for x in (root(F(2)) + root(F(3)), root(root(F(2))), root(F(2)) + F(1)):
        assert x.square is None
        assert isinstance(x * x, Interval)
    assert (root(F(2)) * (root(F(2)) + F(1))).square is None
