"""The facts gathered for one goal, and the search for multiples of them that add up to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from typing import Any

from theory.kernel.polynomials import Monomial, Poly, add, freeze, scale
from theory.kernel.rules import Line
from theory.kernel.terms import KernelError, Term
from theory.search.candidates import Candidates, Fact
from theory.search.known import Known
from theory.search.mixture import Mixture
from theory.search.saturation import Saturation
from theory.search.squares import Direction, Frame, Wrapping

ROUNDS = 8
"""How often missing squares are asked for before more facts are gathered."""

MOST_IN_A_ROUND = 500
"""So many facts are taken in before it is tried what they give."""

MOST_FACTS = 6_000
"""So many facts are tried for one goal."""


class Pool:
    """Facts for a simplified goal p >= 0 (or p > 0); it grows from level to level."""

    def __init__(
        self,
        known: Known,
        goal: Poly,
        *,
        strict: bool = False,
        ignoring: Callable[[Monomial], bool] = lambda m: False,
    ) -> None:
        """ignoring: the monomials of which it does not matter whether they cancel."""
        self.known = known
        self._ignoring = ignoring
        self.goal = goal = self._counting(goal)
        self._mixture = Mixture(goal, strict=strict)
        self._asking: dict[Monomial, None] = dict.fromkeys(sorted(goal, key=repr))
        self._makers: list[Callable[[], Line | None]] = []
        self._seen: set[Any] = set()
        self._frames: dict[tuple[tuple[Term, ...], Wrapping], Frame] = {}
        one = known.trace("number", Fraction(1))
        self._offer([Fact(">", one.poly, lambda: one)])

    def search(self, candidates: Candidates, level: int) -> Line | None:
        """A line about the goal, from the facts so far and the candidates."""
        for block in candidates.blocks(level):
            for wrapping in block:
                with suppress(KernelError):  # a fact that grows too large is left out
                    self._offer(candidates.facts(wrapping, level))
                    for terms in candidates.terms(wrapping, level):
                        self._frame(terms, wrapping)
            line = self._solved()
            if line is not None:
                return line
        return None

    def saturate(
        self,
        saturation: Saturation,
        rounds: int,
        given: Callable[[list[Monomial]], Iterable[Fact]] = lambda asking: (),
    ) -> Line | None:
        """A line about the goal, from the facts that its monomials ask for, round by round.

        given: further columns for monomials, which need no line.
        """
        for _ in range(rounds):
            asking = self._mixture.by_weight(self._asking)
            columns = list(given(asking))
            self._offer(columns)
            asking += [m for x in columns for m in self._counting(x.poly)]
            facts = list(islice(saturation.facts_for(asking), MOST_IN_A_ROUND))
            self._asking |= dict.fromkeys(m for x in facts for m in self._counting(x.poly))
            if not self._offer(map(_known, facts)):
                return None
            line = self._solved()
            if line is not None:
                return line
        return None

    def residue(self) -> tuple[Poly, list[Line]]:
        """What is left of the goal after the multiples that leave least, and the facts in these."""
        found = {k: c for k, c in self._mixture.nearest.items() if self._makers[k]() is not None}
        parts = [scale(self._mixture.columns[k][1], -c) for k, c in found.items()]
        lines = [line for k in found if (line := self._makers[k]()) is not None]
        return add(self.goal, *parts), lines

    def _offer(self, facts: Iterable[Fact]) -> int:
        """Take in the new ones among the facts; their number."""
        before = len(self._seen)
        for fact in facts:
            if len(self._seen) >= MOST_FACTS:
                break
            poly = self._counting(fact.poly)
            key = (fact.kind, freeze(poly))
            if poly and key not in self._seen:
                self._seen.add(key)
                self._mixture.add(fact.kind, poly)
                self._makers.append(fact.make)
        return len(self._seen) - before

    def _counting(self, p: Poly) -> Poly:
        return {m: c for m, c in p.items() if not self._ignoring(m)}

    def _frame(self, terms: tuple[Term, ...], wrapping: Wrapping) -> None:
        if (terms, wrapping) not in self._frames:
            frame = Frame(self.known.rewriter, terms, wrapping)
            self._frames[terms, wrapping] = frame
            self._offer(_squared(frame, d) for d in (*frame.usual(), *frame.completing(self.goal)))

    def _solved(self) -> Line | None:
        for _ in range(ROUNDS):
            found = self._mixture.solve()
            if found is not None:
                made = [(c, self._makers[k]()) for k, c in sorted(found.items())]
                return self.known.trace("combine", tuple((c, x) for c, x in made if x is not None))
            functional = self._mixture.functional
            missing = (
                _squared(frame, d)
                for frame in self._frames.values()
                for d in frame.missing(functional)
            )
            if not self._offer(missing):
                return None
        return None


def _squared(frame: Frame, direction: Direction) -> Fact:
    return Fact(">=", frame.square(direction), lambda: frame.line(direction))


def _known(line: Line) -> Fact:
    return Fact(line.kind, line.poly, lambda: line)
