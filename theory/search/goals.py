"""One goal and what it may rest on: how a relation, or that a mean exists, is shown.

A relation is tried in several ways, each with a share of the effort: the facts that its monomials
ask for; the usual facts about what it is made of, fewer or more of them; the squares of both sides;
the product with its denominators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement
from typing import Any

from theory.kernel.formulas import Plain, owed
from theory.kernel.polynomials import Monomial, Poly, freeze, scale
from theory.kernel.rules import Line
from theory.kernel.terms import (
    Expect,
    Index,
    Inner,
    Integrable,
    KernelError,
    Norm,
    Number,
    Quotient,
    Relation,
    Root,
    Term,
    Times,
    free_indices,
    substitute,
    walk,
)
from theory.search.candidates import Candidates, Fact
from theory.search.domination import dominated
from theory.search.inequalities import absolute, among, cauchy_schwarz_of_means, jensen, triangle
from theory.search.integrability import root_of
from theory.search.known import Known
from theory.search.material import Material, gather
from theory.search.pool import Pool
from theory.search.readback import opened, term_of
from theory.search.saturation import Saturation
from theory.search.trace import OutOfEffort

ASKED = 1
"""The way in which the goal's monomials ask for facts (`theory.search.saturation`)."""

LEVELS = {2: 1, 3: 2, 4: 3}
"""The ways in which facts are offered (`theory.search.candidates`), and how many."""

WAYS = {ASKED: 0.35, 2: 0.3, 3: 0.6, 4: 1.0}
"""The ways of proving a relation, in turn, and their share of the effort that is left."""

MOST_VECTORS = 5
"""So many vectors of a goal are added and subtracted in pairs."""

ROUNDS = 3
"""How often the monomials of a goal and of the facts about it ask for further facts in a level."""

DEEPEST = 2
"""How many goals may be transformed inside one another."""


@dataclass
class Missing(Exception):
    """What was not found: the statement or what it needs to denote, and how the search ended."""

    needed: Plain
    reason: str


def conclude(
    search: Search, statement: Relation | Integrable, *, obliged: bool = True
) -> list[Line]:
    """A line that proves the statement, and after it lines for its obligations."""
    missing: Plain = statement
    try:
        lines = []
        obligations = owed(search.kernel.signature, statement) if obliged else []
        for needed in (*obligations, statement):
            missing = needed
            found = search.find(needed)
            if found is None:
                raise Missing(missing, "no combination of the known facts proves it")
            lines.append(found)
    except OutOfEffort:
        reason = "no proof was found in as many steps of search as are allowed"
        raise Missing(missing, reason) from None
    except KernelError as refusal:
        raise Missing(missing, f"the search stopped: {refusal}") from None
    return [lines[-1], *lines[:-1]]


