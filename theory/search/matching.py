"""Where does a fact bear on a goal? Monomials of a fact matched with monomials of the goal.

A fact about every i, such as I(i -> j) |V_i - V_j|^2 >= 0, meets the monomial
Sum_k w_k I(a -> k) <V_a, V_k> at i = a, j = k: what is left over, w_k, is what the fact is to be
multiplied by, and k is to be summed. So a fact is only ever used at the indices, with the weights
and under the expectation where it can cancel something.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from theory.kernel.formulas import walk_names
from theory.kernel.polynomials import Algebra, Monomial
from theory.kernel.terms import (
    Atom,
    Equal,
    Expect,
    Index,
    Inner,
    Signature,
    Term,
    free_indices,
    substitute,
)
from theory.search.readback import opened

MOST_MATCHES = 12
"""So many ways of one pattern in one monomial are looked at."""

Renaming = Mapping[Index, Index]


@dataclass(frozen=True)
class Pattern:
    """A monomial of a fact: its factors, the indices it sums, and those it is about."""

    factors: tuple[Term, ...]
    sums: frozenset[Index]


@dataclass(frozen=True)
class Target:
    """A monomial that is to be cancelled: the indices that it sums, and its factors."""

    sums: tuple[Index, ...]
    factors: tuple[Term, ...]


@dataclass(frozen=True)
class Meeting:
    """How a pattern meets a target: the indices put for its own, and what the target has beside.

    inside: the factors beside it under the expectation in which it stands (None: in none);
    beside: a vector whose inner product with the fact is meant (None: the fact is a number).
    """

    renaming: tuple[tuple[Index, Index], ...]
    rest: tuple[Term, ...]
    sums: tuple[Index, ...]
    inside: tuple[Term, ...] | None = None
    beside: Term | None = None


def target_of(m: Monomial) -> Target:
    """A monomial with its bound indices opened."""
    return Target(*opened(m))


def pattern_of(m: Monomial) -> Pattern:
    """The same of a monomial of a fact."""
    sums, factors = opened(m)
    return Pattern(factors, frozenset(sums))


class Matcher:
    """Finds the meetings of patterns and targets over one signature."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra
        self.signature: Signature = algebra.signature

    def meetings(self, pattern: Pattern, target: Target) -> Iterator[Meeting]:
        """All ways in which the pattern is a part of the target, outside or under one E.

        What the target has outside E may be a part, too, if something under E is.
        """
        yield from islice(self._here(pattern, target.sums, target.factors, None), MOST_MATCHES)
        for k, factor in enumerate(target.factors):
            if not isinstance(factor, Expect):
                continue
            p = self.algebra.normal(factor.body)
            if len(p) != 1:
                continue
            sums, inside = opened(next(iter(p)))
            if not sums:
                outside = target.factors[:k] + target.factors[k + 1 :]
                found = self._here(pattern, target.sums, outside, inside)
                yield from islice(found, MOST_MATCHES)

    def _here(
        self,
        pattern: Pattern,
        sums: tuple[Index, ...],
        outside: tuple[Term, ...],
        inside: tuple[Term, ...] | None,
    ) -> Iterator[Meeting]:
        tagged = [(f, True) for f in inside or ()] + [(f, False) for f in outside]
        for env, rest, beside in self._parts(pattern, list(pattern.factors), tagged, {}):
            taken = {env[i] for i in pattern.sums if i in env}
            beyond = [f for f, _ in rest] + ([beside] if beside else [])
            left = {i for f in beyond for i in free_indices(f)}
            own = {new for old, new in env.items() if old not in pattern.sums}
            if len(taken) < len(pattern.sums) or not taken <= set(sums) or taken & (left | own):
                continue
            under = None if inside is None else tuple(f for f, within in rest if within)
            if inside is not None and under == inside:
                continue
            yield Meeting(
                tuple((o, n) for o, n in env.items() if o not in pattern.sums),
                tuple(f for f, within in rest if not within),
                tuple(i for i in sums if i not in taken),
                under,
                beside,
            )

    def _parts(
        self,
        pattern: Pattern,
        wanted: list[Term],
        factors: list[tuple[Term, bool]],
        env: dict[Index, Index],
        beside: Term | None = None,
    ) -> Iterator[tuple[dict[Index, Index], list[tuple[Term, bool]], Term | None]]:
        if not wanted:
            yield env, factors, beside
            return
        first, *others = wanted
        vector = self.signature.check(first) == "vector"
        tried: set[tuple[Term, bool]] = set()
        for k, tagged in enumerate(factors):
            if tagged in tried:
                continue
            tried.add(tagged)
            factor, rest = tagged[0], factors[:k] + factors[k + 1 :]
            if vector and isinstance(factor, Inner):
                for one, two in ((factor.left, factor.right), (factor.right, factor.left)):
                    for new in self._unified(first, one, env, pattern):
                        yield from self._parts(pattern, others, rest, new, two)
                continue
            for new in self._unified(first, factor, env, pattern):
                yield from self._parts(pattern, others, rest, new, beside)

    # -- one factor ----------------------------------------------------------------------------

    def _unified(
        self, p: Term, t: Term, env: dict[Index, Index], pattern: Pattern
    ) -> Iterator[dict[Index, Index]]:
        if type(p) is not type(t):
            return
        match p, t:
            case Atom(), Atom():
                if p.name == t.name:
                    yield from self._indices(p.indices, t.indices, env, pattern)
            case (Equal(), Equal()) | (Inner(), Inner()):
                if isinstance(p, Equal) and isinstance(t, Equal):
                    for pair in ((t.left, t.right), (t.right, t.left)):
                        yield from self._indices((p.left, p.right), pair, env, pattern)
                elif isinstance(p, Inner) and isinstance(t, Inner):
                    pairs = [(t.left, t.right), (t.right, t.left)]
                    for one, two in pairs if t.left != t.right else pairs[:1]:
                        for new in self._unified(p.left, one, env, pattern):
                            yield from self._unified(p.right, two, new, pattern)
            case _:
                yield from self._nested(p, t, env, pattern)

    def _indices(
        self,
        own: Sequence[Index],
        others: Sequence[Index],
        env: dict[Index, Index],
        pattern: Pattern,
    ) -> Iterator[dict[Index, Index]]:
        new = dict(env)
        for i, j in zip(own, others, strict=True):
            if i in new:
                if new[i] != j:
                    return
            elif i in pattern.sums:
                if i.set != j.set or j in new.values():
                    return
                new[i] = j
            elif self.signature.within(j.set, i.set):
                new[i] = j
            else:
                return
        yield new

    def _nested(
        self, p: Term, t: Term, env: dict[Index, Index], pattern: Pattern
    ) -> Iterator[dict[Index, Index]]:
        """A norm, root, inverse or expectation: equal after some renaming of its indices."""
        if p == t and not free_indices(p):
            yield env
            return
        if walk_names(p) != walk_names(t):
            return
        open_ones = sorted(free_indices(p) - env.keys())
        here = sorted(free_indices(t))
        wanted = self.algebra.normal(t)
        for values in product(
            *([j for j in here if self.signature.within(j.set, i.set)] for i in open_ones)
        ):
            new = {**env, **dict(zip(open_ones, values, strict=True))}
            renaming = {o: n for o, n in new.items() if o in free_indices(p)}
            if self.algebra.normal(substitute(p, renaming)) == wanted:
                yield new
