"""Whole runs: from lines about one step at every time t to what the sequence does in the end.

A run is a process with a filtration P_1, P_2, ... A varying symbol is known at t; its successor is
its value at t + 1, random as seen from t. A line about one step holds at every t, with E the
conditional expectation given P_t; symbols that do not vary are the same at every t. A sequence
line says, with probability 1, what the values of a number known at t do as t grows.

    robbins_siegmund     the one cited theorem, for non-negative almost supermartingales
    comparison, weighted, added, nothing, constant, damped, of_root, bounded, vanishing, eventually
                         elementary facts about sequences of real numbers, each with its proof

Cited: H. Robbins, D. Siegmund, "A convergence theorem for non negative almost supermartingales and
some applications", in: Optimizing Methods in Statistics, Academic Press 1971, Theorem 1. Let V, a,
b, c be non-negative and adapted with E(V_{t+1} | P_t) <= (1 + a_t) V_t + b_t - c_t. Where both sums
of a_t and b_t are finite, V_t converges to a finite limit and the sum of c_t is finite, almost
surely.
"""

from __future__ import annotations

from theory.kernel.formulas import sums_over
from theory.kernel.polynomials import add, free, subtract
from theory.kernel.polynomials import constant as number
from theory.kernel.rules import RULES as ALL
from theory.kernel.rules import Kernel, Line, rule
from theory.kernel.terms import Cited, Expect, Integrable, KernelError, Relation, Term, term

ROBBINS_SIEGMUND = Cited("robbins_siegmund")


def _nonnegative(kernel: Kernel, line: Line, x: Term) -> None:
    if not kernel.proves(line, Relation(x, ">=", term(0))):
        raise KernelError("a line does not say that its term is not negative, at every time")


def _sequence(kernel: Kernel, line: Line, kind: str, x: Term) -> None:
    kernel._kind(line, kind)
    if line.poly != kernel.algebra.normal(x):
        raise KernelError(f"a line of kind {kind} is about another sequence")


@rule
def robbins_siegmund(
    kernel: Kernel,
    which: str,
    v: Term,
    a: Term,
    b: Term,
    c: Term,
    drift: Line,
    signs: tuple[Line, Line, Line, Line],
    integrable: Line,
    sums: tuple[Line, Line],
) -> Line:
    """v converges, or c is summable: E(v at t+1) <= (1 + a) v + b - c, and a and b are summable.

    signs say that v, a, b and c are not negative; integrable that v at t + 1 has a mean.
    """
    if any(kernel.signature.is_random(x) for x in (v, a, b, c)):
        raise KernelError("the theorem is about numbers that are known at t")
    following = kernel.signature.shift(v)
    if not kernel.proves(drift, Relation(Expect(following), "<=", (1 + a) * v + b - c)):
        raise KernelError("the line is not the drift of an almost supermartingale")
    for line, x in zip(signs, (v, a, b, c), strict=True):
        _nonnegative(kernel, line, x)
    if not kernel.proves(integrable, Integrable(following)):
        raise KernelError("the sequence at t + 1 is not shown to have a mean")
    for line, x in zip(sums, (a, b), strict=True):
        _sequence(kernel, line, "summable", x)
    if which not in ("converges", "summable"):
        raise KernelError("the theorem says that v converges and that c is summable")
    poly = kernel.algebra.normal(v if which == "converges" else c)
    premises = (drift, *signs, integrable, *sums)
    # the successors are no arguments of the rule, and may have sums
    sizes = kernel._sizes(sums_over(kernel.signature, following))
    return kernel._line(which, poly, *premises, also=ROBBINS_SIEGMUND, assumptions=sizes)


@rule
def comparison(
    kernel: Kernel, kind: str, x: Term, k: Term, b: Line, sign: Line, below: Line
) -> Line:
    """0 <= x <= k b with b summable (or bounded) gives x summable (or bounded); k does not vary."""
    if kind not in ("summable", "bounded"):
        raise KernelError("a comparison gives summable or bounded sequences")
    kernel._kind(b, kind)
    if kernel.signature.varies(k) or kernel.signature.is_random(k):
        raise KernelError("the factor of a comparison must be the same at every time")
    _nonnegative(kernel, sign, x)
    kernel._kind(below, ">=", ">", "=")
    bound = kernel.algebra.multiply(kernel.algebra.normal(k), b.poly)
    if below.context or below.poly != subtract(bound, kernel.algebra.normal(x)):
        raise KernelError("the line does not say that the sequence is at most k times the other")
    return kernel._line(kind, kernel.algebra.normal(x), b, sign, below)


