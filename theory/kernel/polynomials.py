"""The normal form: every term is a polynomial, and equal polynomials are equal terms.

All sums are pulled outwards and E stays shut (opening E needs integrability, so it is a rule).
`monomials` says what a polynomial is as data, and how bound indices are named.
Laws used here beyond ring axioms, all valid for the total operations of `terms`:
I^2 = I for 0/1 variables; a choice has one value; eq(i, j) x(j) = eq(i, j) x(i);
norm(u)^2 = <u, u>; inv(xy) = inv(x) inv(y); E(c x) = c E(x) and E(c) = c for deterministic c.

While a term is worked on, a monomial is *open*: a coefficient, bound indices with fresh names that
occur nowhere else ("$" and a number), and factors in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from functools import reduce
from itertools import chain, count, permutations, product
from math import factorial, isqrt, prod

from theory.kernel.monomials import (
    ONE,
    VECTORS,
    Factor,
    Frozen,
    Idx,
    Monomial,
    Poly,
    add,
    alike,
    bound,
    combination,
    constant,
    depth,
    free,
    freeze,
    height,
    in_order,
    names,
    primitive,
    replaced,
    scale,
    subtract,
)
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

__all__ = [
    "LARGEST", "LONGEST_NUMBER", "MANY", "ONE", "ORDERS", "WORK",
    "Algebra", "Factor", "Frozen", "Idx", "Monomial", "Poly",
    "add", "constant", "free", "freeze", "height", "scale", "subtract",
]  # fmt: skip

Open = tuple[Fraction, list[Idx], list[Factor]]
UNIT = Fraction(1)

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


class Algebra:
    """Polynomials over one signature."""

    def __init__(self, signature: Signature) -> None:
        self.signature = signature
        self._fresh = (f"${number}" for number in count())
        self._normal: dict[Term, Poly] = {}
        self._sizes: dict[str, Poly] = {}
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
            self._normal[x] = self._of(x)
        return self._normal[x]

    def _of(self, x: Term) -> Poly:
        match x:
            case Number() | Atom() | Equal() | Plus() | Times() | Power() | Quotient():
                return self._of_ring(x)
            case Root(radicand):
                return self.root(self._of(radicand))
            case Inner(left, right):
                return self.inner(self._of(left), self._of(right))
            case Norm(vector):
                return self.norm(self._of(vector))
            case Expect(body):
                return self.mean(self._of(body))
            case Total(index, body, where):
                return self.total(index, self._of(Times((*where, body)) if where else body))
            case At(index, choice, arguments, body):
                chosen = Atom(choice, (*arguments, index))
                return self.total(index, self._of(Times((chosen, body))))
            case Call():
                return self.normal(self.signature.unfold(x))
        raise IllTyped(f"{x!r} is not a term")

    def _of_ring(self, x: Term) -> Poly:
        match x:
            case Number(value):
                return constant(value)
            case Atom(name, indices):
                tag = "vec" if self.signature.symbols[name].sort == "vector" else "atom"
                return self._factor((tag, name, tuple((i.set, i.name) for i in indices)))
            case Equal(i, j):
                return self._factor(("eq", (i.set, i.name), (j.set, j.name)))
            case Plus(summands):
                return add(*map(self._of, summands))
            case Times(factors):
                result = constant(1)
                for factor in factors:
                    result = self.multiply(result, self._of(factor))
                return result
            case Power(base, exponent):
                return self.power(self._of(base), exponent)
            case Quotient(numerator, denominator):
                return self.multiply(self._of(numerator), self.inverse(self._of(denominator)))
        raise IllTyped(f"{x!r} is not a term")

    # -- operations ----------------------------------------------------------------------------

    def multiply(self, p: Poly, q: Poly) -> Poly:
        """The product; at most one of the two may be a vector."""
        if len(p) * len(q) > LARGEST:
            raise KernelError("a product grew too large")
        self.check_numbers(p)
        self.check_numbers(q)
        for number, other in ((p, q), (q, p)):
            if set(number) <= {ONE}:
                return scale(other, number.get(ONE, 0))
        second = list(self._opened(q))
        return self._sum(
            (c1 * c2, [*b1, *b2], [*f1, *f2])
            for c1, b1, f1 in self._opened(p)
            for c2, b2, f2 in second
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

        def dotted(f1: list[Factor], f2: list[Factor]) -> list[Factor]:
            (one,) = (f for f in f1 if f[0] in VECTORS)
            (two,) = (f for f in f2 if f[0] in VECTORS)
            return [*(f for f in (*f1, *f2) if f[0] not in VECTORS), ("dot", one, two)]

        return self._sum(
            (c1 * c2, [*b1, *b2], dotted(f1, f2))
            for c1, b1, f1 in self._opened(u)
            for c2, b2, f2 in self._opened(v)
        )

    def norm(self, u: Poly) -> Poly:
        """The norm of a vector: |c| norm(u) for a numeric factor c."""
        if not u:
            return {}
        unit, lead = primitive(u)
        return scale(self._factor(("norm", unit)), abs(lead))

    def root(self, p: Poly) -> Poly:
        """The square root; only rational squares are evaluated."""
        if set(p) <= {ONE}:
            value = p.get(ONE, Fraction(0))
            if value <= 0:
                return {}
            top, bottom = isqrt(value.numerator), isqrt(value.denominator)
            if top * top == value.numerator and bottom * bottom == value.denominator:
                return constant(Fraction(top, bottom))
        return self._factor(("root", freeze(p)))

    def inverse(self, p: Poly) -> Poly:
        """1/p with 1/0 = 0; the inverse of a product without sums is the product of inverses."""
        if not p:
            return {}
        ((sets, factors), c), *others = p.items()
        if not others and not sets:
            result = constant(1 / c)
            for factor in factors:
                alone = freeze({((), (factor,)): UNIT})
                result = self.multiply(result, self._factor(("inv", alone)))
            return result
        unit, lead = primitive(p)
        return scale(self._factor(("inv", unit)), 1 / lead)

    def mean(self, p: Poly) -> Poly:
        """E(p), shut: only constants and the deterministic factors of a single product come out."""
        if not self.random(p):
            return p
        ((sets, factors), c), *others = p.items()
        if not others and not sets:
            outside = [f for f in factors if not self._random_factor(f)]
            inside = [f for f in factors if self._random_factor(f)]
            shut = self._shut(freeze(self._factor(*inside)))
            return scale(self.multiply(self._factor(*outside), shut), c)
        unit, lead = primitive(p)
        return scale(self._shut(unit), lead)

    def _shut(self, p: Frozen) -> Poly:
        return self._factor(("vmean" if self.is_vector(dict(p)) else "mean", p))

    def total(self, index: Index, p: Poly) -> Poly:
        """The sum over the index; a union is summed part by part."""
        old = (index.set, index.name)
        return self._sum(
            (c, [*binders, new], factors)
            for part in self.signature.parts(index.set)
            for new in [(part, next(self._fresh))]
            for c, binders, factors in self._replaced(p, {old: new})
        )

    def rename(self, p: Poly, new: Mapping[Idx, Idx]) -> Poly:
        """Replace free indices."""
        return self._sum(self._replaced(p, new))

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

    # -- open monomials ------------------------------------------------------------------------

    def _opened(self, p: Poly) -> Iterator[Open]:
        """The monomials of a polynomial, opened."""
        for (sets, factors), c in p.items():
            if not sets:
                yield c, [], list(factors)
                continue
            fresh = [(index_set, next(self._fresh)) for index_set in sets]
            old = bound(sets, factors)
            renamed = self._renamed(factors, dict(zip(old, fresh, strict=True)))
            if len(renamed) != 1 or renamed[0][1]:
                raise KernelError("a canonical monomial changed under renaming")
            ((more, _, changed),) = renamed
            yield c * more, fresh, changed

    def _replaced(self, p: Poly, new: Mapping[Idx, Idx]) -> Iterator[Open]:
        """The monomials of a polynomial, opened, with free indices replaced."""
        for c, binders, factors in self._opened(p):
            for more, inner, changed in self._renamed(factors, new):
                yield c * more, [*binders, *inner], changed

    def _renamed(self, factors: Iterable[Factor], new: Mapping[Idx, Idx]) -> list[Open]:
        """The product of the factors with indices replaced; that can simplify a nested one."""
        coefficient = UNIT
        single: list[Factor] = []
        sums: list[Poly] = []
        for factor in factors:
            if new.keys().isdisjoint(names(factor)):
                single.append(factor)
            elif depth(factor) == 0:
                single.append(replaced(factor, new))
            else:
                p = self._nested(factor, new)
                if len(p) == 1 and not next(iter(p))[0]:
                    (((_, simple), c),) = p.items()
                    coefficient *= c
                    single.extend(simple)
                else:
                    sums.append(p)
        if not sums:
            return [(coefficient, [], single)]
        return list(self._opened(reduce(self.multiply, sums, {((), tuple(single)): coefficient})))

    def _nested(self, factor: Factor, new: Mapping[Idx, Idx]) -> Poly:
        """A factor that has a polynomial inside, with indices replaced."""
        tag, *inside = factor
        if tag == "dot":
            return self.inner(*(self._sum(self._renamed([u], new)) for u in inside))
        again = {
            "norm": self.norm,
            "root": self.root,
            "inv": self.inverse,
            "mean": self.mean,
            "vmean": self.mean,
        }
        return again[tag](self.rename(dict(inside[0]), new))

    # -- canonical monomials -------------------------------------------------------------------

    def _factor(self, *factors: Factor) -> Poly:
        return self._canonical([], list(factors))

    def _sum(self, monomials: Iterable[Open]) -> Poly:
        return combination((c, self._canonical(b, factors)) for c, b, factors in monomials)

    def _under(self, binders: list[Idx], monomials: Iterable[Open]) -> Poly:
        """The sum over the binders of a sum of monomials."""
        return self._sum((c, [*binders, *b], factors) for c, b, factors in monomials)

    def _canonical(self, binders: list[Idx], factors: list[Factor]) -> Poly:
        """The polynomial of one monomial: simplify, drop unused binders, name the bound indices."""
        if len(factors) > MANY:
            raise KernelError("a product has too many factors")
        self.spend(1 + len(factors) // 4)
        simple = self._simplified(binders, factors)
        if simple is not None:
            return simple
        if not binders:
            return {((), in_order(factors)): UNIT}
        used = {i for f in factors for i in names(f)}
        if not used.issuperset(binders):
            result = self._canonical([b for b in binders if b in used], factors)
            for index_set, _ in (b for b in binders if b not in used):
                result = self.multiply(result, self.size(index_set))
            return result
        return self._named(binders, factors)

    def _named(self, binders: list[Idx], factors: list[Factor]) -> Poly:
        """Name the bound indices so that any two renamings of a monomial become the same."""
        groups = alike(binders, factors)
        if prod(factorial(len(group)) for group in groups) > ORDERS:
            raise KernelError("a sum over too many like indices")
        found: list[tuple[Monomial, Fraction]] = []
        for orders in product(*map(permutations, groups)):
            self.spend(1 + len(factors))
            order = list(chain.from_iterable(orders))
            sets = tuple(index_set for index_set, _ in order)
            naming = dict(zip(order, bound(sets, factors), strict=True))
            renamed = self._renamed(factors, naming)
            if len(renamed) != 1 or renamed[0][1]:
                raise KernelError("renaming bound indices changed a monomial")
            ((c, _, changed),) = renamed
            found.append(((sets, in_order(changed)), c))
        monomial, c = min(found, key=lambda one: repr(one[0][1]))
        return {monomial: c}

    def _simplified(self, binders: list[Idx], factors: list[Factor]) -> Poly | None:
        """The polynomial after the first law that changes the monomial; None if none does."""
        values: dict[tuple[str, tuple[Idx, ...]], Idx] = {}
        for position, factor in enumerate(factors):
            kind = factor[0]
            if kind == "atom":
                kind = self.signature.symbols[factor[1]].sort
            if kind not in ("eq", "indicator", "choice", "norm"):
                continue
            before = factors[:position]
            again, rest = factor in before, [*before, *factors[position + 1 :]]
            if kind == "eq":
                found = self._identified(binders, factor, rest, again)
                if found is not None:
                    return found
            elif kind == "norm":
                if again:
                    rest.remove(factor)
                    u = dict(factor[1])
                    square = self.multiply({((), tuple(rest)): UNIT}, self.inner(u, u))
                    return self._under(binders, self._opened(square))
            elif again:
                return self._canonical(binders, rest)
            elif kind == "choice":
                *arguments, value = factor[2]
                first = values.setdefault((factor[1], tuple(arguments)), value)
                if first != value:
                    return self._canonical(binders, [*rest, ("eq", first, value)])
        return None

    def _identified(
        self, binders: list[Idx], equal: Factor, rest: list[Factor], again: bool
    ) -> Poly | None:
        """The polynomial after a law of eq(i, j), which stands beside the rest of the factors."""
        _, i, j = equal
        if i == j:
            return self._canonical(binders, rest)
        if set(self.signature.parts(i[0])).isdisjoint(self.signature.parts(j[0])):
            return {}
        for drop, keep in ((i, j), (j, i)):
            if drop in binders and self.signature.within(keep[0], drop[0]):
                left = [b for b in binders if b != drop]
                return self._under(left, self._renamed(rest, {drop: keep}))
        keep, drop = sorted((i, j))
        ordered = ("eq", keep, drop)
        if keep[0] == drop[0] and any(drop in names(f) for f in rest):
            renamed = self._renamed(rest, {drop: keep})
            kept = self._sum((c, b, [*factors, ordered]) for c, b, factors in renamed)
            return self._under(binders, self._opened(kept))
        if equal != ordered:
            return self._canonical(binders, [*rest, ordered])
        return self._canonical(binders, rest) if again else None
