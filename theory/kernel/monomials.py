"""What the normal form of a term is: a polynomial, as plain data that needs no signature.

A polynomial maps monomials to rational coefficients. A monomial is a pair (binders, factors):
a sum over its binders of the product of its factors. A vector is a polynomial in which every
monomial has exactly one vector factor.

    factor ::= ("atom", name, indices)      a scalar symbol, an indicator, a choice
             | ("eq", index, index)         two indices name the same element
             | ("vec", name, indices)       a vector symbol          (a vector factor)
             | ("vmean", polynomial)        E of a vector            (a vector factor)
             | ("dot", vector factor, vector factor)
             | ("norm", polynomial) | ("root", polynomial) | ("inv", polynomial)
             | ("mean", polynomial)         E of a scalar
    index  ::= (set, name)                  a bound index is named "#height.position"

The binders of a monomial are the sets of its bound indices, by position. The polynomials nested in
a factor have a smaller height than the one around them, and no user can write "#": so bound names
neither collide nor are captured. The factors of a monomial are in the order of their texts
(`repr`), and so are the two of a "dot", and the monomials of a nested polynomial.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

Idx = tuple[str, str]
Factor = tuple[Any, ...]
Monomial = tuple[tuple[str, ...], tuple[Factor, ...]]
Poly = dict[Monomial, Fraction]


class Frozen(tuple[tuple[Monomial, Fraction], ...]):
    """A polynomial to be nested inside a factor: a tuple that remembers what is asked of it often.

    It is equal to, hashed and written like the tuple of its monomials and coefficients.
    """

    @cached_property
    def names(self) -> frozenset[Idx]:
        """All indices, bound names included."""
        return frozenset(i for (_, factors), _ in self for f in factors for i in names(f))

    @cached_property
    def height(self) -> int:
        """The largest height of a monomial."""
        return max((height(factors) for (_, factors), _ in self), default=1)

    @cached_property
    def _hash(self) -> int:
        return super().__hash__()

    def __hash__(self) -> int:
        """That of the tuple."""
        return self._hash

    @cached_property
    def _text(self) -> str:
        return super().__repr__()

    def __repr__(self) -> str:
        """That of the tuple."""
        return self._text


VECTORS = ("vec", "vmean")
ONE: Monomial = ((), ())


# -- a polynomial as an element of a vector space --------------------------------------------------


def constant(value: Fraction | int) -> Poly:
    """The constant polynomial."""
    return {ONE: Fraction(value)} if value else {}


def combination(parts: Iterable[tuple[Fraction | int, Poly]]) -> Poly:
    """The sum of c p over all (c, p)."""
    total: Poly = {}
    for by, p in parts:
        for monomial, c in p.items():
            more, before = c if by == 1 else c * by, total.get(monomial)
            total[monomial] = more if before is None else before + more
    for monomial in [m for m, c in total.items() if not c]:
        del total[monomial]
    return total


def add(*polys: Poly) -> Poly:
    """The sum."""
    return combination((1, p) for p in polys)


def scale(p: Poly, by: Fraction | int) -> Poly:
    """The polynomial times a rational number."""
    return combination([(by, p)])


def subtract(p: Poly, q: Poly) -> Poly:
    """p - q."""
    return combination([(1, p), (-1, q)])


# -- a polynomial as a tuple, to be nested inside a factor -----------------------------------------


def freeze(p: Poly) -> Frozen:
    """The polynomial as a tuple: monomials and coefficients, in order."""
    return Frozen(sorted(p.items(), key=lambda item: repr(item[0])))


def primitive(p: Poly) -> tuple[Frozen, Fraction]:
    """A polynomial other than 0 divided by its leading coefficient, and that coefficient."""
    ordered = freeze(p)
    lead = ordered[0][1]
    return Frozen((monomial, c / lead) for monomial, c in ordered), lead


def in_order(factors: Iterable[Factor]) -> tuple[Factor, ...]:
    """The factors of a monomial as they are stored."""
    ordered = (("dot", *sorted(f[1:], key=repr)) if f[0] == "dot" else f for f in factors)
    return tuple(sorted(ordered, key=repr))


# -- indices ---------------------------------------------------------------------------------------


def names(factor: Factor) -> Collection[Idx]:
    """All indices of a factor, bound names of nested polynomials included."""
    tag = factor[0]
    indices: Collection[Idx]
    if tag in ("atom", "vec"):
        indices = factor[2]
    elif tag == "eq":
        indices = factor[1:]
    elif tag == "dot":
        indices = {*names(factor[1]), *names(factor[2])}
    else:
        indices = factor[1].names
    return indices


def free(p: Poly) -> set[Idx]:
    """The free indices of a polynomial."""
    return {i for _, factors in p for f in factors for i in names(f) if not i[1].startswith("#")}


def height(factors: Iterable[Factor]) -> int:
    """One more than the largest height of a polynomial nested in the factors."""
    return 1 + max((depth(f) for f in factors), default=0)


def depth(factor: Factor) -> int:
    """The largest height of a polynomial nested in the factor, 0 if there is none."""
    tag = factor[0]
    if tag in ("atom", "vec", "eq"):
        return 0
    if tag == "dot":
        return max(depth(factor[1]), depth(factor[2]))
    inside: Frozen = factor[1]
    return inside.height


def replaced(factor: Factor, new: Mapping[Idx, Idx]) -> Factor:
    """A factor of depth 0 with indices replaced."""
    tag = factor[0]
    if tag == "eq":
        return (tag, *(new.get(i, i) for i in factor[1:]))
    if tag == "dot":
        return (tag, *(replaced(u, new) for u in factor[1:]))
    return (tag, factor[1], tuple(new.get(i, i) for i in factor[2]))


def bound(sets: Iterable[str], factors: Iterable[Factor]) -> list[Idx]:
    """The names of bound indices, by their positions, in a monomial with these factors."""
    level = height(factors)
    return [(index_set, f"#{level}.{position}") for position, index_set in enumerate(sets)]


def alike(binders: list[Idx], factors: Iterable[Factor]) -> list[list[Idx]]:
    """The bound indices in groups, in order: those of one set that occur in the same way."""
    many = Counter(index_set for index_set, _ in binders)
    groups: defaultdict[tuple[str, str], list[Idx]] = defaultdict(list)
    for b in binders:
        groups[b[0], _shape(b, binders, factors) if many[b[0]] > 1 else ""].append(b)
    return [groups[key] for key in sorted(groups)]


def _shape(b: Idx, binders: list[Idx], factors: Iterable[Factor]) -> str:
    """How a bound index occurs, whatever the bound indices are called."""

    def place(i: Idx) -> str | Idx:
        return "*" if i == b else "?" if i in binders else i

    def shape(f: Factor) -> Any:
        tag = f[0]
        if tag in ("atom", "vec"):
            return (tag, f[1], repr(tuple(map(place, f[2]))))
        if tag == "eq":
            return (tag, *sorted(x if isinstance(x, str) else repr(x) for x in map(place, f[1:])))
        if tag == "dot":
            return (tag, *sorted(repr(shape(g)) for g in f[1:]))
        return (tag, b in names(f))

    return repr(sorted(repr(shape(f)) for f in factors if b in names(f)))
