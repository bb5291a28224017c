"""Which terms have a finite expectation? Shown by domination from what a document assumes.

A single product is integrable because it is assumed, because it has the law of one that is, or
because its absolute value is at most a sum of integrable squares; a polynomial, because every
product in it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from theory.kernel.polynomials import Monomial, Poly, add, freeze, scale
from theory.kernel.rules import Line, Part
from theory.kernel.terms import (
    Atom,
    Equal,
    Iid,
    Index,
    Inner,
    Integrable,
    KernelError,
    Norm,
    Number,
    Power,
    Quotient,
    Signature,
    Term,
    Times,
    free_indices,
    rebuild,
    substitute,
    walk,
)
from theory.search.matching import Matcher, Pattern, pattern_of, target_of
from theory.search.mixture import combined, solve_linear
from theory.search.readback import opened, product_of, term_of
from theory.search.trace import LARGEST_STEP, Trace

ONE = Number(Fraction(1))
MOST_WHOLES = 40
"""A mean that needs more known sums than this is not put together."""

MOST_FACTORS = 5
"""A longer product is not dominated: its squares would be longer still."""


class Integrability:
    """Finds integrable lines from the assumed ones and from proved ones."""

    def __init__(
        self,
        trace: Trace,
        assumed: Iterable[Integrable],
        proved: Iterable[Line] = (),
        iids: Sequence[Iid] = (),
    ) -> None:
        self.trace = trace
        self.signature = trace.kernel.signature
        self.algebra = trace.kernel.algebra
        self._assumed = list(assumed)
        self._proved = list(proved)
        self._iids = tuple(iids)
        self.positive: Callable[[Term], Line | None] = lambda x: None
        self.nonnegative: Callable[[Term], Line | None] = lambda x: None
        self.learned: Callable[[], None] = lambda: None
        self.dominating: Callable[[Term], Line | None] = lambda x: None
        self.stated: list[tuple[Line, Term]] = []
        self._memo: dict[Term, Line | None] = {}
        self._matcher = Matcher(self.algebra)

    def find(self, x: Term) -> Line | None:
        """A line that says that the term is integrable, or None."""
        if x not in self._memo:
            self._memo[x] = None  # a term that needs itself is not shown to be integrable
            with self.trace.undoing(self._memo, x):
                self._memo[x] = next(self._ways(x), None)
        return self._memo[x]

    def exists(self, x: Term) -> Line | None:
        """The same with a search for what x is at most: for a mean that a statement speaks of."""
        line = self.find(x)
        if line is None and self.signature.check(x) == "vector":
            square = self.exists(Inner(x, x))
            zero = self.trace("weaken", self.trace("combine", ()))
            line = square and self.trace.attempt("integrable_vector", x, zero, square)
        elif line is None:
            line = self.dominating(x)
        if line is not None and line not in self._proved:
            self._proved.append(line)
            self._memo = {t: known for t, known in self._memo.items() if known is not None}
            self._memo[x] = line
            self.learned()
        return line

    def _ways(self, x: Term) -> Iterator[Line]:
        p = self.algebra.normal(x)
        if not self.algebra.random(p):
            yield self.trace("integrable_deterministic", x)
            return
        here = sorted(free_indices(x))
        known = [*(line for line, _ in self._instances(here)), *self._proved_at(here)]
        yield from (line for line in known if line.poly == p)
        if len(p) == 1 and not next(iter(p))[0]:
            (m, c) = next(iter(p.items()))
            _, factors = opened(m)
            if sum(map(self._stays, factors)) > MOST_FACTORS:
                return
            if c == 1 and all(self._stays(f) for f in factors):
                yield from self._single(x, list(factors))
                return
        yield from self._linear(p)
        if self.algebra.is_vector(p):
            yield from self._vector(x)
        elif isinstance(x, Inner) and x.left == x.right:
            yield from self._square(x.left)

    def _stays(self, factor: Term) -> bool:
        return self.signature.is_random(factor) or self.signature.check(factor) == "vector"

    def _instances(self, here: Sequence[Index]) -> Iterator[tuple[Line, Term]]:
        """The assumed lines at all indices, with their terms."""
        for formula in self._assumed:
            line = self.trace("assume", formula)
            variables = sorted(free_indices(formula.body))
            for renaming in assignments(self.signature, variables, here):
                body = substitute(formula.body, renaming)
                yield self.trace("instance", line, renaming) if renaming else line, body

    def _proved_at(self, here: Sequence[Index]) -> Iterator[Line]:
        for line in self._proved:
            variables = [Index(name, s) for s, name in sorted(line.context)]
            for renaming in assignments(self.signature, variables, here):
                yield self.trace("instance", line, renaming) if renaming else line

    def _linear(self, p: Poly) -> Iterator[Line]:
        """A sum of integrable terms with deterministic coefficients."""
        parts = self.parts(p)
        made = parts and self.trace.attempt("integrable_linear", parts)
        if made:
            yield made

    def parts(self, p: Poly) -> tuple[Part, ...] | None:
        """The polynomial as a sum of integrable ones: its monomials, or whole known ones."""
        found: list[Part] = []
        left: Poly = {}
        for m, c in sorted(p.items(), key=repr):
            part = self.monomial(m, c)
            if part is None:
                left[m] = c
            else:
                found.append(part)
        if left:
            try:
                return self._wholes(p, left)
            except KernelError:  # a sum grew too large
                return None
        return tuple(found)

    def monomial(self, m: Monomial, c: Fraction = Fraction(1)) -> Part | None:
        """c m as an integrable line with what stands before it, or None."""
        indices, factors = opened(m)
        inside = product_of([f for f in factors if self._stays(f)])
        outside = [f for f in factors if not self._stays(f)]
        line = self.find(inside)
        return None if line is None else (product_of([Number(c), *outside]), indices, line)

    def _wholes(self, p: Poly, left: Poly) -> tuple[Part, ...] | None:
        """The polynomial from known integrable ones, where their monomials meet those left over."""
        self.trace.spend(len(p))
        columns: dict[Any, Part] = {}
        asking, seen = list(left), set[Monomial]()
        for _ in range(2):
            for m in asking:
                seen.add(m)
                for part in self.meeting(m):
                    columns.setdefault(freeze(self.poly(part)), part)
                    if len(columns) > MOST_WHOLES:
                        return None
            asking = [m for column in columns for m, _ in column if m not in seen]
        if not columns:
            return None
        for m in sorted({*p, *seen, *asking} - left.keys(), key=repr):
            known = self.monomial(m)
            if known is not None:
                columns.setdefault(freeze(self.poly(known)), known)
        values = solve_linear([dict(column) for column in columns], p, unique=False)
        if values is None:
            return None
        return tuple(
            (Number(v) * c, indices, line)
            for v, (c, indices, line) in zip(values, columns.values(), strict=True)
            if v
        )

    def poly(self, part: Part) -> Poly:
        """What a part is."""
        coefficient, indices, line = part
        self.trace.spend(1 + len(line.poly) // 4)
        with self.algebra.limited(LARGEST_STEP):
            p = self.algebra.multiply(self.algebra.normal(coefficient), line.poly)
            for index in indices:
                p = self.algebra.total(index, p)
        return p

    def meeting(self, m: Monomial) -> Iterator[Part]:
        """Known integrable lines of more than one monomial, where one of these is in m."""
        target = target_of(m)
        for line in self._templates():
            about = [Index(name, s) for s, name in line.context]
            for pattern in map(pattern_of, sorted(line.poly, key=repr)):
                summand = [Pattern(pattern.factors, frozenset())] if pattern.sums else []
                for one in (pattern, *summand):
                    for meeting in self._matcher.meetings(one, target):
                        renaming = {o: n for o, n in meeting.renaming if o in about}
                        outside = meeting.inside is not None or meeting.beside is not None
                        if outside or any(self._stays(f) for f in meeting.rest):
                            continue
                        if len(renaming) == len(about):
                            moved = {o: n for o, n in renaming.items() if o != n}
                            there = self.trace("instance", line, moved) if moved else line
                            yield product_of(meeting.rest), meeting.sums, there

    def _templates(self) -> list[Line]:
        assumed = [self.trace("assume", formula) for formula in self._assumed]
        return [line for line in (*assumed, *self._proved) if len(line.poly) > 1]

    # -- one product ---------------------------------------------------------------------------

    def _single(self, x: Term, factors: list[Term]) -> Iterator[Line]:
        yield from self._identical(x)
        if self.signature.check(x) == "vector":
            yield from self._vector(x)
            return
        zero_ones = [f for f in factors if self._zero_one(f) or self._small(f)]
        core = [f for f in factors if f not in zero_ones]
        if zero_ones and core:
            whole = product_of(core)
            sign = self.nonnegative(whole)
            if sign is not None and self.find(whole) is not None:
                yield from self._dominated(x, [whole], [sign], zero_ones)
        match core:
            case []:
                yield from self._dominated(x, [ONE], [self.trace("number", Fraction(1))], zero_ones)
            case [Inner(u, v)] if u == v:
                if not zero_ones:
                    yield from self._square(u)
                yield from self._by_squares(x, core[0], ONE, zero_ones)
            case [Inner(u, v)]:
                yield from self._by_squares(x, u, v, zero_ones)
                if not zero_ones:
                    yield from self._fixed_side(x, u, v)
            case [Norm(u)]:
                line = self.find(u)
                if line is not None and not zero_ones:
                    yield self.trace("integrable_norm", u, line)
                yield from self._by_squares(x, core[0], ONE, zero_ones)
            case [a]:
                yield from self._by_squares(x, a, ONE, zero_ones)
            case [a, *others]:
                b = product_of(others)
                if a != b:
                    yield from self._by_squares(x, a, b, zero_ones)

    def _zero_one(self, f: Term) -> bool:
        if isinstance(f, Equal):
            return True
        sort = self.signature.symbols[f.name].sort if isinstance(f, Atom) else ""
        return sort in ("indicator", "choice")

    def _small(self, f: Term) -> bool:
        """Whether f = 1/d for a random count d that is at least 1."""
        return isinstance(f, Quotient) and self.signature.is_random(f) and bool(self._unit(f))

    def _unit(self, f: Term) -> tuple[Line, Line] | None:
        """f >= 0 and 1 - f >= 0, for a 0/1 variable or the inverse of a positive count."""
        if not isinstance(f, Quotient):
            return self.trace("square", f), self.trace("square", 1 - f)
        positive = self.positive(f.denominator)
        gap = positive and self.trace.attempt("integer_gap", positive)
        if positive is None or gap is None:
            return None
        sign = self.trace("inverse_nonnegative", positive)
        one = self.trace("inverse", f.denominator, positive)
        below = self.trace("multiply", sign, gap)
        return sign, self.trace("combine", ((Fraction(1), below), (Fraction(-1), one)))

    def _between_0_and_1(self, factors: Sequence[Term]) -> tuple[Line, Line]:
        """P >= 0 and 1 - P >= 0 for the product P of such factors."""
        product_, rest = (
            self.trace("number", Fraction(1)),
            self.trace("weaken", self.trace("combine", ())),
        )
        for f in factors:
            pair = self._unit(f)
            assert pair is not None
            below = self.trace("multiply", product_, pair[1])
            rest = self.trace("combine", ((Fraction(1), rest), (Fraction(1), below)))
            product_ = self.trace("multiply", product_, pair[0])
        return product_, rest

    def _vector(self, x: Term) -> Iterator[Line]:
        """A vector is integrable if its square is, or if another with it as a part is."""
        square = self.find(Inner(x, x))
        if square is not None:
            yield self.trace("integrable_vector", x, self.trace("combine", ()), square)
        p = self.algebra.normal(x)
        (m, _) = next(iter(p.items()))
        for line, _ in self._instances(sorted(free_indices(x))):
            alpha = line.poly.get(m)
            if alpha and len(line.poly) > 1:
                rest = self.find(term_of(add(line.poly, {m: -alpha})))
                if rest is not None:
                    parts = ((Number(1 / alpha), (), line), (Number(-1 / alpha), (), rest))
                    yield self.trace("integrable_linear", parts)

    def _square(self, u: Term) -> Iterator[Line]:
        """|u|^2 <= 2 (|v|^2 + |r|^2) / a^2, where a u = v - r and |v|^2 is assumed integrable."""
        p = self.algebra.normal(u)
        m = min(p, key=repr)
        for line, body in self._roots(sorted(free_indices(u))):
            v = root_of(body)
            q = self.algebra.normal(v) if v is not None else {}
            alpha = q.get(m, Fraction(0)) / p[m]
            if v is None or not alpha or len(q) <= 1:
                continue
            r = term_of(add(q, scale(p, -alpha)))
            if len(self.algebra.normal(r)) >= len(q):
                continue
            rest = self.find(_square_of(self.signature, r))
            if rest is not None:
                two = Number(2 / alpha**2)
                bound = self.trace("integrable_linear", ((two, (), line), (two, (), rest)))
                squares = [self.trace("square", t) for t in (v + r, u)]
                yield from self._between(_square_of(self.signature, u), bound, squares)

    def _roots(self, here: Sequence[Index]) -> Iterator[tuple[Line, Term]]:
        """Integrable lines with what they say, as it is written."""
        yield from self._instances(here)
        yield from self.stated

    def _by_squares(self, x: Term, a: Term, b: Term, zero_ones: list[Term]) -> Iterator[Line]:
        """|a b| <= (a^2 + b^2) / 2, for numbers and for inner products."""
        squares = [self.trace("square", t) for t in (a - b, a + b, a, b)]
        bounds = [_square_of(self.signature, t) for t in (a, b)]
        yield from self._dominated(x, bounds, squares, zero_ones)

    def _fixed_side(self, x: Term, u: Term, v: Term) -> Iterator[Line]:
        """|<u, c>| <= |u| |c| for an integrable u and a deterministic c."""
        if self.signature.is_random(u):
            u, v = v, u
        line = None if self.signature.is_random(u) else self.find(Norm(v))
        if line is not None:
            bound = self.trace("integrable_linear", ((Norm(u), (), line),))
            schwarz = [self.trace("cauchy_schwarz", u, t) for t in (v, -v)]
            yield from self._between(x, bound, schwarz)

    def _dominated(
        self, x: Term, bounds: Sequence[Term], facts: Sequence[Line], zero_ones: list[Term]
    ) -> Iterator[Line]:
        """|x| <= the sum of the bounds, where that follows from the facts and I <= 1."""
        lines = [self.find(b) for b in bounds]
        if any(line is None for line in lines):
            return
        bound = self.trace("integrable_linear", tuple((ONE, (), line) for line in lines))
        spread = list(facts)
        if zero_ones:
            parts = self._between_0_and_1(zero_ones)
            spread = [self.trace("multiply", s, line) for line in spread for s in parts]
        yield from self._between(x, bound, spread)

    def _between(self, x: Term, bound: Line, facts: Sequence[Line]) -> Iterator[Line]:
        p = self.algebra.normal(x)
        above = combined(self.trace, add(bound.poly, scale(p, -1)), facts)
        below = combined(self.trace, add(bound.poly, p), facts)
        if above is not None and below is not None:
            made = self.trace.attempt("integrable_dominated", x, above, below, bound)
            if made is not None:
                yield made

    def _identical(self, x: Term) -> Iterator[Line]:
        """A function of one member of an i.i.d. family has the law of the representative's."""
        for iid in self._iids:
            used = {t for t in walk(x) if isinstance(t, Atom) and t.name == iid.family}
            if len(used) == 1:
                (member,) = used
                line = self.find(_put(x, member, Atom(iid.representative)))
                made = line and self.trace.attempt(
                    "integrable_identical", iid, member.indices[0], x, line
                )
                if made is not None:
                    yield made


def assignments(
    signature: Signature, variables: Sequence[Index], here: Sequence[Index]
) -> Iterator[Mapping[Index, Index]]:
    """Every way to put one of the indices `here` for each variable (itself is left out)."""
    for values in product(
        *([i for i in here if signature.within(i.set, v.set)] for v in variables)
    ):
        yield {o: n for o, n in zip(variables, values, strict=True) if o != n}


def root_of(body: Term) -> Term | None:
    """v, where the term is written as <v, v>, |v|^2 or v^2."""
    match body:
        case Inner(u, v) | Times((u, v)) if u == v:
            return u
        case Power(Norm(u), 2):
            return u
        case Power(x, 2):
            return x
    return None


def _square_of(signature: Signature, x: Term) -> Term:
    return Inner(x, x) if signature.check(x) == "vector" else Power(x, 2)


def _put(x: Term, old: Term, new: Term) -> Term:
    return new if x == old else rebuild(x, lambda child: _put(child, old, new))
