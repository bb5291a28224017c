"""The normal form: every term is a polynomial, and equal polynomials are equal terms.

A polynomial maps monomials to rational coefficients. A monomial is a pair (binders, factors):
a sum over its binders of the product of its factors. All sums are pulled outwards and E stays
shut (opening E needs integrability, so it is a rule). A vector is a polynomial in which every
monomial has exactly one vector factor.

    factor ::= ("atom", name, indices)      a scalar symbol, an indicator, a choice
             | ("eq", index, index)         two indices name the same element
             | ("vec", name, indices)       a vector symbol          (a vector factor)
             | ("vmean", polynomial)        E of a vector            (a vector factor)
             | ("dot", vector factor, vector factor)
             | ("norm", polynomial) | ("root", polynomial) | ("inv", polynomial)
             | ("mean", polynomial)         E of a scalar
    index  ::= (set, name)                  a bound index is named "#height.position"

A bound name starts with "#", which no user can write, and polynomials nested in a factor have a
smaller height than the one around them: bound names can neither collide nor be captured.
Laws used here beyond ring axioms, all valid for the total operations of `terms`:
I^2 = I for 0/1 variables; a choice has one value; eq(i, j) x(j) = eq(i, j) x(i);
norm(u)^2 = <u, u>; inv(xy) = inv(x) inv(y); E(c x) = c E(x) and E(c) = c for deterministic c.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from itertools import count, permutations, product
from math import factorial, isqrt, prod
from typing import Any

from theory.kernel.terms import (
    At,
    Atom,
    Call,
    Equal,
    Expect,
    IllTyped,
    Index,
    Inner,
    KernelError,
    Norm,
    Number,
    Plus,
    Power,
    Quotient,
    Root,
    Signature,
    Term,
    Times,
    Total,
)

Idx = tuple[str, str]
Factor = tuple[Any, ...]
Monomial = tuple[tuple[str, ...], tuple[Factor, ...]]
Poly = dict[Monomial, Fraction]
Frozen = tuple[tuple[Monomial, Fraction], ...]

NESTED = ("norm", "root", "inv", "mean", "vmean")
VECTORS = ("vec", "vmean")
LARGEST = 20_000
"""A polynomial with more monomials than this is refused rather than worked on for ever."""

MANY = 120
"""A product with more factors is refused."""

ORDERS = 5_040
"""A monomial whose bound indices could be named in more ways is refused."""

WORK = 150_000
"""How much may be spent on one certificate: some seconds. The largest of Krum's needs a tenth."""

LONGEST_NUMBER = 14_000
"""A coefficient whose numerator or denominator has more bits is refused; Python writes no longer
ones as text."""

ONE: Monomial = ((), ())


def freeze(p: Poly) -> Frozen:
    """The polynomial as a canonical tuple, to be nested inside a factor."""
    return tuple(sorted(p.items(), key=repr))


def constant(value: Fraction | int) -> Poly:
    """The constant polynomial."""
    return {ONE: Fraction(value)} if value else {}


def add(*polys: Poly) -> Poly:
    """The sum."""
    total: defaultdict[Monomial, Fraction] = defaultdict(Fraction)
    for p in polys:
        for monomial, coefficient in p.items():
            total[monomial] += coefficient
    return {m: c for m, c in total.items() if c}


def scale(p: Poly, by: Fraction | int) -> Poly:
    """The polynomial times a rational number."""
    return {m: c * by for m, c in p.items()} if by else {}


def subtract(p: Poly, q: Poly) -> Poly:
    """p - q."""
    return add(p, scale(q, -1))


def names(factor: Factor) -> set[Idx]:
    """All indices of a factor, bound names of nested polynomials included."""
    tag = factor[0]
    if tag in ("atom", "vec"):
        return set(factor[2])
    if tag == "eq":
        return {factor[1], factor[2]}
    if tag == "dot":
        return names(factor[1]) | names(factor[2])
    return {i for (_, factors), _ in factor[1] for f in factors for i in names(f)}


def free(p: Poly) -> set[Idx]:
    """The free indices of a polynomial."""
    return {i for _, factors in p for f in factors for i in names(f) if not i[1].startswith("#")}


def height(factors: Iterable[Factor]) -> int:
    """One more than the largest height of a polynomial nested in the factors."""
    return 1 + max((_depth(f) for f in factors), default=0)


