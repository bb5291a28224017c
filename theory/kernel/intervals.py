"""Rational enclosures of real numbers, for terms with a norm or a root of an irrational value.

Of a root, its inverse and their products the square is known exactly, so that they are exact again
where they are rational: root(2) root(8) = 4, and |u|^2 = <u, u>.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import isqrt

BITS = 96
"""Roots are enclosed to an absolute width of 2^-BITS (relative, for values above 1)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """All real numbers from low to high; the true value is one of them.

    square: the square of the true value, if it is known; the interval has one sign then.
    """

    low: Fraction
    high: Fraction
    square: Fraction | None = field(default=None, compare=False)

    def __add__(self, other: Real) -> Interval:
        if not isinstance(other, Real):
            return NotImplemented
        o = interval(other)
        return Interval(self.low + o.low, self.high + o.high)

    __radd__ = __add__

    def __mul__(self, other: Real) -> Real:
        if not isinstance(other, Real):
            return NotImplemented
        o = interval(other)
        ends = [a * b for a in (self.low, self.high) for b in (o.low, o.high)]
        if self.square is None or o.square is None:
            return Interval(min(ends), max(ends))
        square = self.square * o.square
        exact = _rational_root(square)
        if exact is None:
            return Interval(min(ends), max(ends), square)
        return exact if min(ends) >= 0 else -exact

    __rmul__ = __mul__

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low, self.square)


Real = Fraction | Interval


class Unseparated(Exception):
    """An enclosure contains 0 where a sign or an inverse is needed."""


def interval(x: Real) -> Interval:
    """A number as an enclosure."""
    return x if isinstance(x, Interval) else Interval(x, x, x * x)


def inverse(x: Real) -> Real:
    """1/x with 1/0 = 0."""
    if isinstance(x, Fraction):
        return 1 / x if x else x
    if x.low <= 0 <= x.high:
        raise Unseparated
    return Interval(1 / x.high, 1 / x.low, None if x.square is None else 1 / x.square)


def root(x: Real) -> Real:
    """The square root, 0 for negative numbers; exact for rational squares.

    >>> root(Fraction(9, 4))
    Fraction(3, 2)
    """
    if isinstance(x, Fraction):
        exact = _rational_root(x)
        if exact is not None:
            return exact
    i = interval(x)
    square = x if isinstance(x, Fraction) else None
    return Interval(_root_below(i.low), _root_below(i.high) + Fraction(1, 1 << BITS), square)


def _rational_root(x: Fraction) -> Fraction | None:
    """The root of a rational number, 0 if it is negative; None if it is irrational."""
    if x <= 0:
        return Fraction(0)
    top, bottom = isqrt(x.numerator), isqrt(x.denominator)
    rational = top * top == x.numerator and bottom * bottom == x.denominator
    return Fraction(top, bottom) if rational else None


def _root_below(x: Fraction) -> Fraction:
    if x <= 0:
        return Fraction(0)
    return Fraction(isqrt((x.numerator << (2 * BITS)) // x.denominator), 1 << BITS)


def sign(x: Real) -> int | None:
    """-1, 0, 1, or None where the enclosure does not tell."""
    i = interval(x)
    if i.low > 0:
        return 1
    if i.high < 0:
        return -1
    return 0 if i.low == i.high else None