class Search:
    """Tries to derive formulas from what is known."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.trace = known.trace
        self.kernel = known.trace.kernel
        self.rewriter = known.rewriter
        self.signature = known.signature
        known.prove = self._sign
        known.integrability.dominating = self._dominating
        self._depth = 0
        self._nested = False
        self._saturations: dict[Relation, Saturation] = {}
        self._inequalities: dict[tuple[Any, ...], list[Line]] = {}
        self._pools: dict[Relation, Pool] = {}
        self._proved: dict[Any, Line] = {}
        self._failed: dict[Any, int] = {}

    def pool(self, r: Relation) -> Pool | None:
        """The facts that were gathered for a relation."""
        return self._pools.get(r)

    def find(self, formula: Plain) -> Line | None:
        """A line that proves the formula."""
        written = (
            (formula.body,) if not isinstance(formula, Relation) else (formula.left, formula.right)
        )
        self.known.note((*written, *self.known.beside(written)))
        if isinstance(formula, Integrable):
            line = self.known.integrability.exists(formula.body)
        elif isinstance(formula, Relation):
            line = self._in_turn(formula)
        else:
            line = None
        return line if line is not None and self.kernel.proves(line, formula) else None

    def _in_turn(self, r: Relation) -> Line | None:
        """Each way of proving it, with a share of the effort that is left."""
        for way, share in WAYS.items():
            with self.trace.allowing_share(share), suppress(KernelError):  # refused as too large
                line = self.relation(r, way)
                if line is not None:
                    return line
        return None

    def _sign(self, r: Relation) -> Line | None:
        """A sign that a proof asks for on its way: with little effort, and not in one another."""
        if self._nested:
            return None
        self._nested = True
        try:
            return self.relation(r, ASKED)
        finally:
            self._nested = False

    def relation(self, r: Relation, level: int) -> Line | None:
        """A line that says what the relation says, whatever its context."""
        kind, p = self.kernel.meaning(r)
        key = (kind, freeze(p))
        if key not in self._proved and self._failed.get((key, level), DEEPEST + 1) > self._depth:
            self._failed[key, level] = self._depth  # a goal that needs itself is not proved
            line = self._relation(r, level)
            if line is not None:
                weaker = kind == ">=" and line.kind == "="
                self._proved[key] = self.trace("weaken", line) if weaker else line
        return self._proved.get(key)

    def _relation(self, r: Relation, level: int) -> Line | None:
        kind, p = self.kernel.meaning(r)
        simple = self.rewriter.simplify(p)
        if kind == "=" and not simple.poly:
            return self.rewriter.back(self.trace("combine", ()), simple)
        if kind == "=":
            return self._between(r, level)
        if kind == ">":
            line = self._square_nonzero(r, level)
            if line is not None:
                return line
        pool = self._pools.setdefault(r, Pool(self.known, simple.poly, strict=kind == ">"))
        line = self._saturated(r, pool) if level == ASKED else self._offered(r, pool, level)
        if line is not None:
            return self.rewriter.back(line, simple)
        return self._transformed(r, kind, p, level) if level < max(WAYS) else None

    def _offered(self, r: Relation, pool: Pool, way: int) -> Line | None:
        """From the usual facts about what the goal is made of; the last way has more of them."""
        level = LEVELS[way]
        terms = (r.left, r.right, *r.given)
        beside = self.known.beside(terms) if level == max(LEVELS.values()) else []
        material = gather(self.rewriter, (*terms, *beside), pool.goal)
        here = frozenset().union(*map(free_indices, terms))
        extra = [*self._named(material)] if level > 1 else []
        quartic = any(sum(f[0] != "inv" for f in m[1]) > 3 for m in pool.goal)
        candidates = Candidates(self.known, material, here, extra, quartic=quartic)
        return pool.search(candidates, level)

    def _saturated(self, r: Relation, pool: Pool) -> Line | None:
        """From the facts that the goal's monomials ask for."""
        if r not in self._saturations:
            self._saturations[r] = self._saturation((r.left, r.right, *r.given), pool.goal)
        return pool.saturate(self._saturations[r], ROUNDS)

    def _saturation(self, terms: Sequence[Term], goal: Poly) -> Saturation:
        here = frozenset().union(*map(free_indices, terms))
        own = gather(self.rewriter, terms, goal)
        wide = gather(self.rewriter, (*terms, *self.known.beside(terms)), {})
        key = (*wide.norms, *wide.means, *wide.correlations, *wide.roots)
        if key not in self._inequalities:
            self._inequalities[key] = [*self._named(wide)]
        facts = [*self.known.templates(), *self._signs(own, wide), *self._inequalities[key]]
        self.trace.spend(len(facts))
        return Saturation(self.known, facts, here, own.inverses)

    def _dominating(self, x: Term) -> Line | None:
        """An integrable bound of a number, searched for like a proof."""

        def below(p: Poly, ignoring: Callable[[Monomial], bool]) -> Line | None:
            goal = scale(self.rewriter.simplify(p).poly, -1)
            pool = Pool(self.known, goal, ignoring=ignoring)
            if not pool.goal:
                return self.trace("weaken", self.trace("combine", ()))
            return pool.saturate(self._saturation((x,), goal), ROUNDS, self._integrable_sums)

        with self.trace.allowing_share(0.5):
            return dominated(self.known, x, below)
        return None

    def _integrable_sums(self, asking: Sequence[Monomial]) -> Iterable[Fact]:
        """Sums that are integrable as a whole, as columns that may stand in a bound."""
        integrability = self.known.integrability
        for m in asking:
            for part in integrability.meeting(m):
                yield Fact("=", self.rewriter.simplify(integrability.poly(part)).poly, lambda: None)

    def _signs(self, own: Material, wide: Material) -> Iterable[Line]:
        """What is not negative: squares, norms and roots as they are written, and the squares of
        sums and differences of two vectors of the goal, or of one at two indices.
        """
        trace = self.trace
        for x in dict.fromkeys((*wide.squares, *wide.norms)):
            yield trace("square", x)
        for u, v in self._pairs(own):
            yield trace("square", u - v)
            yield trace("square", u + v)
        for u, v in combinations(list(own.norms)[:MOST_VECTORS], 2):
            yield trace("square", Norm(u) - Norm(v))
        for u in wide.norms:
            yield trace("norm_nonnegative", u)
        for x in wide.roots:
            yield trace("root_nonnegative", x)
        lengths = [line for x in wide.roots for line in absolute(self.known, x)]
        yield from lengths
        yield from self._without_roots(lengths)
        for u, v in wide.products:
            if u != v:
                yield trace("cauchy_schwarz", u, v)
                yield trace("cauchy_schwarz", u, -v)
        for one, other in combinations_with_replacement(lengths[:MOST_VECTORS], 2):
            yield self.rewriter.line(trace("multiply", one, other))

    def _without_roots(self, lengths: Sequence[Line]) -> Iterable[Line]:
        """x <= b and -x <= b from root(x^2) <= b: where the root has no mean, x may have one."""
        for fact in self.known.templates():
            for line in lengths if fact.kind == ">=" else ():
                for m, c in fact.poly.items():
                    if c < 0 and len(m[1]) == 1 and m[1][0][0] == "root" and line.poly.get(m) == 1:
                        yield self.trace("combine", ((Fraction(1), fact), (-c, line)))

    def _pairs(self, own: Material) -> Iterable[tuple[Term, Term]]:
        vectors = list(own.vectors)[:MOST_VECTORS]
        for u in vectors:
            for i in sorted(free_indices(u) & own.bound.keys()):
                yield u, substitute(u, {i: Index(f"{i.name}_else", i.set)})
        yield from combinations(vectors, 2)

    def _between(self, r: Relation, level: int) -> Line | None:
        """An equation of numbers from both inequalities."""
        if self.signature.check(r.left) == "vector":
            return None
        lines = [
            self.relation(Relation(r.left, op, r.right, r.given), level) for op in (">=", "<=")
        ]
        if None in lines:
            return None
        first, second = (self.trace.attempt("weaken", x) or x for x in lines if x is not None)
        return self.trace.attempt("both", first, second)

    def _square_nonzero(self, r: Relation, level: int) -> Line | None:
        """x^2 > 0 from x > 0 or x < 0."""
        match r:
            case Relation(Times((x, y)), ">", Number(value)) if value == 0 and x == y:
                line = self.relation(x > 0, level) or self.relation(-x > 0, level)
                return line and self.trace.attempt("multiply", line, line)
        return None

    # -- transformed goals ---------------------------------------------------------------------

    def _transformed(self, r: Relation, kind: str, p: Poly, level: int) -> Line | None:
        if self._depth >= DEEPEST:
            return None
        self._depth += 1
        try:
            found = None if r.given else self._compare_squares(r, level)
            return found or self._cleared(kind, p, level)
        finally:
            self._depth -= 1

    def _compare_squares(self, r: Relation, level: int) -> Line | None:
        """x <= y from y >= 0 and x^2 <= y^2, where a norm or a root stands on a side."""
        small, large = (r.left, r.right) if r.op in ("<=", "<") else (r.right, r.left)
        if not any(isinstance(t, (Norm, Root)) for s in (small, large) for t in walk(s)):
            return None
        above = self.relation(large >= 0, level)
        if above is None:
            return None
        difference = large * large - small * small
        goal = difference > 0 if r.op in ("<", ">") else difference >= 0
        squares = self.relation(goal, level)
        return squares and self.trace.attempt("compare_squares", small, above, squares)

    def _cleared(self, kind: str, p: Poly, level: int) -> Line | None:
        """The goal from its product with all its denominators."""
        counts: dict[Term, int] = {}
        for m in p:
            indices, factors = opened(m)
            for f in factors:
                if isinstance(f, Quotient) and not free_indices(f) & set(indices):
                    counts[f.denominator] = max(counts.get(f.denominator, 0), factors.count(f))
        lines = [
            self.known.positive(d)
            for d, times in sorted(counts.items(), key=repr)
            for _ in range(times)
        ]
        if not lines:
            return None
        product = self.trace("number", Fraction(1))
        for line in lines:
            if line is None:
                return None
            product = self.trace("multiply", product, line)
        whole = self.kernel.algebra.multiply(product.poly, p)
        simple = self.rewriter.simplify(whole)
        goal = term_of(simple.poly)
        line = self.relation(goal > 0 if kind == ">" else goal >= 0, level)
        if line is None:
            return None
        return self.trace.attempt("cancel", self.rewriter.back(line, simple), product, term_of(p))

    # -- named inequalities --------------------------------------------------------------------

    def _named(self, material: Material) -> Iterable[Line]:
        """|u + v| <= |u| + |v| and the like for the norms, Cauchy-Schwarz for the means at hand."""
        for u, v in material.correlations:
            line = cauchy_schwarz_of_means(self.known, u, v)
            if line is not None:
                yield line
                yield from self._root_of(line, u, v, material)
        for u in material.norms:
            line = triangle(self.known, u).line
            if line.poly:
                yield line
        yield from among(self.known, list(material.norms))
        roots = {x for u in material.means if (x := root_of(u)) is not None}
        for u in dict.fromkeys((*material.means, *sorted(roots, key=repr))):
            of_mean = jensen(self.known, u) if self.signature.is_random(u) else None
            if of_mean is not None:
                yield self.rewriter.line(of_mean)

    def _root_of(self, line: Line, u: Term, v: Term, material: Material) -> Iterable[Line]:
        """E<u, v> <= root(E|u|^2) root(E|v|^2), where both roots are at hand."""
        vector = self.known.signature.check(u) == "vector"
        products = [Inner(a, b) if vector else a * b for a, b in ((u, u), (v, v), (u, v))]
        first, second, both = (Expect(t) for t in products)
        normal = self.kernel.algebra.normal
        radicands = [normal(x) for x in material.roots]
        if normal(first) not in radicands or normal(second) not in radicands:
            return
        larger = self.trace(
            "multiply",
            self.trace("root_nonnegative", first),
            self.trace("root_nonnegative", second),
        )
        product = Root(first) * Root(second)
        for sign in (1, -1):
            goal = normal(product * product - both * both)
            simple = self.rewriter.simplify(goal)
            if simple.poly == line.poly:
                squares = self.rewriter.back(line, simple)
                found = self.trace.attempt("compare_squares", sign * both, larger, squares)
                if found is not None:
                    yield found
