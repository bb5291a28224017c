"""Rational functions of the time t: numbers that a run gives at every t = 1, 2, 3, ... at once.

An element of Q(t) without a pole at any of these times is a sequence of rational numbers. Sums and
products are again such elements, two sequences are equal if the reduced fractions are, and which
signs a sequence takes, at which times whatever, is decided exactly. An element that is constant is
a plain `Fraction`; what leaves Q(t), such as |x| of an x that changes its sign, is `Unseparated`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import zip_longest
from math import inf

from theory.kernel import intervals
from theory.kernel.intervals import Interval, Real, Unseparated
from theory.kernel.terms import KernelError

Polynomial = tuple[Fraction, ...]
"""The coefficients of 1, t, t^2, ...; the last is not 0."""

DEGREE = 60
"""The largest degree of a numerator or denominator."""
LATEST = 1 << 12
"""Signs are settled from some time on; the latest that is looked for."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """top / bottom, reduced, not constant; bottom has leading coefficient 1, and no zero at t >= 1.

    Built by `ratio`; what is built in another way is checked all the same.
    """

    top: Polynomial
    bottom: Polynomial

    def __post_init__(self) -> None:
        for p in (self.top, self.bottom):
            exact = isinstance(p, tuple) and all(isinstance(c, Fraction) for c in p)
            if not exact or not p or not p[-1] or len(p) > DEGREE + 1:
                raise KernelError(f"a rational function has numerators of degree 0 to {DEGREE}")
        if self.bottom[-1] != 1 or len(self.top) == len(self.bottom) == 1:
            raise KernelError("a rational function is not reduced")
        if len(_common(self.top, self.bottom)) > 1:
            raise KernelError("a rational function is not reduced")
        if 0 in _signs(self.bottom):
            raise KernelError("a rational function has a pole at one of the times 1, 2, 3, ...")

    def __add__(self, other: Scalar) -> Scalar:
        top, bottom = _parts(other)
        return ratio(_add(_times(self.top, bottom), _times(top, self.bottom)),
                     _times(self.bottom, bottom))  # fmt: skip

    __radd__ = __add__

    def __mul__(self, other: Scalar) -> Scalar:
        top, bottom = _parts(other)
        return ratio(_times(self.top, top), _times(self.bottom, bottom))

    __rmul__ = __mul__

    def __neg__(self) -> Ratio:
        return Ratio(tuple(-c for c in self.top), self.bottom)


Scalar = Fraction | Interval | Ratio
"""A value of a scalar: exact, enclosed, or a sequence in t."""


def ratio(top: Polynomial, bottom: Polynomial) -> Fraction | Ratio:
    """The reduced fraction of two polynomials; a `Fraction` where it is constant.

    >>> one, t = Fraction(1), (Fraction(0), Fraction(1))
    >>> ratio((one,), t) + ratio((one,), t) == ratio((2 * one,), t)
    True
    >>> ratio(t, t)
    Fraction(1, 1)
    """
    if not bottom:
        raise KernelError("a rational function has a denominator that is not 0")
    if not top:
        return Fraction(0)
    common = _common(top, bottom)
    top, bottom = _divide(top, common)[0], _divide(bottom, common)[0]
    top, bottom = tuple(c / bottom[-1] for c in top), tuple(c / bottom[-1] for c in bottom)
    return top[0] if len(top) == len(bottom) == 1 else Ratio(top, bottom)


def signs(x: Scalar) -> frozenset[int]:
    """The signs that a number may have; exactly those that a sequence has at some t >= 1.

    >>> sorted(signs(ratio((Fraction(-3), Fraction(1)), (Fraction(0), Fraction(1)))))  # 1 - 3/t
    [-1, 0, 1]
    """
    if isinstance(x, Ratio):
        return _signs(_times(x.top, x.bottom))
    bounds = intervals.interval(x)
    found = {-1: bounds.low < 0, 0: bounds.low <= 0 <= bounds.high, 1: bounds.high > 0}
    return frozenset(one for one, possible in found.items() if possible)


def inverse(x: Scalar) -> Scalar:
    """1/x with 1/0 = 0; a sequence may not be 0 at some times only."""
    if not isinstance(x, Ratio):
        return intervals.inverse(x)
    if 0 in signs(x):
        raise Unseparated
    return ratio(x.bottom, x.top)


def root(x: Scalar) -> Scalar:
    """The square root, 0 for negative numbers; of a sequence, where it is one."""
    if not isinstance(x, Ratio):
        return intervals.root(x)
    if 1 not in signs(x):
        return Fraction(0)
    found = _root(_times(x.top, x.bottom))
    if found is None:
        raise Unseparated
    one = ratio(found, x.bottom)
    if {-1, 1} <= signs(one):
        raise Unseparated
    return -one if -1 in signs(one) else one


def following(x: Scalar) -> Scalar:
    """The sequence one time later: x(t + 1)."""
    if not isinstance(x, Ratio):
        return x
    return ratio(_moved(x.top, 1), _moved(x.bottom, 1))


def order(x: Real | Ratio) -> float:
    """The k for which x(t) / t^k has a limit that is not 0; -infinity for the number 0.

    Up to finitely many times x has one sign, so its sum is finite if k <= -2, infinite if k >= -1.
    """
    if isinstance(x, Ratio):
        return len(x.top) - len(x.bottom)
    if isinstance(x, Interval):
        raise Unseparated
    return 0 if x else -inf


def leading(x: Scalar) -> Fraction:
    """The limit of x(t) / t^order."""
    if isinstance(x, Ratio):
        return x.top[-1]
    if isinstance(x, Interval):
        raise Unseparated
    return x


# -- polynomials ------------------------------------------------------------------------------


def _parts(x: Scalar) -> tuple[Polynomial, Polynomial]:
    if isinstance(x, Ratio):
        return x.top, x.bottom
    if isinstance(x, Interval):
        raise Unseparated
    return ((x,) if x else ()), (Fraction(1),)


def _stripped(p: list[Fraction]) -> Polynomial:
    while p and not p[-1]:
        p.pop()
    return tuple(p)


def _add(p: Polynomial, q: Polynomial) -> Polynomial:
    return _stripped([a + b for a, b in zip_longest(p, q, fillvalue=Fraction(0))])


def _times(p: Polynomial, q: Polynomial) -> Polynomial:
    found = [Fraction(0)] * (len(p) + len(q))
    for k, a in enumerate(p):
        for m, b in enumerate(q):
            found[k + m] += a * b
    return _stripped(found)


def _divide(p: Polynomial, q: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Quotient and remainder."""
    rest, found = list(p), [Fraction(0)] * max(len(p) - len(q) + 1, 0)
    for k in reversed(range(len(found))):
        found[k] = rest[k + len(q) - 1] / q[-1]
        for m, c in enumerate(q):
            rest[k + m] -= found[k] * c
    return _stripped(found), _stripped(rest)


