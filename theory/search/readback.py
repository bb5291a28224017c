"""From the kernel's normal form back to terms: what a search found is said in the language again.

A bound index gets a plain name (b1_0 for the kernel's "#1.0"), so that a summand can be opened and
worked on at that index.
"""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.polynomials import ONE, Factor, Monomial, Poly, free, height
from theory.kernel.terms import (
    Atom,
    Equal,
    Expect,
    Index,
    Inner,
    Norm,
    Number,
    Plus,
    Quotient,
    Root,
    Term,
    Times,
    Total,
)


def term_of(p: Poly) -> Term:
    """A term whose normal form is the polynomial (0 for the empty one).

    >>> from theory.kernel.polynomials import Algebra
    >>> from theory.notation.language import Language, squared, total
    >>> language = Language()
    >>> workers = language.index_set("I", language.integer("n"))
    >>> x, i = language.vector("x", workers, random=True), workers.index("i")
    >>> algebra = Algebra(language.signature)
    >>> p = algebra.normal(squared(total(i, x[i])) / 3)
    >>> algebra.normal(term_of(p)) == p
    True
    """
    if not p:
        return Number(Fraction(0))
    prefix = _prefix(p)
    summands = [_summand(m, c, prefix) for m, c in sorted(p.items(), key=repr)]
    return summands[0] if len(summands) == 1 else Plus(tuple(summands))


def opened(m: Monomial) -> tuple[tuple[Index, ...], tuple[Term, ...]]:
    """The bound indices of a monomial, now free, and its factors at them."""
    binders, factors = m
    return _open(binders, factors, _prefix({m: Fraction(1)}))


def product_of(factors: tuple[Term, ...] | list[Term]) -> Term:
    """The product; 1 for none, and the factor itself for one."""
    if not factors:
        return Number(Fraction(1))
    return factors[0] if len(factors) == 1 else Times(tuple(factors))


def _prefix(p: Poly) -> str:
    prefix, taken = "b", [name for _, name in free(p)]
    while any(name.startswith(prefix) and name[len(prefix) :][:1].isdigit() for name in taken):
        prefix += "b"
    return prefix


def _summand(m: Monomial, c: Fraction, prefix: str) -> Term:
    if m == ONE:
        return Number(c)
    indices, factors = _open(*m, prefix)
    body: Term = product_of(factors)
    for index in reversed(indices):
        body = Total(index, body)
    return body if c == 1 else Times((Number(c), body))


def _open(
    binders: tuple[str, ...], factors: tuple[Factor, ...], prefix: str
) -> tuple[tuple[Index, ...], tuple[Term, ...]]:
    level = height(factors)
    indices = tuple(Index(f"{prefix}{level}_{k}", s) for k, s in enumerate(binders))
    return indices, tuple(_factor(f, prefix) for f in factors)


def _index(i: tuple[str, str], prefix: str) -> Index:
    index_set, name = i
    if name.startswith("#"):
        name = prefix + name[1:].replace(".", "_")
    return Index(name, index_set)


def _factor(f: Factor, prefix: str) -> Term:
    match f[0]:
        case "atom" | "vec":
            return Atom(f[1], tuple(_index(i, prefix) for i in f[2]))
        case "eq":
            return Equal(_index(f[1], prefix), _index(f[2], prefix))
        case "dot":
            return Inner(_factor(f[1], prefix), _factor(f[2], prefix))
    inside = _plain(dict(f[1]), prefix)
    match f[0]:
        case "norm":
            return Norm(inside)
        case "root":
            return Root(inside)
        case "inv":
            return Quotient(Number(Fraction(1)), inside)
    return Expect(inside)


def _plain(p: Poly, prefix: str) -> Term:
    summands = [_summand(m, c, prefix) for m, c in sorted(p.items(), key=repr)]
    return summands[0] if len(summands) == 1 else Plus(tuple(summands))
