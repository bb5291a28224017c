"""Rational functions of t against their values at many times."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.kernel.intervals import Interval, Unseparated
from theory.kernel.intervals import root as number_root
from theory.kernel.sequences import (
    DEGREE,
    LATEST,
    Ratio,
    following,
    inverse,
    leading,
    order,
    ratio,
    root,
    signs,
)
from theory.kernel.terms import KernelError

F = Fraction
TIMES = range(1, 60)
t = ratio((F(0), F(1)), (F(1),))


def at(x, time):
    """The value at a time, from the coefficients alone."""
    if not isinstance(x, Ratio):
        return x
    top, bottom = (sum(c * time**k for k, c in enumerate(p)) for p in (x.top, x.bottom))
    return F(top) / bottom


numbers = st.fractions(-6, 6, max_denominator=4)
polynomials = st.lists(numbers, max_size=4).map(
    lambda p: sum((c * t_power(k) for k, c in enumerate(p)), F(0))
)
positive = st.lists(st.fractions(0, 5, max_denominator=3), min_size=1, max_size=3).map(
    lambda p: 1 + sum((c * t_power(k) for k, c in enumerate(p)), F(0))
)


def t_power(k):
    found = F(1)
    for _ in range(k):
        found = found * t
    return found


elements = st.builds(lambda p, q: p * inverse(q), polynomials, positive)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(x=elements, y=elements)
def test_arithmetic_is_that_of_the_values(x, y):
    for time in TIMES:
        assert at(x + y, time) == at(x, time) + at(y, time)
        assert at(x * y, time) == at(x, time) * at(y, time)
        assert at(-x, time) == -at(x, time)
        assert at(following(x), time) == at(x, time + 1)
    assert (x == y) is all(at(x, time) == at(y, time) for time in TIMES)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(x=elements)
def test_the_signs_are_those_at_all_times(x):
    """Roots are below 60: the coefficients are small."""
    values = [at(x, time) for time in range(1, 300)]
    assert signs(x) == {(v > 0) - (v < 0) for v in values}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(x=elements)
def test_the_root_of_a_square_is_the_absolute_value_or_is_not_told(x):
    if {-1, 1} <= signs(x):
        with pytest.raises(Unseparated):
            root(x * x)
    else:
        found = root(x * x)
        assert all(at(found, time) == abs(at(x, time)) for time in TIMES)


def test_what_a_root_is():
    assert root(t * t) == t
    assert root(-t) == 0
    assert root(4 * t * t + 4 * t + 1) == 2 * t + 1
    for x in (t, 2 * t * t, t * t + 1, t * t * t, t + F(-2)):
        with pytest.raises(Unseparated):
            root(x)
    assert root(F(9, 4)) == F(3, 2)


def test_an_inverse_exists_where_there_is_no_zero_at_a_time():
    assert inverse(t) * t == 1
    assert inverse(t + F(-1, 2)) * (t + F(-1, 2)) == 1
    assert inverse(F(0)) == 0
    with pytest.raises(Unseparated):
        inverse(t + F(-3))


def test_enclosures_do_not_mix_with_sequences():
    for mixed in (lambda: number_root(F(2)) * t, lambda: t + number_root(F(2))):
        with pytest.raises(Unseparated):
            mixed()
    assert signs(Interval(F(0), F(1))) == {0, 1}
    for asked in (order, leading):
        with pytest.raises(Unseparated):
            asked(Interval(F(1), F(2)))


def test_order_and_leading_coefficient():
    x = 3 * inverse(t * t + 1)
    assert (order(x), leading(x)) == (-2, 3)
    assert (order(x * t * t), leading(x * t * t)) == (0, 3)
    assert (order(F(5)), leading(F(5))) == (0, 5)
    assert order(F(0)) < -1000


def test_signs_that_change_too_late_are_not_told():
    assert signs(t + F(-LATEST)) == {-1, 0, 1}
    with pytest.raises(Unseparated):
        signs(t + F(-2 * LATEST))


@pytest.mark.parametrize(
    ("top", "bottom", "reason"),
    [
        ((F(1),), (F(-2), F(1)), "a pole"),
        ((F(1),), (F(1),), "not reduced"),
        ((F(0), F(1)), (F(0), F(1)), "not reduced"),
        ((F(1),), (F(1), F(2)), "not reduced"),
        ((F(1), F(0)), (F(1), F(1)), "degree"),
        ((), (F(1), F(1)), "degree"),
        ((1.5,), (F(1), F(1)), "degree"),
        ([F(1)], (F(1), F(1)), "degree"),
        ((F(1),) * (DEGREE + 2), (F(1),), "degree"),
    ],
)
def test_what_is_no_such_function_is_refused(top, bottom, reason):
    with pytest.raises(KernelError, match=reason):
        Ratio(top, bottom)
