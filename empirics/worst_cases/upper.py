"""The best proved upper bound of |E Krum - g|^2 / (d sigma^2), read off the theorem's statement."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from theory.kernel.intervals import Real, interval, inverse, root
from theory.kernel.terms import Atom, Number, Plus, Power, Quotient, Relation, Root, Term, Times
from theory.papers.krum.lemma_error import STEP

CLAIM = "error-sharp"
"""E|Krum - g|^2 <= (a constant of n and f) d sigma^2; and |E Krum - g|^2 <= E|Krum - g|^2."""


@dataclass(frozen=True)
class Upper:
    """A proved upper bound."""

    value: Fraction
    """Not below the bound, and equal to it to nearly 10^-28."""
    source: str


def upper(n: int, f: int) -> Upper:
    """The best bound that is proved for all laws and adversaries.

    Raises ValueError unless f >= 0 and n >= 2f + 3.

    >>> upper(5, 1).value
    Fraction(8, 1)
    """
    if f < 0 or 2 * f + 2 >= n:
        raise ValueError(f"n = {n} and f = {f}: Krum needs f >= 0 and n >= 2f + 3")
    claim = next(claim for claim in STEP.claims if claim.id == CLAIM)
    statement = claim.readings[0].statement
    assert isinstance(statement, Relation)
    return Upper(interval(number(statement.right, n, f)).high, f"{CLAIM} of the document krum")


def number(x: Term, n: int, f: int) -> Real:
    """The value of a term that n and f determine, for d = sigma = 1; TypeError for any other."""
    numbers = {"n": Fraction(n), "f": Fraction(f), "d": Fraction(1), "variance": Fraction(1)}
    return _value(x, numbers)


def _value(x: Term, numbers: dict[str, Fraction]) -> Real:
    """A deterministic term without indices."""
    match x:
        case Number(value):
            return value
        case Atom(name, ()):
            return numbers[name]
        case Plus(summands):
            total: Real = Fraction(0)
            for summand in summands:
                total = total + _value(summand, numbers)
            return total
        case Times(factors):
            product: Real = Fraction(1)
            for factor in factors:
                product = product * _value(factor, numbers)
            return product
        case Power(base, exponent):
            return _value(Times((base,) * exponent), numbers)
        case Quotient(numerator, denominator):
            return _value(numerator, numbers) * inverse(_value(denominator, numbers))
        case Root(radicand):
            return root(_value(radicand, numbers))
    raise TypeError(f"{x!r} is not a number that n and f determine")
