"""Named inequalities as derivations: triangle, Cauchy-Schwarz for expectations.

Each is derived by rules of the kernel from squares alone, for the terms at hand; none is assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from theory.kernel.polynomials import add, freeze, scale
from theory.kernel.rules import Line
from theory.kernel.terms import (
    Expect,
    Index,
    Inner,
    Norm,
    Number,
    Plus,
    Quotient,
    Relation,
    Term,
    Times,
    Total,
    free_indices,
    indices_of,
    substitute,
    walk,
)
from theory.search.integrability import root_of
from theory.search.known import Known
from theory.search.readback import product_of

ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))


@dataclass(frozen=True)
class Bound:
    """A term that |u| is at most, with the lines: the term is >= 0, and term - |u| >= 0."""

    term: Term
    sign: Line
    line: Line


def triangle(known: Known, u: Term) -> Bound:
    """|u + v| <= |u| + |v|, |Sum u| <= Sum |u|, |s u| <= s |u| for s >= 0, and |E u| <= E|u|.

    Applied as deep as the sums go; where nothing applies, the bound is |u| itself.

    >>> from theory.kernel.rules import Kernel
    >>> from theory.notation.language import Language
    >>> language = Language()
    >>> u, v = language.plain_vector("u"), language.plain_vector("v")
    >>> bound = triangle(Known(Kernel(language.signature), []), u + v)
    >>> bound.term == Norm(u) + Norm(v)
    True
    """
    found: Bound | None = None
    match u:
        case Plus(summands):
            found = _of_sum(known, u, [triangle(known, s) for s in summands], summands)
        case Total(index, body, ()):
            found = _of_total(known, u, index, body)
        case Quotient(top, bottom):
            found = _of_multiple(known, u, Quotient(ONE, bottom), top)
        case Times((Number(value), *rest)) if value < 0:
            return triangle(known, product_of([Number(-value), *rest]))
        case Times((s, *rest)) if rest and known.signature.check(s) == "scalar":
            found = _of_multiple(known, u, s, product_of(rest))
        case Expect(body):
            found = _of_mean(known, u, body)
    if found is not None:
        return found
    return _itself(known, u)


def among(known: Known, vectors: Sequence[Term]) -> Iterator[Line]:
    """|u| <= |v| + |w| for any three of the vectors with u = v + w, up to signs."""
    algebra = known.algebra
    polys = {u: algebra.normal(u) for u in vectors}
    lengths = {freeze(algebra.norm(p)): u for u, p in polys.items()}
    seen: set[frozenset[Term]] = set()
    for u, v in combinations(vectors, 2):
        for sign in (-1, 1):
            w = lengths.get(freeze(algebra.norm(add(polys[u], scale(polys[v], sign)))))
            if w is None or len({u, v, w}) < 3 or frozenset((u, v, w)) in seen:
                continue
            seen.add(frozenset((u, v, w)))
            for one in (u, v, w):
                parts = [x for x in (u, v, w) if x != one]
                yield from _as_sum(known, one, parts[0], parts[1])


def _as_sum(known: Known, u: Term, v: Term, w: Term) -> Iterator[Line]:
    normal = known.algebra.normal
    for a, b in ((v, w), (v, -w), (-v, w), (-v, -w)):
        if normal(a + b) == normal(u):
            found = _of_sum(known, a + b, [_itself(known, a), _itself(known, b)], (a, b))
            if found is not None:
                yield found.line


def _itself(known: Known, u: Term) -> Bound:
    return Bound(Norm(u), known.trace("norm_nonnegative", u), known.trace("combine", ()))


def _sum(known: Known, lines: Sequence[Line], factor: int = 1) -> Line:
    return known.trace("combine", tuple((Fraction(factor), line) for line in lines))


def _compared(known: Known, u: Term, bound: Term, sign: Line, squares: Line) -> Bound | None:
    """The bound from bound^2 - |u|^2 >= 0."""
    line = known.trace.attempt("compare_squares", Norm(u), sign, squares)
    return None if line is None else Bound(bound, sign, line)


def _of_sum(
    known: Known, u: Term, bounds: Sequence[Bound], summands: Sequence[Term]
) -> Bound | None:
    trace = known.trace
    pairs = [trace("cauchy_schwarz", a, b) for k, a in enumerate(summands) for b in summands[:k]]
    sign = _sum(known, [trace("norm_nonnegative", s) for s in summands])
    first = _compared(known, u, ZERO, sign, _sum(known, pairs, 2))
    if first is None:
        return None
    line = _sum(known, [first.line, *(b.line for b in bounds)])
    return Bound(Plus(tuple(b.term for b in bounds)), _sum(known, [b.sign for b in bounds]), line)


def _of_total(known: Known, u: Term, index: Index, body: Term) -> Bound | None:
    trace = known.trace
    used = {i.name for t in walk(body) for i in indices_of(t)}
    other = next(
        Index(name, index.set)
        for k in range(len(used) + 1)
        if (name := f"{index.name}_{k}") not in used
    )
    pair = trace("cauchy_schwarz", body, substitute(body, {index: other}))
    squares = trace("total", trace("total", pair, other), index)
    sign = trace("total", trace("norm_nonnegative", body), index)
    first = _compared(known, u, ZERO, sign, squares)
    if first is None:
        return None
    inner = triangle(known, body)
    line = _sum(known, [first.line, trace("total", inner.line, index)])
    return Bound(Total(index, inner.term), trace("total", inner.sign, index), line)


def _of_multiple(known: Known, u: Term, s: Term, v: Term) -> Bound | None:
    """|s v| <= s |v|, where s >= 0: s^2 |v|^2 - |s v|^2 = 0."""
    trace = known.trace
    positive = known.nonnegative(s)
    if positive is None:
        return None
    sign = trace("multiply", positive, trace("norm_nonnegative", v))
    first = _compared(known, u, ZERO, sign, trace("weaken", trace("combine", ())))
    if first is None:
        return None
    inner = triangle(known, v)
    weak = trace("weaken", inner.line) if inner.line.kind == "=" else inner.line
    line = _sum(known, [first.line, trace("multiply", positive, weak)])
    return Bound(s * inner.term, trace("multiply", positive, inner.sign), line)


def _of_mean(known: Known, u: Term, body: Term) -> Bound | None:
    """(E|u|)^2 - |E u|^2 = (E|u| - |E u|)^2 + 2 (E(|u| |E u|) - E<u, E u>)."""
    if known.integrability.find(body) is None:
        return None
    trace, mean = known.trace, Expect(Norm(body))
    square = trace("square", mean - Norm(u))
    schwarz = known.rewriter.line(trace("expect", trace("cauchy_schwarz", body, u)))
    squares = known.trace("combine", ((Fraction(1), square), (Fraction(2), schwarz)))
    sign = trace("expect", trace("norm_nonnegative", body))
    first = _compared(known, u, mean, sign, squares)
    if first is None:
        return None
    inner = triangle(known, body)
    opened = known.rewriter.line(trace("expect", inner.line))
    return Bound(
        Expect(inner.term),
        known.rewriter.line(trace("expect", inner.sign)),
        _sum(known, [first.line, opened]),
    )


def absolute(known: Known, radicand: Term) -> list[Line]:
    """root(x^2) >= x and >= -x, where the radicand is written as a square."""
    x = root_of(radicand)
    positive = None if x is None else known.nonnegative(radicand)
    if x is None or positive is None or known.signature.check(x) == "vector":
        return []
    trace = known.trace
    sign, square = trace("root_nonnegative", radicand), trace.attempt("root_square", positive)
    weak = square and trace("weaken", square)
    found = [weak and trace.attempt("compare_squares", t, sign, weak) for t in (x, -x)]
    return [line for line in found if line is not None]


def jensen(known: Known, u: Term) -> Line | None:
    """E|u|^2 - |E u|^2 >= 0, for a random u with an integrable square; of numbers likewise.

    The slack is E|u - E u|^2; it is opened as a whole, whatever u is made of.
    """
    trace, mean = known.trace, Expect(u)
    vector = known.signature.check(u) == "vector"
    square, cross, fixed = (
        Inner(a, b) if vector else a * b for a, b in ((u, u), (u, mean), (mean, mean))
    )
    one, squares = known.integrability.find(u), known.integrability.find(square)
    if one is None or squares is None:
        return None
    constant = trace("integrable_deterministic", fixed)
    half = Number(Fraction(1, 2))
    bound = trace("integrable_linear", ((half, (), squares), (half, (), constant)))
    sides = [
        trace("combine", ((Fraction(1, 2), trace("square", u + sign * mean)),)) for sign in (-1, 1)
    ]
    along = trace.attempt("integrable_dominated", cross, *sides, bound)
    if along is None:
        return None
    parts = ((ONE, (), squares), (Number(Fraction(-2)), (), along), (ONE, (), constant))
    opened = trace("linear_expectation", parts)
    out = (
        trace("expect_inner", u, mean, one)
        if vector
        else trace("combine", ((Fraction(-1), trace("constant_factor", mean, u)),))
    )
    slack = trace("expect", trace("square", u - mean))
    return trace.attempt(
        "combine", ((Fraction(1), slack), (Fraction(-1), opened), (Fraction(-2), out))
    )


def cauchy_schwarz_of_means(known: Known, u: Term, v: Term) -> Line | None:
    """E|u|^2 E|v|^2 - (E<u, v>)^2 >= 0, for two integrable squares without free indices.

    With A = E|u|^2, B = E|v|^2, C = E<u, v>, S = A + B and D = A B - C^2: the squares of
    B u - C v and A v - C u give S D >= 0, and |S| >= 2|C| gives D >= -S^2/4. If D <= 0, then
    D^2 <= -D S^2/4 <= 0; so D >= 0 in either case.
    """
    trace, rewriter = known.trace, known.rewriter
    vector = known.signature.check(u) == "vector"
    uu, vv, uv = (Inner(a, b) if vector else a * b for a, b in ((u, u), (v, v), (u, v)))
    if free_indices(uv) or not known.signature.is_random(uv):
        return None
    if any(known.integrability.find(t) is None for t in (uu, vv, uv)):
        return None
    A, B, C = Expect(uu), Expect(vv), Expect(uv)
    D = A * B - C * C

    def mean_square(t: Term) -> Line:
        return rewriter.line(trace("expect", trace("square", t)))

    positive_a, positive_b = mean_square(u), mean_square(v)
    s = _sum(known, [positive_a, positive_b])
    sd = _sum(known, [mean_square(B * u - C * v), mean_square(A * v - C * u)])
    quarter = trace("multiply", mean_square(u - v), mean_square(u + v))
    product = trace("multiply", positive_a, positive_b)
    above = trace("combine", ((Fraction(1, 4), quarter), (Fraction(1), product)))
    nonpositive = trace("assume", Relation(D, "<=", ZERO))
    first = trace("multiply", rewriter.line(nonpositive), above)
    second = trace("multiply", s, sd)
    squares = trace("combine", ((Fraction(1), first), (Fraction(1, 4), second)))
    zero = trace("weaken", trace("combine", ()))
    found = trace.attempt("compare_squares", -D, zero, squares)
    otherwise = trace("weaken", trace("assume", Relation(D, ">", ZERO)))
    return found and trace.attempt("cases", D, otherwise, found)
