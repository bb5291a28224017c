"""What a mean exists by: a term is at most a sum of integrable ones.

Facts are searched whose sum with the term has integrable summands alone. A winner's square is at
most the sum of all, a mean over the closest at most the sum over everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from theory.kernel.polynomials import Monomial, Poly, add, scale
from theory.kernel.rules import Line
from theory.kernel.terms import Number, Term
from theory.search.known import Known
from theory.search.readback import term_of

ONE = Number(Fraction(1))
Below = Callable[[Poly, Callable[[Monomial], bool]], Line | None]
"""Given p and which monomials do not count: facts f >= 0 with Sum f = -p up to those monomials."""


def dominated(known: Known, x: Term, below: Below) -> Line | None:
    """x is integrable, for a number x at most and at least integrable ones."""
    trace, p = known.trace, known.algebra.normal(x)
    counts = known.integrability.monomial
    one = _above(known, p, below(p, lambda m: counts(m) is not None))
    if one is None:
        return None
    above, bound = one  # bound - x >= 0
    sign = known.nonnegative(x)
    if sign is not None and sign.poly == p:
        under = trace("combine", ((Fraction(1), above), (Fraction(2), sign)))
        return trace.attempt("integrable_dominated", x, above, under, bound)
    other = _above(known, scale(p, -1), below(scale(p, -1), lambda m: counts(m) is not None))
    if other is None:
        return None
    return _difference(known, above, bound, *other)


def _above(known: Known, p: Poly, facts: Line | None) -> tuple[Line, Line] | None:
    """b - p >= 0 and an integrable b, from facts that add up to b - p."""
    if facts is None:
        return None
    simple = known.rewriter.simplify(p)
    used = tuple((c, equation) for c, equation in simple.used)
    above = known.trace("combine", ((Fraction(1), facts), *used)) if used else facts
    parts = known.integrability.parts(add(above.poly, p))
    bound = parts and known.trace.attempt("integrable_linear", parts)
    return (above, bound) if bound else None


def _difference(known: Known, above: Line, bound: Line, below: Line, lower: Line) -> Line | None:
    """x is integrable as b - y, where 0 <= y = b - x <= b + c, as -x <= c."""
    trace = known.trace
    y = term_of(above.poly)
    both = trace("integrable_linear", ((ONE, (), bound), (ONE, (), lower)))
    more = trace("combine", ((Fraction(2), above), (Fraction(1), below)))
    gap = trace.attempt("integrable_dominated", y, below, more, both)
    return gap and trace.attempt(
        "integrable_linear", ((ONE, (), bound), (Number(Fraction(-1)), (), gap))
    )