def _common(p: Polynomial, q: Polynomial) -> Polynomial:
    """The greatest common divisor, up to a factor."""
    while q:
        rest = _divide(p, q)[1]
        p, q = q, tuple(c / rest[-1] for c in rest)
    return p


def _moved(p: Polynomial, by: int) -> Polynomial:
    """p(t + by), by Horner's rule."""
    found: Polynomial = ()
    for c in reversed(p):
        found = _add(_times(found, (Fraction(by), Fraction(1))), (c,))
    return found


def _root(p: Polynomial) -> Polynomial | None:
    """A polynomial whose square is p, or None; its coefficients follow from the highest on."""
    half = len(p) // 2
    top = intervals.root(p[-1])
    if not len(p) % 2 or not isinstance(top, Fraction) or not top:
        return None
    found = [Fraction(0)] * half + [top]
    for k in reversed(range(half)):
        square = _times(tuple(found), tuple(found))
        found[k] = (p[half + k] - square[half + k]) / (2 * top)
    return tuple(found) if _times(tuple(found), tuple(found)) == p else None


@lru_cache(maxsize=4096)
def _signs(p: Polynomial) -> frozenset[int]:
    """The signs of p(1), p(2), ...: where all coefficients of p(T + s) have one sign, so do the
    values at s = 1, 2, ...; the others are computed.
    """
    late = 1
    while len({c > 0 for c in _moved(p, late) if c}) > 1:
        late *= 2
        if late > LATEST:
            raise Unseparated
    values = [sum((c * t**k for k, c in enumerate(p)), Fraction(0)) for t in range(1, late + 1)]
    return frozenset((v > 0) - (v < 0) for v in (*values, p[-1]))
