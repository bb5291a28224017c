"""Facts that a goal may need: known ones, squares, norms and products, with weights and under E.

The facts come in levels: each offers more than the one before it, and takes longer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement

from theory.kernel.formulas import walk_names
from theory.kernel.polynomials import Poly, freeze, scale
from theory.kernel.rules import Line
from theory.kernel.terms import Equal, Index, Number, Term, free_indices
from theory.search.known import Known
from theory.search.material import Material
from theory.search.squares import Wrapping

MOST_TERMS = 8
"""More terms than this are not combined in one frame."""

MOST_WEIGHTS = 8
"""More weights than this are not tried."""


@dataclass(frozen=True)
class Fact:
    """A polynomial known to be >= 0 (or > 0), and how to make the line that says so."""

    kind: str
    poly: Poly
    make: Callable[[], Line | None]


class Candidates:
    """The facts that may serve for a goal about the given material, at its free indices."""

    def __init__(
        self,
        known: Known,
        material: Material,
        here: Iterable[Index],
        extra: Sequence[Line] = (),
        *,
        quartic: bool = False,
    ) -> None:
        self.quartic = quartic
        self.names = material.names
        self.known = known
        self.material = material
        self.here = set(here)
        self.extra = list(extra)

    def blocks(self, level: int) -> list[list[Wrapping]]:
        """Weights, expectations and sums, alone and together; the simplest block first."""
        firsts = [i for i in self.material.bound if i.name.endswith("_1")]
        seconds = [Index(f"{i.set}_2", i.set) for i in firsts]
        choices: list[tuple[Index, ...]] = [(), *((i,) for i in firsts)]
        if level > 1:
            choices += zip(firsts, seconds, strict=True)
        if level > 2:
            choices += [(i, j) for k, i in enumerate(firsts) for j in firsts[:k]]
        blocks: dict[int, list[Wrapping]] = {}
        for indices in choices:
            weights = self._weights({*self.here, *indices}, level)
            weights += self._apart(indices) if level > 1 else []
            most = min(2, level - (len(indices) > 1)) if level > 1 else 1
            for size in range(most + 1):
                cost = size + max(0, len(indices) - 1)
                for group in combinations_with_replacement(weights, size):
                    blocks.setdefault(cost, []).extend(self._wrapped_in(indices, group))
        return [blocks[cost] for cost in sorted(blocks)]

    def _wrapped_in(self, indices: tuple[Index, ...], group: Sequence[Line]) -> Iterator[Wrapping]:
        inner = tuple(w for w in group if self.known.algebra.random(w.poly))
        outer = tuple(w for w in group if w not in inner)
        yield Wrapping(indices, False, inner, outer)
        if self.material.mean:
            yield Wrapping(indices, True, inner, outer)

    def facts(self, wrapping: Wrapping, level: int) -> Iterator[Fact]:
        """Inequalities that are no squares of what a frame combines."""
        seen: set[int] = set()
        for line in self._lines(wrapping, {*self.here, *wrapping.indices}, level):
            if line is not None and id(line) not in seen:
                seen.add(id(line))
                yield _wrapped(self.known, wrapping, line)

    def terms(self, wrapping: Wrapping, level: int) -> Iterator[tuple[Term, ...]]:
        """The terms whose combinations are squared, vectors apart from numbers."""
        indices = {*self.here, *wrapping.indices}
        vectors = self.material.at(self.material.vectors, indices)[:MOST_TERMS]
        if level > 1:
            vectors = self._scaled(vectors, indices, level)
        if vectors:
            yield tuple(vectors)
        numbers = self.material.at(self.material.numbers, indices)[: MOST_TERMS - 1]
        if numbers:
            yield (*numbers, Number(Fraction(1)))
        if level > 1 and numbers and self.quartic:
            products = [a * b for k, a in enumerate(numbers) for b in numbers[: k + 1]]
            yield tuple(products[: 2 * MOST_TERMS])

    def _scaled(self, vectors: Sequence[Term], indices: set[Index], level: int) -> list[Term]:
        """The vectors, and some of their products with a number that the goal mentions."""
        algebra, scales = self.known.algebra, list[Term]()
        counts = self.known.counting if level < 3 else set()
        for s in self.material.at((*self.material.inverses, *self.material.numbers), indices):
            p = algebra.normal(s)
            if len(p) == 1 and not algebra.random(p) and not walk_names(s) & counts:
                scales.append(s)
        scaled = [s * v for s in scales for v in vectors]
        return [*vectors, *scaled[: max(0, MOST_TERMS + 2 - len(vectors))]]

    def _apart(self, indices: Sequence[Index]) -> list[Line]:
        """[i = j] and 1 - [i = j] for a summed index and any other of its set."""
        others = [*indices, *sorted(self.here)]
        pairs = [
            Equal(i, j) for k, i in enumerate(indices) for j in others[k + 1 :] if i.set == j.set
        ]
        return [self.known.trace("square", t) for e in pairs for t in (1 - e, e)]

    def _weights(self, here: set[Index], level: int) -> list[Line]:
        """Non-negative things to multiply a fact by."""
        trace, found = self.known.trace, list[Line | None]()
        for d in self.material.at(self.material.inverses, here):
            line = self.known.positive(d)
            found.append(line and trace("inverse_nonnegative", line))
        for f in self.material.at(self.material.zero_ones, here):
            found += [trace("square", f), trace.indicator(1 - f)]
        if level > 2:
            norms = self.material.at(self.material.norms, here)[:2]
            found += [trace("norm_nonnegative", u) for u in norms]
        lines = sorted(self.known.at(sorted(here), self.names), key=lambda line: len(line.poly))
        found += [line for line in lines if len(line.poly) <= level]
        weights = {freeze(primitive(line.poly)): line for line in found if line is not None}
        return list(weights.values())[:MOST_WEIGHTS]

    def _lines(self, wrapping: Wrapping, indices: set[Index], level: int) -> Iterator[Line | None]:
        trace = self.known.trace
        yield from self.known.at(sorted(indices))
        yield from self.extra
        if wrapping != Wrapping():
            yield trace("number", Fraction(1))
        for f in self.material.at(self.material.zero_ones, indices):
            yield trace("square", f)
            yield trace("square", 1 - f)
        norms = self.material.at(self._norms(level), indices)[:MOST_TERMS]
        roots = self.material.at(self.material.roots, indices)[:MOST_TERMS]
        for k, u in enumerate(norms):
            for v in norms[:k]:
                yield trace("cauchy_schwarz", u, v)
                yield trace("cauchy_schwarz", u, -v)
        signs = [trace("norm_nonnegative", u) for u in norms]
        signs += [trace("root_nonnegative", x) for x in roots]
        for k, line in enumerate(signs):
            yield line
            for other in signs[:k]:
                yield trace("multiply", line, other)
        if level > 1:
            for u, v in self.material.products:
                if u != v and free_indices(u) | free_indices(v) <= indices:
                    both = [trace("cauchy_schwarz", u, w) for w in (v, -v)]
                    yield trace.attempt("multiply", *both)

    def _norms(self, level: int) -> list[Term]:
        """The vectors whose norms are spoken of; in the last level, of all that are multiplied."""
        norms = dict.fromkeys(self.material.norms)
        if level > 2:
            norms |= dict.fromkeys(u for pair in self.material.products for u in pair)
        return list(norms)


def primitive(p: Poly) -> Poly:
    """The polynomial up to a positive factor."""
    return scale(p, 1 / abs(p[min(p, key=repr)])) if p else p


def _wrapped(known: Known, wrapping: Wrapping, line: Line) -> Fact:
    strict = line.kind == ">" and not wrapping.mean and not wrapping.indices
    strict = strict and all(w.kind == ">" for w in (*wrapping.inner, *wrapping.outer))
    return Fact(
        ">" if strict else ">=",
        wrapping.poly(known.rewriter, line.poly),
        lambda: wrapping.line(known.trace, known.rewriter, line),
    )
