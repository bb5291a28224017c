"""A fact put where it meets a goal: at its indices, times what stands beside it, under E and sums.

What stands beside an inequality must not be negative. A factor that depends on parameters alone
(n, f, a step size) is replaced by what is known of the parameters, n - 2f - 2 > 0 and the like: a
bound with n and with f in it may need the fact times their difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement, product

from theory.kernel.rules import Line
from theory.kernel.terms import Atom, Equal, Index, Term, free_indices
from theory.search.known import Known
from theory.search.matching import Meeting
from theory.search.readback import product_of

MOST_CONDITIONS = 2
"""So many 0/1 factors beside a fact are tried with their complement, too."""

HIGHEST = 2
"""Parameters beside a fact are replaced by products of so many known facts about them."""

MOST_MULTIPLIERS = 12


class Placer:
    """Makes the lines that a fact gives at its meetings with a goal."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.trace = known.trace
        self._weights: dict[tuple[Term, ...], list[Line]] = {}

    def lines(self, fact: Line, meeting: Meeting, scope: Sequence[Index]) -> Iterator[Line]:
        """The fact at the meeting; where it is about further indices, at those in scope."""
        about = [Index(name, s) for s, name in sorted(fact.context)]
        renaming = {o: n for o, n in meeting.renaming if o in about}
        loose = [i for i in about if i not in renaming]
        within = self.known.signature.within
        for values in product(*([j for j in scope if within(j.set, i.set)] for i in loose)):
            full = {**renaming, **dict(zip(loose, values, strict=True))}
            moved = {o: n for o, n in full.items() if o != n}
            line = self.trace.attempt("instance", fact, moved) if moved else fact
            if line is not None:
                yield from self._placed(line, meeting)

    def _placed(self, line: Line, meeting: Meeting) -> Iterator[Line]:
        if meeting.beside is not None:
            dotted = self.trace.attempt("dot", line, meeting.beside)
            if dotted is None:
                return
            line = dotted
        inside = (line,) if meeting.inside is None else self._times(line, meeting.inside)
        for one in inside:
            under: Line | None = one
            if meeting.inside is not None:
                under = self.trace.attempt("expect", one)
                under = under and self.known.rewriter.line(under)
            if under is None:
                continue
            for two in self._times(under, meeting.rest):
                summed: Line | None = two
                for index in reversed(meeting.sums):
                    summed = summed and self.trace.attempt("total", summed, index)
                if summed is not None:
                    yield self.known.rewriter.line(summed)

    def _times(self, line: Line, rest: Sequence[Term]) -> Iterator[Line]:
        """The line times what is beside it."""
        if not rest:
            yield line
        elif line.kind == "=":
            made = self.trace.attempt("times", line, product_of(tuple(rest)))
            if made is not None:
                yield made
        else:
            for weight in self.weights(tuple(rest)):
                made = self.trace.attempt("multiply", line, weight)
                if made is not None:
                    yield made

    # -- weights -------------------------------------------------------------------------------

    def weights(self, rest: tuple[Term, ...]) -> list[Line]:
        """Non-negative things to multiply by, in the place of these factors."""
        if rest not in self._weights:
            self._weights[rest] = list(self._made(rest))
        return self._weights[rest]

    def _made(self, rest: tuple[Term, ...]) -> Iterator[Line]:
        parameters = [f for f in rest if self._parameter(f)]
        choices: list[list[Line]] = []
        conditions = 0
        for f, times in Counter(f for f in rest if not self._parameter(f)).items():
            own = self._signs(f, times)
            if self._condition(f) and conditions < MOST_CONDITIONS:
                conditions += 1
                other = self.trace.indicator(1 - f)
                own = [*own, *([other] if other else [])]
            if not own:
                return
            choices.append(own)
        if parameters:
            choices.append(self._of_parameters(parameters))
        for group in product(*choices):
            line = group[0]
            for other in group[1:]:
                line = self.trace("multiply", line, other)
            yield line

    def _signs(self, f: Term, times: int) -> list[Line]:
        even = self.trace("square", f) if times > 1 else None
        odd = self.known.factor(f) if times % 2 else None
        if times % 2 and odd is None:
            return []
        line = odd
        for _ in range(times // 2):
            assert even is not None
            line = self.trace("multiply", line, even) if line is not None else even
        return [line] if line is not None else []

    def _condition(self, f: Term) -> bool:
        if isinstance(f, Equal):
            return True
        return isinstance(f, Atom) and self.known.signature.symbols[f.name].sort in (
            "indicator",
            "choice",
        )

    def _parameter(self, f: Term) -> bool:
        return (
            isinstance(f, Atom)
            and not free_indices(f)
            and self.known.signature.symbols[f.name].sort in ("integer", "scalar")
            and not self.known.signature.is_random(f)
        )

    def _of_parameters(self, factors: Sequence[Term]) -> list[Line]:
        degree = min(len(factors), HIGHEST)
        names = {f.name for f in factors if isinstance(f, Atom)}
        facts = self.known.about(names)
        found: dict[int, Line] = {}
        own = self._product(factors)
        if own is not None:
            found[id(own)] = own
        for size in range(degree, 0, -1):
            for group in combinations_with_replacement(facts, size):
                line = group[0]
                for other in group[1:]:
                    line = self.trace("multiply", line, other)
                found[id(line)] = line
        return list(found.values())[:MOST_MULTIPLIERS]

    def _product(self, factors: Sequence[Term]) -> Line | None:
        line: Line = self.trace("number", Fraction(1))
        for f, times in Counter(factors).items():
            signs = self._signs(f, times)
            if not signs:
                return None
            line = self.trace("multiply", line, signs[0])
        return line