def _depth(factor: Factor) -> int:
    if factor[0] == "dot":
        return max(_depth(factor[1]), _depth(factor[2]))
    if factor[0] in NESTED:
        return max((height(factors) for (_, factors), _ in factor[1]), default=1)
    return 0


class Algebra:
    """Polynomials over one signature."""

    def __init__(self, signature: Signature) -> None:
        self.signature = signature
        self._fresh = count()
        self._normal: dict[Term, Poly] = {}
        self._sizes: dict[str, Poly] = {}
        self._canonical: dict[tuple[tuple[Idx, ...], tuple[Factor, ...]], Poly] = {}
        self._left: int | None = None

    # -- limits --------------------------------------------------------------------------------

    @contextmanager
    def limited(self, work: int = WORK) -> Iterator[None]:
        """Refuse with KernelError what needs more work than this; without, only searches run."""
        before, self._left = self._left, work
        try:
            yield
        finally:
            self._left = before

    def spend(self, amount: int) -> None:
        """Count work, and refuse when it is too much."""
        if self._left is not None:
            self._left -= amount
            if self._left < 0:
                raise KernelError("this is too much work for one certificate")

    def check_numbers(self, p: Poly) -> None:
        """Refuse coefficients that have grown too long."""
        for c in p.values():
            if max(c.numerator.bit_length(), c.denominator.bit_length()) > LONGEST_NUMBER:
                raise KernelError("a number grew too long")

    # -- from terms ----------------------------------------------------------------------------

    def normal(self, x: Term) -> Poly:
        """The normal form of a term; raises IllTyped if it does not denote."""
        if x not in self._normal:
            self.signature.check(x)
            self._normal[x] = self._normal_form(x)
        return self._normal[x]

    def _normal_form(self, x: Term) -> Poly:
        match x:
            case Number(value):
                return constant(value)
            case Atom(name, indices):
                tag = "vec" if self.signature.symbols[name].sort == "vector" else "atom"
                return self._monomial([], [(tag, name, tuple((i.set, i.name) for i in indices))])
            case Equal(left, right):
                return self._monomial([], [("eq", (left.set, left.name), (right.set, right.name))])
            case Plus(summands):
                return add(*(self._normal_form(s) for s in summands))
            case Times(factors):
                result = constant(1)
                for factor in factors:
                    result = self.multiply(result, self._normal_form(factor))
                return result
            case Power(base, exponent):
                return self.power(self._normal_form(base), exponent)
            case Quotient(numerator, denominator):
                return self.multiply(
                    self._normal_form(numerator), self.inverse(self._normal_form(denominator))
                )
            case Root(radicand):
                return self.root(self._normal_form(radicand))
            case Inner(left, right):
                return self.inner(self._normal_form(left), self._normal_form(right))
            case Norm(vector):
                return self.norm(self._normal_form(vector))
            case Expect(body):
                return self.mean(self._normal_form(body))
            case Total(index, body, where):
                return self.total(
                    index, self._normal_form(Times((*where, body)) if where else body)
                )
            case At(index, choice, arguments, body):
                chosen = Atom(choice, (*arguments, index))
                return self.total(index, self._normal_form(Times((chosen, body))))
            case Call():
                return self.normal(self.signature.unfold(x))
        raise IllTyped(f"{x!r} is not a term")

    # -- operations ----------------------------------------------------------------------------

    def multiply(self, p: Poly, q: Poly) -> Poly:
        """The product; at most one of the two may be a vector."""
        if len(p) * len(q) > LARGEST:
            raise KernelError("a product grew too large")
        self.check_numbers(p)
        self.check_numbers(q)
        return add(
            *(
                scale(self._canonicalise([*b1, *b2], [*f1, *f2]), c1 * c2)
                for (b1, f1), c1 in self._opened(p)
                for (b2, f2), c2 in self._opened(q)
            )
        )

    def power(self, p: Poly, exponent: int) -> Poly:
        """A natural power."""
        result = constant(1)
        for _ in range(exponent):
            result = self.multiply(result, p)
        return result

    def inner(self, u: Poly, v: Poly) -> Poly:
        """The inner product of two vectors."""
        if len(u) * len(v) > LARGEST:
            raise KernelError("an inner product grew too large")
        result = []
        for (b1, f1), c1 in self._opened(u):
            for (b2, f2), c2 in self._opened(v):
                (one,) = (f for f in f1 if f[0] in VECTORS)
                (two,) = (f for f in f2 if f[0] in VECTORS)
                rest = [f for f in (*f1, *f2) if f[0] not in VECTORS]
                result.append(
                    scale(self._canonicalise([*b1, *b2], [*rest, ("dot", one, two)]), c1 * c2)
                )
        return add(*result)

    def norm(self, u: Poly) -> Poly:
        """The norm of a vector: |c| norm(u) for a numeric factor c."""
        if not u:
            return {}
        unit, lead = _primitive(u)
        return scale(self._monomial([], [("norm", freeze(unit))]), abs(lead))

    def root(self, p: Poly) -> Poly:
        """The square root; only rational squares are evaluated."""
        if set(p) <= {ONE}:
            value = p.get(ONE, Fraction(0))
            if value <= 0:
                return {}
            top, bottom = isqrt(value.numerator), isqrt(value.denominator)
            if top * top == value.numerator and bottom * bottom == value.denominator:
                return constant(Fraction(top, bottom))
        return self._monomial([], [("root", freeze(p))])

    def inverse(self, p: Poly) -> Poly:
        """1/p with 1/0 = 0; the inverse of a product without sums is the product of inverses."""
        if not p:
            return {}
        if len(p) == 1:
            ((binders, factors), c) = next(iter(p.items()))
            if not binders:
                result = constant(1 / c)
                for factor in factors:
                    result = self.multiply(
                        result, self._monomial([], [("inv", (((((), (factor,))), Fraction(1)),))])
                    )
                return result
        unit, lead = _primitive(p)
        return scale(self._monomial([], [("inv", freeze(unit))]), 1 / lead)

    def mean(self, p: Poly) -> Poly:
        """E(p), shut: only constants and the deterministic factors of a single product come out."""
        if not self.random(p):
            return p
        if len(p) == 1:
            ((binders, factors), c) = next(iter(p.items()))
            outside = [f for f in factors if not self._random_factor(f) and not binders]
            inside = [f for f in factors if f not in outside]
            inner: Poly = self._canonicalise(
                [(s, _bound_name(factors, k)) for k, s in enumerate(binders)], inside
            )
            return scale(self.multiply(self._monomial([], outside), self._shut(inner)), c)
        unit, lead = _primitive(p)
        return scale(self._shut(unit), lead)

    def _shut(self, p: Poly) -> Poly:
        tag = "vmean" if self.is_vector(p) else "mean"
        return self._monomial([], [(tag, freeze(p))])

    def total(self, index: Index, p: Poly) -> Poly:
        """The sum over the index; a union is summed part by part."""
        result = []
        old = (index.set, index.name)
        for part in self.signature.parts(index.set):
            for (binders, factors), c in self._opened(p):
                bound = (part, f"${next(self._fresh)}")
                renamed = self._product([self._renamed(f, {old: bound}) for f in factors])
                for (b, fs), c2 in self._opened(renamed):
                    result.append(
                        scale(self._canonicalise([*binders, *b, bound], list(fs)), c * c2)
                    )
        return add(*result)

    def rename(self, p: Poly, replacement: Mapping[Idx, Idx]) -> Poly:
        """Replace free indices."""
        result = []
        for (binders, factors), c in self._opened(p):
            renamed = self._product([self._renamed(f, replacement) for f in factors])
            for (b, fs), c2 in self._opened(renamed):
                result.append(scale(self._canonicalise([*binders, *b], list(fs)), c * c2))
        return add(*result)

    def size(self, index_set: str) -> Poly:
        """The number of elements of a base set, as a polynomial in the parameters."""
        if index_set not in self._sizes:
            self._sizes[index_set] = self.normal(self.signature.sizes[index_set])
        return self._sizes[index_set]

    # -- questions -----------------------------------------------------------------------------

    def is_vector(self, p: Poly) -> bool:
        """Whether the monomials carry a vector factor."""
        return any(f[0] in VECTORS for _, factors in p for f in factors)

    def random(self, p: Poly) -> bool:
        """Whether the polynomial mentions the outcome outside every E."""
        return any(self._random_factor(f) for _, factors in p for f in factors)

    def _random_factor(self, factor: Factor) -> bool:
        tag = factor[0]
        if tag in ("atom", "vec"):
            return self.signature.symbols[factor[1]].random
        if tag == "dot":
            return self._random_factor(factor[1]) or self._random_factor(factor[2])
        if tag in ("norm", "root", "inv"):
            return self.random(dict(factor[1]))
        return False

    # -- canonical monomials -------------------------------------------------------------------

    def _opened(self, p: Poly) -> Iterator[tuple[tuple[list[Idx], list[Factor]], Fraction]]:
        """The monomials with their bound indices renamed to fresh ones."""
        for (binders, factors), c in p.items():
            if not binders:
                yield ([], list(factors)), c
                continue
            old = [(s, _bound_name(factors, k)) for k, s in enumerate(binders)]
            new = [(s, f"${next(self._fresh)}") for s in binders]
            product_ = self._product(
                [self._renamed(f, dict(zip(old, new, strict=True))) for f in factors]
            )
            ((b, fs), c2) = next(iter(product_.items()))
            if len(product_) != 1 or b:
                raise KernelError("a canonical monomial changed under renaming")
            yield (new, list(fs)), c * c2

    def _product(self, parts: list[Poly]) -> Poly:
        """Multiply polynomials that mostly are single factors."""
        factors: list[Factor] = []
        others = []
        coefficient = Fraction(1)
        for p in parts:
            if len(p) == 1 and not next(iter(p))[0]:
                ((_, fs), c) = next(iter(p.items()))
                factors.extend(fs)
                coefficient *= c
            else:
                others.append(p)
        result: Poly = {((), tuple(factors)): coefficient}
        for p in others:
            result = self.multiply(result, p)
        return result

    def _monomial(self, binders: list[Idx], factors: list[Factor]) -> Poly:
        return self._canonicalise(binders, factors)

    def _renamed(self, factor: Factor, replacement: Mapping[Idx, Idx]) -> Poly:
        """A factor with indices replaced, as a polynomial (renaming can simplify it)."""
        tag = factor[0]
        if not names(factor) & replacement.keys():
            return {((), (factor,)): Fraction(1)}
        if tag in ("atom", "vec"):
            return {
                (
                    (),
                    ((tag, factor[1], tuple(replacement.get(i, i) for i in factor[2])),),
                ): Fraction(1)
            }
        if tag == "eq":
            one, two = (replacement.get(i, i) for i in factor[1:])
            return {((), (("eq", one, two),)): Fraction(1)}
        if tag == "dot":
            u, v = (self._renamed(f, replacement) for f in factor[1:])
            return self.inner(u, v)
        inside = self.rename(dict(factor[1]), replacement)
        return {
            "norm": self.norm,
            "root": self.root,
            "inv": self.inverse,
            "mean": self.mean,
            "vmean": self.mean,
        }[tag](inside)

    def _canonicalise(self, binders: list[Idx], factors: list[Factor]) -> Poly:
        """The polynomial of one monomial: simplify, drop unused binders, name the bound indices."""
        if len(factors) > MANY:
            raise KernelError("a product has too many factors")
        self.spend(1 + len(factors) // 4)
        simple = self._simplify(binders, factors)
        if simple is not None:
            return simple
        used = set().union(*(names(f) for f in factors)) if factors else set()
        unused = [b for b in binders if b not in used]
        if unused:
            result = self._canonicalise([b for b in binders if b in used], factors)
            for index_set, _ in unused:
                result = self.multiply(result, self.size(index_set))
            return result
        ordered = tuple(sorted((_sorted_dot(f) for f in factors), key=repr))
        if not binders:
            return {((), ordered): Fraction(1)}
        return self._name_bound(binders, list(ordered))

    def _simplify(self, binders: list[Idx], factors: list[Factor]) -> Poly | None:
        """Apply the first law that changes the monomial, or return None."""
        symbols = self.signature.symbols
        seen: set[Factor] = set()
        choices: dict[tuple[str, tuple[Idx, ...]], Idx] = {}
        for position, factor in enumerate(factors):
            rest = factors[:position] + factors[position + 1 :]
            tag = factor[0]
            if tag == "eq":
                _, one, two = factor
                if one == two:
                    return self._canonicalise(binders, rest)
                if not set(self.signature.parts(one[0])) & set(self.signature.parts(two[0])):
                    return {}
                keep, drop = (
                    (two, one) if one in binders and self._may_replace(two, one) else (one, two)
                )
                if drop in binders and self._may_replace(keep, drop):
                    renamed = self._product([self._renamed(f, {drop: keep}) for f in rest])
                    return self._recombine([b for b in binders if b != drop], renamed)
                keep, drop = sorted((one, two))
                if keep[0] == drop[0] and any(drop in names(f) for f in rest):
                    renamed = self._product([self._renamed(f, {drop: keep}) for f in rest])
                    return self._recombine(
                        binders, self.multiply(renamed, {((), (("eq", keep, drop),)): Fraction(1)})
                    )
                if (one, two) != (keep, drop):
                    return self._canonicalise(binders, [*rest, ("eq", keep, drop)])
                if factor in seen:
                    return self._canonicalise(binders, rest)
            elif tag == "atom" and symbols[factor[1]].sort in ("indicator", "choice"):
                if factor in seen:
                    return self._canonicalise(binders, rest)
                if symbols[factor[1]].sort == "choice":
                    *prefix, value = factor[2]
                    other = choices.setdefault((factor[1], tuple(prefix)), value)
                    if other != value:
                        return self._canonicalise(binders, [*rest, ("eq", other, value)])
            elif tag == "norm" and factor in seen:
                rest.remove(factor)
                u = dict(factor[1])
                return self._recombine(
                    binders, self.multiply({((), tuple(rest)): Fraction(1)}, self.inner(u, u))
                )
            seen.add(factor)
        return None

    def _may_replace(self, keep: Idx, drop: Idx) -> bool:
        return self.signature.within(keep[0], drop[0])

    def _recombine(self, binders: list[Idx], p: Poly) -> Poly:
        return add(
            *(scale(self._canonicalise([*binders, *b], f), c) for (b, f), c in self._opened(p))
        )

    def _name_bound(self, binders: list[Idx], factors: list[Factor]) -> Poly:
        """Name the bound indices so that any two renamings of a monomial become the same."""
        cache_key = (tuple(binders), tuple(factors))
        level = height(factors)
        groups: defaultdict[tuple[str, str], list[Idx]] = defaultdict(list)
        for b in binders:
            groups[b[0], _shape(b, set(binders), factors)].append(b)
        if cache_key in self._canonical:
            return self._canonical[cache_key]
        if prod(factorial(len(group)) for group in groups.values()) > ORDERS:
            raise KernelError("a sum over too many like indices")
        best: tuple[str, Monomial, Fraction] | None = None
        for orders in product(*(permutations(groups[key]) for key in sorted(groups))):
            self.spend(1 + len(factors))
            order = [b for group in orders for b in group]
            naming = {b: (b[0], f"#{level}.{k}") for k, b in enumerate(order)}
            renamed = self._product([self._renamed(f, naming) for f in factors])
            if len(renamed) != 1:
                raise KernelError("renaming bound indices changed a monomial")
            ((_, fs), c) = next(iter(renamed.items()))
            ordered = tuple(sorted((_sorted_dot(f) for f in fs), key=repr))
            key = repr(ordered)
            if best is None or key < best[0]:
                best = (key, (tuple(b[0] for b in order), ordered), c)
        assert best is not None
        result = {best[1]: best[2]}
        if len(self._canonical) < 200_000:
            self._canonical[cache_key] = result
        return result


def _bound_name(factors: Iterable[Factor], position: int) -> str:
    return f"#{height(factors)}.{position}"


def _sorted_dot(factor: Factor) -> Factor:
    if factor[0] == "dot":
        return ("dot", *sorted(factor[1:], key=repr))
    return factor


def _shape(b: Idx, bound: set[Idx], factors: list[Factor]) -> str:
    """How the bound index occurs, blind to bound names: indices of equal shape may be swapped."""

    def blind(f: Factor) -> Any:
        if f[0] in ("atom", "vec"):
            return (
                f[0],
                f[1],
                tuple("*" if i == b else ("?" if i in bound else i) for i in f[2]).__repr__(),
            )
        if f[0] == "eq":
            return (
                "eq",
                *sorted("*" if i == b else ("?" if i in bound else repr(i)) for i in f[1:]),
            )
        if f[0] == "dot":
            return ("dot", *sorted(repr(blind(g)) for g in f[1:]))
        return (f[0], b in names(f))

    return repr(sorted(repr(blind(f)) for f in factors if b in names(f)))


def _primitive(p: Poly) -> tuple[Poly, Fraction]:
    """A polynomial other than 0 divided by its leading coefficient, and that coefficient."""
    lead = p[min(p, key=repr)]
    return scale(p, 1 / lead), lead