@rule
def weighted(kernel: Kernel, summable: Line, bounded_: Line, sign: Line) -> Line:
    """b summable and not negative, s bounded: b s is summable, |b s| <= sup|s| b."""
    kernel._kind(summable, "summable")
    kernel._kind(bounded_, "bounded")
    kernel._kind(sign, ">=", ">", "=")
    if sign.context or sign.poly != summable.poly:
        raise KernelError("the summable sequence is not shown to be not negative")
    product = kernel.algebra.multiply(summable.poly, bounded_.poly)
    return kernel._line("summable", product, summable, bounded_, sign)


@rule
def added(kernel: Kernel, one: Line, other: Line) -> Line:
    """The sum of two summable (or bounded, converging, vanishing) sequences is one."""
    kernel._kind(one, "summable", "bounded", "converges", "vanishes")
    kernel._kind(other, one.kind)
    return kernel._line(one.kind, add(one.poly, other.poly), one, other)


@rule
def nothing(kernel: Kernel) -> Line:
    """The sequence 0, 0, ... is summable."""
    return kernel._line("summable", {})


@rule
def constant(kernel: Kernel, k: Term) -> Line:
    """A number that is the same at every time is bounded."""
    p = kernel.algebra.normal(k)
    if kernel.signature.varies(k) or kernel.algebra.random(p) or free(p):
        raise KernelError("the number changes with t")
    return kernel._line("bounded", p)


@rule
def damped(kernel: Kernel, vanishing_: Line, bounded_: Line) -> Line:
    """A vanishing sequence times a bounded one vanishes."""
    kernel._kind(vanishing_, "vanishes")
    kernel._kind(bounded_, "bounded")
    product = kernel.algebra.multiply(vanishing_.poly, bounded_.poly)
    return kernel._line("vanishes", product, vanishing_, bounded_)


@rule
def of_root(kernel: Kernel, x: Term, square: Line, sign: Line) -> Line:
    """x >= 0 and x^2 converges (or vanishes): so does x, as the root is continuous."""
    kernel._kind(square, "converges", "vanishes")
    _nonnegative(kernel, sign, x)
    p = kernel.algebra.normal(x)
    if kernel.algebra.multiply(p, p) != square.poly:
        raise KernelError("the sequence line is not about the square")
    return kernel._line(square.kind, p, square, sign)


@rule
def bounded(kernel: Kernel, line: Line) -> Line:
    """A sequence that converges or vanishes is bounded."""
    kernel._kind(line, "converges", "vanishes")
    return kernel._line("bounded", line.poly, line)


@rule
def vanishing(
    kernel: Kernel,
    x: Term,
    rate: Term,
    sums: Line,
    infinite: Line,
    limit: Line,
    signs: tuple[Line, Line],
) -> Line:
    """x and the rate not negative, x converges, rate x is summable, the rate is not: x tends to 0.

    Otherwise x is at least half its limit from some time on, and the sum of rate x is infinite.
    """
    _sequence(kernel, sums, "summable", rate * x)
    _sequence(kernel, infinite, "divergent", rate)
    _sequence(kernel, limit, "converges", x)
    for line, y in zip(signs, (x, rate), strict=True):
        _nonnegative(kernel, line, y)
    return kernel._line("vanishes", limit.poly, sums, infinite, limit, *signs)


@rule
def eventually(kernel: Kernel, x: Term, s: Term, vanishing_: Line, zero: Line, below: Line) -> Line:
    """q tends to 0, s >= 1 - q and x s = 0: from some time on s > 0 and x = 0, so x tends to 0."""
    kernel._kind(vanishing_, "vanishes")
    kernel._kind(zero, "=")
    kernel._kind(below, ">=", ">", "=")
    p, factor = kernel.algebra.normal(x), kernel.algebra.normal(s)
    if any(kernel.signature.check(y) == "vector" or kernel.signature.is_random(y) for y in (x, s)):
        raise KernelError("the sequence and its factor are numbers that are known at t")
    if zero.context or zero.poly != kernel.algebra.multiply(p, factor):
        raise KernelError("the line does not say that the product is 0")
    if below.context or below.poly != add(subtract(factor, number(1)), vanishing_.poly):
        raise KernelError("the line does not say that the factor is at least 1 less the other")
    return kernel._line("vanishes", p, vanishing_, zero, below)


RULES = ALL
"""All that makes a line, by name: the rules above and those of the kernel."""
