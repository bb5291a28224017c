"""The best proved upper bound of |E Krum - g|^2 / (d sigma^2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from theory.kernel.intervals import Real, interval, inverse, root
from theory.kernel.terms import Atom, Number, Plus, Power, Quotient, Relation, Root, Term, Times
from theory.papers.krum.lemma_error import STEP

CLAIM = "error-sharp"
"""E|Krum - g|^2 <= (a constant of n and f) d sigma^2; and |E Krum - g|^2 <= E|Krum - g|^2."""


Report = Callable[[int, int], None]
"""Called with how much of a certificate is done, and of how much."""


@dataclass(frozen=True)
class Upper:
    """A proved upper bound."""

    value: Fraction
    """A fraction that is not below the bound, and hardly above it."""
    source: str


def upper(n: int, f: int, report: Report = lambda done, of: None) -> Upper:
    """The best bound that is proved for all laws and adversaries.

    It is the smaller one of the document's and of kappa*(n, f) (n-f-1)/(n-f), which needs the extra
    `robustness`: the sharp coefficient of Krum, with a certificate that both checkers accept here.
    `report` is called with how far that is. Raises ValueError unless f >= 0 and n >= 2f + 3.

    >>> float(upper(5, 1).value) <= 8
    True
    """
    if f < 0 or 2 * f + 2 >= n:
        raise ValueError(f"n = {n} and f = {f}: Krum needs f >= 0 and n >= 2f + 3")
    stated = of_the_document(n, f)
    try:
        certified = _certified(n, f, report)
    except ImportError:
        hint = "; the extra `robustness` gives a sharper one"
        return Upper(stated.value, stated.source + hint)
    except ArithmeticError:  # the solver found no certificate, as for tens of thousands of workers
        return stated
    return min(stated, certified, key=lambda bound: bound.value)


def of_the_document(n: int, f: int) -> Upper:
    """The bound that the document krum proves.

    >>> of_the_document(5, 1).value
    Fraction(8, 1)
    """
    claim = next(claim for claim in STEP.claims if claim.id == CLAIM)
    statement = claim.readings[0].statement
    assert isinstance(statement, Relation)
    return Upper(interval(number(statement.right, n, f)).high, f"{CLAIM} of the document krum")


def _certified(n: int, f: int, report: Report) -> Upper:
    """kappa*(n, f) bounds Krum - mean pathwise, and the mean of the correct vectors has mean g."""
    from empirics.robustness.kappa import kappa

    bound = kappa(n, f, report=report).iid_bound
    return Upper(bound, "kappa*(n, f) (n-f-1)/(n-f), by a certificate checked here")


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
