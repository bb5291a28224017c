"""Equations between norms: |s v| = s |v| for s >= 0, and |u| = |v| where u = v is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from theory.kernel.polynomials import Factor, Monomial, Poly, scale
from theory.kernel.rules import Line
from theory.kernel.terms import Norm, Term
from theory.search.readback import term_of
from theory.search.trace import Trace

VECTORS = ("vec", "vmean")


def scaled(trace: Trace, nonnegative: Callable[[Term], Line | None], u: Poly) -> Line | None:
    """|s v| - s |v| = 0, where the vector u is s v for a number s with a known sign."""
    split = common_factor(u)
    if split is None:
        return None
    s, v = split
    for sign in (1, -1):
        positive = nonnegative(term_of(scale(s, sign)))
        if positive is not None:
            number, vector = term_of(scale(s, sign)), term_of(scale(v, sign))
            whole = trace("multiply", positive, trace("norm_nonnegative", vector))
            return _equal(
                trace,
                term_of(u),
                trace("norm_nonnegative", term_of(u)),
                number * Norm(vector),
                whole,
            )
    return None


def _equal(trace: Trace, u: Term, above: Line, other: Term, whole: Line) -> Line | None:
    """|u| - other = 0 for two non-negative numbers whose squares are the same polynomial."""
    zero = trace("weaken", trace("combine", ()))
    one = trace.attempt("compare_squares", other, above, zero)
    two = trace.attempt("compare_squares", Norm(u), whole, zero)
    if one is None or two is None:
        return None
    return trace.attempt("both", one, two)


def replaced(trace: Trace, u: Poly, v: Poly, used: Sequence[tuple[Fraction, Line]]) -> Line | None:
    """|u| - |v| = 0, where v = u + Sum c e for the vector equations e = 0 that were used."""
    one, other = term_of(u), term_of(v)
    difference = trace("combine", tuple((-c, e) for c, e in used))  # u - v = 0
    squares = trace("dot", difference, one + other)  # |u|^2 - |v|^2 = 0
    less = trace("combine", ((Fraction(-1), squares),))
    signs = [trace("norm_nonnegative", x) for x in (one, other)]
    above = trace.attempt("compare_squares", Norm(other), signs[0], trace("weaken", squares))
    below = trace.attempt("compare_squares", Norm(one), signs[1], trace("weaken", less))
    if above is None or below is None:
        return None
    return trace.attempt("both", above, below)


def common_factor(u: Poly) -> tuple[Poly, Poly] | None:
    """(s, v) with u = s v, where s is no plain number; None where there is none.

    >>> one, r, x, v = Fraction(1), ("atom", "r", ()), ("vec", "x", ()), ("vec", "v", ())
    >>> u = {((), (x,)): one, ((), (r, x)): -one, ((), (v,)): -one, ((), (r, v)): one}
    >>> s, rest = common_factor(u)
    >>> s == {((), ()): one, ((), (r,)): -one}, rest == {((), (x,)): one, ((), (v,)): -one}
    (True, True)
    """
    shared = _shared(list(u))
    if shared:
        factor: Poly = {((), tuple(shared)): Fraction(1)}
        return factor, {_without(m, shared): c for m, c in u.items()}
    if any(binders for binders, _ in u):
        return None
    by_vector: dict[Factor, Poly] = {}
    for (_, factors), c in u.items():
        (vector,) = (f for f in factors if f[0] in VECTORS)
        by_vector.setdefault(vector, {})[(), tuple(f for f in factors if f != vector)] = c
    first = next(iter(by_vector.values()))
    if len(first) < 2:
        return None
    ratios = {vector: _ratio(p, first) for vector, p in by_vector.items()}
    if None in ratios.values():
        return None
    return first, {((), (v,)): c for v, c in ratios.items() if c is not None}


def _ratio(p: Poly, q: Poly) -> Fraction | None:
    """c with p = c q."""
    if p.keys() != q.keys():
        return None
    m = next(iter(q))
    c = p[m] / q[m]
    return c if all(p[k] == c * q[k] for k in q) else None


def _shared(monomials: Sequence[Monomial]) -> list[Factor]:
    """The numeric factors without bound indices that all monomials have."""
    (_, first), *others = monomials
    found = []
    rests = [list(factors) for _, factors in others]
    for f in first:
        plain = f[0] not in VECTORS and "#" not in repr(f)
        if plain and all(f in rest for rest in rests):
            found.append(f)
            for rest in rests:
                rest.remove(f)
    return found


def _without(m: Monomial, shared: Sequence[Factor]) -> Monomial:
    left = list(m[1])
    for f in shared:
        left.remove(f)
    return m[0], tuple(left)
