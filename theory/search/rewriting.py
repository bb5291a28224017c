"""Simplifying polynomials by equations that the kernel proves.

The kernel keeps E(...) shut and 1/x as a symbol, because opening them needs integrability or
x != 0. Here both are opened wherever that can be shown, the document's equations are used from
left to right, and every step keeps the equation that justifies it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from theory.kernel.polynomials import ONE, Monomial, Poly, add, height, scale
from theory.kernel.rules import Line
from theory.kernel.terms import (
    Atom,
    Expect,
    Iid,
    Index,
    Inner,
    KernelError,
    Norm,
    Quotient,
    Root,
    Term,
    free_indices,
    walk,
)
from theory.search import lengths
from theory.search.integrability import Integrability
from theory.search.readback import opened, product_of, term_of
from theory.search.trace import Trace

LONGEST = 400
"""So many rewriting steps for one polynomial, then it is left as it is."""

Find = Callable[[Term], Line | None]


@dataclass(frozen=True)
class Simplified:
    """poly = the given polynomial + Sum c * equation."""

    poly: Poly
    used: tuple[tuple[Fraction, Line], ...]


@dataclass(frozen=True)
class Equation:
    """A known equation, read as lead = rest."""

    line: Line
    lead: Monomial


class Rewriter:
    """Rewrites polynomials of one kernel; what needs a proof is asked of the three finders."""

    def __init__(
        self,
        trace: Trace,
        integrability: Integrability,
        positive: Find,
        nonnegative: Find,
        iids: Sequence[Iid],
    ) -> None:
        self.trace = trace
        self.algebra = trace.kernel.algebra
        self.signature = trace.kernel.signature
        self._integrable, self._parts = integrability.find, integrability.parts
        self._positive, self._nonnegative = positive, nonnegative
        self._iids = tuple(iids)
        self.equations: list[Equation] = []
        self._memo: dict[Monomial, Line | None] = {}
        integrability.learned = self.forget

    def learn(self, line: Line) -> None:
        """Use an equation from now on, from its most complex monomial to the others."""
        line = self.line(line)
        lead = self._lead(line.poly) if line.poly else ONE
        if lead != ONE:
            self.equations.append(Equation(line, lead))
            self._memo.clear()

    def _lead(self, p: Poly) -> Monomial:
        """What an equation is solved for: a vector that stands alone, else the most complex."""
        order = {name: k for k, name in enumerate(self.signature.symbols)}
        alone = [
            (m, f)
            for m in p
            if not m[0]
            and len(m[1]) == 1
            and (f := m[1][0])[0] in lengths.VECTORS
            and not any(f in other[1] for other in p if other != m)
        ]
        if alone and not any(binders for binders, _ in p):
            return max(alone, key=lambda x: (height(x[0][1]), order.get(str(x[1][1]), -1)))[0]
        return max(p, key=_complexity)

    def forget(self) -> None:
        """Look again at what could not be rewritten: more is known."""
        self._memo = {m: known for m, known in self._memo.items() if known is not None}

    def simplify(self, p: Poly) -> Simplified:
        """The polynomial after all rewriting steps, and the equations of the steps."""
        used: list[tuple[Fraction, Line]] = []
        pending = sorted(p, key=repr)
        while pending and len(used) < LONGEST:
            m = pending.pop()
            equation = self._equation(m) if m in p else None
            if equation is not None:
                step = equation.poly
                c = -p[m] / step[m]
                used.append((c, equation))
                p = add(p, scale(step, c))
                pending.extend(sorted(step.keys() - {m}, key=repr))
        return Simplified(p, tuple(used))

    def line(self, line: Line) -> Line:
        """The line with its polynomial simplified."""
        used = self.simplify(line.poly).used
        return self.trace("combine", ((Fraction(1), line), *used)) if used else line

    def back(self, line: Line, simplified: Simplified) -> Line:
        """From a line about the simplified polynomial, the line about the given one."""
        undone = tuple((-c, equation) for c, equation in simplified.used)
        return self.trace("combine", ((Fraction(1), line), *undone)) if undone else line

    # -- one step ------------------------------------------------------------------------------

    def _equation(self, m: Monomial) -> Line | None:
        if m not in self._memo:
            self.trace.spend(2)
            self._memo[m] = None  # a step that needs itself finds nothing
            with self.trace.undoing(self._memo, m):
                self._memo[m] = next((e for e in self._candidates(m) if m in e.poly), None)
        return self._memo[m]

    def _candidates(self, m: Monomial) -> Iterator[Line]:
        indices, factors = opened(m)
        for position, factor in enumerate(factors):
            rest = factors[:position] + factors[position + 1 :]
            found: Line | None = None
            match factor:
                case Expect(body):
                    found = self._open(body)
                case Inner(left, right):
                    found = self._open_inner(left, right) or self._open_inner(right, left)
                case Norm(vector):
                    found = self._length(vector)
                case Quotient(_, denominator):
                    yield from self._cancelled(denominator, rest, indices)
                case Root(radicand) if factor in rest:
                    line = self._nonnegative(radicand)
                    if line is not None:
                        others = list(rest)
                        others.remove(factor)
                        yield from self._within(self.trace("root_square", line), others, indices)
            if found is not None:
                yield from self._within(found, rest, indices)
        for equation in self.equations:
            yield from self._known(equation, indices, factors)

    def _within(
        self, equation: Line, rest: Sequence[Term], indices: Sequence[Index]
    ) -> Iterator[Line]:
        """The equation times the other factors, summed over the indices."""
        line: Line | None = equation
        if rest:
            line = self.trace.attempt("times", equation, product_of(tuple(rest)))
        for index in reversed(indices):
            line = self.trace.attempt("total", line, index) if line is not None else None
        if line is not None:
            yield line

    def _length(self, vector: Term) -> Line | None:
        """|u| as |v| or s |v|, where u is v or s v by an equation."""
        u = self.algebra.normal(vector)
        simple = self.simplify(u)
        if simple.poly != u:
            if not simple.poly:
                return None
            return lengths.replaced(self.trace, u, simple.poly, simple.used)
        return lengths.scaled(self.trace, self._nonnegative, u)

    # -- expectations --------------------------------------------------------------------------

    def _open(self, body: Term) -> Line | None:
        """An equation that opens E(body)."""
        p = self.algebra.normal(body)
        if len(p) == 1 and next(iter(p.values())) == 1:
            ((binders, _), _) = next(iter(p.items()))
            _, factors = opened(next(iter(p)))
            if not binders and all(self.signature.is_random(f) for f in factors):
                return self._constant_out(factors) or self._by_law(body, factors)
        parts = self._parts(p)
        return None if parts is None else self.trace.attempt("linear_expectation", parts)

    def _stays(self, factor: Term) -> bool:
        return self.signature.is_random(factor) or self.signature.check(factor) == "vector"

    def _constant_out(self, factors: Sequence[Term]) -> Line | None:
        """E<u, w> = <E u, w> for a deterministic w."""
        match factors:
            case (Inner(u, w),):
                if not self.signature.is_random(u):
                    u, w = w, u
                if not self.signature.is_random(w):
                    line = self._integrable(u)
                    return line and self.trace.attempt("expect_inner", u, w, line)
        return None

    def _open_inner(self, u: Term, v: Term) -> Line | None:
        """An equation that opens the mean u in <u, v>."""
        if not isinstance(u, Expect):
            return None
        equation = self._open(u.body)
        return equation and self.trace.attempt("dot", equation, v)

    def _by_law(self, body: Term, factors: Sequence[Term]) -> Line | None:
        """E of a function of one member of an i.i.d. family, or of several in different factors."""
        for iid in self._iids:
            used = sorted({i for f in factors for i in _members(f, iid.family)})
            if len(used) == 1:
                line = self.trace.attempt("identical", iid, used[0], body)
                if line is not None:
                    return line
            if len(used) > 1:
                line = self._split(iid, factors, used)
                if line is not None:
                    return line
        return None

    def _split(self, iid: Iid, factors: Sequence[Term], used: Sequence[Index]) -> Line | None:
        first = used[0]
        match factors:
            case (Inner(a, b),) if {first} == _members(a, iid.family):
                pass
            case _:
                a = product_of([f for f in factors if first in _members(f, iid.family)])
                b = product_of([f for f in factors if first not in _members(f, iid.family)])
        left, right = (tuple(sorted(_members(t, iid.family))) for t in (a, b))
        if not right or set(left) & set(right):
            return None
        la, lb = self._integrable(a), self._integrable(b)
        if la is None or lb is None:
            return None
        return self.trace.attempt("independent", iid, left, right, a, b, la, lb)

    # -- equations that are divided out --------------------------------------------------------

    def _cancelled(
        self, denominator: Term, rest: Sequence[Term], indices: Sequence[Index]
    ) -> Iterator[Line]:
        """x (1/x) = 1, where the rest holds the leading monomial of x."""
        p = self.algebra.normal(denominator)
        lead = max(p, key=_complexity)
        for others, inner in self._divided(lead, rest, indices):
            line = self._nonzero(denominator)
            if line is not None:
                equation = self.trace("inverse", denominator, line)
                yield from self._within(equation, others, inner)

    def _nonzero(self, x: Term) -> Line | None:
        return self._positive(x) or self._positive(term_of(scale(self.algebra.normal(x), -1)))

    def _known(
        self, equation: Equation, indices: Sequence[Index], factors: Sequence[Term]
    ) -> Iterator[Line]:
        """Instances of a known equation that divide the product of the factors."""
        here = sorted({*indices, *(i for f in factors for i in free_indices(f))})
        variables = [Index(name, s) for s, name in sorted(equation.line.context)]
        within = self.signature.within
        for values in product(*([i for i in here if within(i.set, v.set)] for v in variables)):
            line = equation.line
            renaming = {o: n for o, n in zip(variables, values, strict=True) if o != n}
            lead = equation.lead
            if renaming:
                pairs = {(o.set, o.name): (n.set, n.name) for o, n in renaming.items()}
                renamed = self.algebra.rename({lead: Fraction(1)}, pairs)
                if len(renamed) != 1:
                    continue
                lead = next(iter(renamed))
            if self.algebra.is_vector({lead: Fraction(1)}):
                yield from self._known_vector(line, renaming, lead, indices, factors)
                continue
            for others, inner in self._divided(lead, factors, indices):
                yield from self._within(self._instance(line, renaming), others, inner)

    def _known_vector(
        self,
        line: Line,
        renaming: dict[Index, Index],
        lead: Monomial,
        indices: Sequence[Index],
        factors: Sequence[Term],
    ) -> Iterator[Line]:
        sums, parts = opened(lead)
        vectors = [f for f in parts if self.signature.check(f) == "vector"]
        numbers = [f for f in parts if f not in vectors]
        if sums:
            vectors, numbers = [term_of({lead: Fraction(1)})], []
        wanted = self.algebra.normal(vectors[0])
        for position, factor in enumerate(factors):
            rest = [*factors[:position], *factors[position + 1 :]]
            if any(f not in rest for f in numbers):
                continue
            for f in numbers:
                rest.remove(f)
            if isinstance(factor, Inner):
                for u, v in ((factor.left, factor.right), (factor.right, factor.left)):
                    if self.algebra.normal(u) == wanted:
                        equation = self.trace("dot", self._instance(line, renaming), v)
                        yield from self._within(equation, rest, indices)
            elif self.algebra.normal(factor) == wanted:
                yield from self._within(self._instance(line, renaming), rest, indices)

    def _instance(self, line: Line, renaming: dict[Index, Index]) -> Line:
        return self.trace("instance", line, renaming) if renaming else line

    def _divided(
        self, lead: Monomial, factors: Sequence[Term], indices: Sequence[Index]
    ) -> Iterator[tuple[list[Term], list[Index]]]:
        """The other factors, and the indices still bound, where the product contains `lead`."""
        binders, wanted = lead
        if not binders:
            missing = list(wanted)
            others = []
            for factor in factors:
                raw = self._raw(factor)
                if raw in missing:
                    missing.remove(raw)
                else:
                    others.append(factor)
            if not missing:
                yield others, list(indices)
            return
        for group in connected(indices, factors):
            if sorted(i.set for i in group) != sorted(binders):
                continue
            mine = [f for f in factors if free_indices(f) & set(group)]
            p = self.algebra.normal(product_of(mine))
            for index in group:
                p = self.algebra.total(index, p)
            if p.keys() == {lead}:
                others = [f for f in factors if f not in mine]
                yield others, [i for i in indices if i not in group]
                return

    def _raw(self, factor: Term) -> object:
        """The kernel's factor for the term of one."""
        if isinstance(factor, Inner) and self.signature.check(factor) != "scalar":
            raise KernelError("not a factor")
        p = self.algebra.normal(factor)
        return next(iter(p))[1][0] if len(p) == 1 and len(next(iter(p))[1]) == 1 else None


def _complexity(m: Monomial) -> tuple[int, int, int, str]:
    binders, factors = m
    inverse = sum(f[0] == "inv" for f in factors)
    return (height(factors) - (inverse > 0), len(binders) + len(factors), -inverse, repr(m))


def _members(x: Term, family: str) -> set[Index]:
    return {t.indices[0] for t in walk(x) if isinstance(t, Atom) and t.name == family}


def connected(indices: Sequence[Index], factors: Sequence[Term]) -> list[set[Index]]:
    """The bound indices, joined where a factor mentions both."""
    groups = [{i} for i in indices]
    for factor in factors:
        touched = [g for g in groups if g & free_indices(factor)]
        if len(touched) > 1:
            groups = [*(g for g in groups if g not in touched), set().union(*touched)]
    return groups
