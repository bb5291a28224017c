"""Norms: triangle inequalities, and norms under an indicator."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from theory.kernel.rules import Line
from theory.kernel.terms import Term
from theory.notation.language import norm
from theory.search.prover import Prover


def triangle(p: Prover, u: Term, v: Term) -> Line:
    """|u + v| <= |u| + |v|."""
    sides = p.combine(((Fraction(1), p.norm_nonnegative(u)), (Fraction(1), p.norm_nonnegative(v))))
    squares = p.by((norm(u) + norm(v)) ** 2 - norm(u + v) ** 2 >= 0, p.cauchy_schwarz(u, v))
    return p.compare_squares(norm(u + v), sides, squares)


def norm_where(p: Prover, condition: Term, u: Term, v: Term, facts: Sequence[Line] = ()) -> Line:
    """I |u| = I |v| where I <u, u> = I <v, v> by the normal form or the facts."""
    one = p.multiply(p.square(condition), p.norm_nonnegative(u))
    two = p.multiply(p.square(condition), p.norm_nonnegative(v))
    x, y = condition * norm(u), condition * norm(v)
    upper = p.compare_squares(x, two, p.by(y**2 - x**2 >= 0, *facts))
    lower = p.compare_squares(y, one, p.by(x**2 - y**2 >= 0, *facts))
    return p.both(upper, lower)
