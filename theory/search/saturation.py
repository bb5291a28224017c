"""The facts that bear on a goal, gathered by matching: each new monomial asks for further ones.

Every monomial of the goal has to be cancelled or to be non-negative by itself. The facts that
mention it are put there (`theory.search.placing`); they bring monomials of their own, which ask in
the next round. A monomial can also stand there in disguise: Sum_l |x_l|^2 is
(1/d) Sum_j I_j Sum_l |x_l|^2 where d = Sum_j I_j is not 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from theory.kernel.polynomials import ONE, Monomial, freeze
from theory.kernel.rules import Line
from theory.kernel.terms import Equal, Index, KernelError, Term, free_indices, substitute
from theory.search.known import Known
from theory.search.matching import Matcher, Meeting, Pattern, Target, pattern_of, target_of
from theory.search.placing import Placer

MOST_DISGUISES = 6

MOST_ASKING = 40
"""So many monomials ask for facts in a round."""


@dataclass(frozen=True)
class Template:
    """A fact for all values of its indices, and the monomials by which it is found."""

    line: Line
    patterns: tuple[Pattern, ...]


def template(line: Line) -> Template | None:
    """A fact with those of its monomials that speak of most of its indices.

    A sum in an inequality is met by one of its summands, too: it may be at least each of them.
    """
    if line.kind not in (">=", ">", "=") or not line.poly:
        return None
    patterns = []
    for m in sorted(line.poly, key=repr):
        if m == ONE:
            continue
        found = pattern_of(m)
        about = {i for f in found.factors for i in free_indices(f)} - found.sums
        patterns.append((len(about), found))
    most = max((count for count, _ in patterns), default=0)
    kept = tuple(p for count, p in patterns if count == most)
    if line.kind != "=":
        kept += tuple(Pattern(p.factors, frozenset()) for p in kept if p.sums)
    return Template(line, kept) if kept else None


class Saturation:
    """Facts for one goal, round by round."""

    def __init__(
        self, known: Known, facts: Iterable[Line], scope: Iterable[Index], inverses: Iterable[Term]
    ) -> None:
        self.known = known
        self.scope = sorted(scope)
        self._placer = Placer(known)
        self._matcher = Matcher(known.algebra)
        found = {(line.kind, freeze(line.poly)): line for line in facts}
        self._templates = [t for line in found.values() if (t := template(line)) is not None]
        self._equations = [
            (pattern_of(e.lead), [pattern_of(m) for m in e.line.poly if m not in (e.lead, ONE)])
            for e in known.rewriter.equations
            if not known.algebra.is_vector(e.line.poly)
        ]
        self._inverses = [d for d in inverses if known.positive(d) is not None]
        self._sizes = [
            (name, {f for m in known.algebra.size(name) for f in target_of(m).factors})
            for name in known.sets()
        ]
        self._seen: set[Monomial] = set()

    def facts_for(self, monomials: Iterable[Monomial]) -> Iterator[Line]:
        """The facts that the new ones among the monomials ask for."""
        new = [m for m in monomials if m not in self._seen and m != ONE]
        made: set[int] = set()
        for m in new[:MOST_ASKING]:
            self._seen.add(m)
            for line in self._facts(m):
                if id(line) not in made:
                    made.add(id(line))
                    yield line

    def _facts(self, m: Monomial) -> Iterator[Line]:
        """What is known about a monomial."""
        target = target_of(m)
        yield from self._signs(target)
        for dressed in (target, *self._disguises(target)):
            yield from self._about(dressed)

    def _about(self, target: Target) -> Iterator[Line]:
        self.known.trace.spend(1 + len(self._templates) // 4)
        scope = sorted({*self.scope, *target.sums})
        for t in self._templates:
            for pattern in t.patterns:
                for meeting in self._matcher.meetings(pattern, target):
                    yield from self._placed(t.line, meeting, scope)

    def _placed(self, line: Line, meeting: Meeting, scope: Sequence[Index]) -> list[Line]:
        try:
            return list(self._placer.lines(line, meeting, scope))
        except KernelError:  # a product or sum that the kernel finds too large
            return []

    def _signs(self, target: Target) -> Iterator[Line]:
        """The monomial itself, where it is not negative; a sum is then at least each summand."""
        weights = self._placer.weights(target.factors)
        if not weights:
            return
        one = weights[0]
        yield from self._summed(one, target.sums)
        for b in target.sums:
            for k in self.scope:
                if k.set == b.set:
                    other = self.known.trace.indicator(1 - Equal(b, k))
                    line = other and self.known.trace.attempt("multiply", one, other)
                    if line:
                        yield from self._summed(line, target.sums)

    def _summed(self, line: Line, sums: Sequence[Index]) -> Iterator[Line]:
        found: Line | None = line
        for index in reversed(sums):
            found = found and self.known.trace.attempt("total", found, index)
        if found is not None:
            yield self.known.rewriter.line(found)

    # -- disguises -----------------------------------------------------------------------------

    def _disguises(self, target: Target) -> Iterator[Target]:
        """What is rewritten to the same monomial: by equations, and by d (1/d) = 1."""
        yield from islice(self._by_equations(target), MOST_DISGUISES)
        yield from islice(self._by_inverses(target), MOST_DISGUISES)
        yield from islice(self._by_sizes(target), MOST_DISGUISES)

    def _by_equations(self, target: Target) -> Iterator[Target]:
        for lead, others in self._equations:
            for pattern in others:
                for meeting in self._matcher.meetings(pattern, target):
                    if meeting.inside is None and meeting.beside is None:
                        yield from self._replaced(lead, meeting)

    def _replaced(self, lead: Pattern, meeting: Meeting) -> Iterator[Target]:
        renaming = dict(meeting.renaming)
        about = {i for f in lead.factors for i in free_indices(f)} - lead.sums
        fresh = {i: Index(f"{i.name}_d", i.set) for i in lead.sums}
        if about <= renaming.keys():
            moved = {i: renaming.get(i) or fresh[i] for i in about | lead.sums}
            factors = tuple(substitute(f, moved) for f in lead.factors)
            yield Target((*meeting.sums, *fresh.values()), (*meeting.rest, *factors))

    def _by_sizes(self, target: Target) -> Iterator[Target]:
        """n x as the sum of x over a set of n elements, where n is in its size."""
        for k, f in enumerate(target.factors):
            for index_set, size in self._sizes:
                if f in size:
                    rest = target.factors[:k] + target.factors[k + 1 :]
                    yield Target((*target.sums, Index(f"{index_set}_all", index_set)), rest)

    def _by_inverses(self, target: Target) -> Iterator[Target]:
        here = {*target.sums, *self.scope}
        taken = {i.name for i in here}
        for d in self._inverses:
            for m in sorted(self.known.algebra.normal(d), key=repr):
                part = target_of(m)
                if m != ONE and free_indices(d) <= here and not taken & {i.name for i in part.sums}:
                    factors = (*target.factors, *part.factors, 1 / d)
                    yield Target((*target.sums, *part.sums), factors)
