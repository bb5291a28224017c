"""Sums of squares: which squares of combinations of given terms does a goal need?

A `Frame` is a handful of terms and a wrapping (weights, an expectation, sums over indices) that
keeps inequalities. Every square of a combination of the terms, so wrapped, is a fact; nobody can
list them all, so a frame offers the usual ones, those that complete the square of a goal, and
those that a functional on monomials says are missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from theory.kernel.polynomials import Monomial, Poly, add, scale
from theory.kernel.rules import Line
from theory.kernel.terms import Index, Number, Plus, Term, Times
from theory.search.mixture import solve_linear
from theory.search.rewriting import Rewriter
from theory.search.trace import LARGEST_STEP, Trace

Direction = tuple[Fraction, ...]


@dataclass(frozen=True)
class Wrapping:
    """Times the inner weights, E of it, times the outer weights, summed over the indices."""

    indices: tuple[Index, ...] = ()
    mean: bool = False
    inner: tuple[Line, ...] = ()
    outer: tuple[Line, ...] = ()

    def poly(self, rewriter: Rewriter, p: Poly) -> Poly:
        """What the wrapping makes of a polynomial, simplified."""
        algebra = rewriter.algebra
        rewriter.trace.spend(1 + len(p))
        with algebra.limited(4 * LARGEST_STEP):
            for weight in self.inner:
                p = algebra.multiply(p, weight.poly)
            if self.mean:
                p = algebra.mean(p)
            for weight in self.outer:
                p = algebra.multiply(p, weight.poly)
            for index in reversed(self.indices):
                p = algebra.total(index, p)
        return rewriter.simplify(p).poly

    def line(self, trace: Trace, rewriter: Rewriter, line: Line) -> Line:
        """What it makes of an inequality."""
        for weight in self.inner:
            line = trace("multiply", line, weight)
        if self.mean:
            line = trace("expect", line)
        for weight in self.outer:
            line = trace("multiply", line, weight)
        for index in reversed(self.indices):
            line = trace("total", line, index)
        return rewriter.line(line)


class Frame:
    """Terms of one sort whose combinations are squared and wrapped."""

    def __init__(self, rewriter: Rewriter, terms: Sequence[Term], wrapping: Wrapping) -> None:
        self.rewriter = rewriter
        self.terms = tuple(terms)
        self.wrapping = wrapping
        algebra = rewriter.algebra
        polys = [rewriter.simplify(algebra.normal(t)).poly for t in self.terms]
        times = algebra.inner if algebra.is_vector(polys[0]) else algebra.multiply
        self._table = {
            (k, l): wrapping.poly(rewriter, times(polys[k], polys[l]))
            for k in range(len(polys))
            for l in range(k + 1)
        }

    def square(self, direction: Direction) -> Poly:
        """The wrapped square of a combination, as a polynomial."""
        return add(
            *(
                scale(p, direction[k] * direction[l] * (1 if k == l else 2))
                for (k, l), p in self._table.items()
                if direction[k] and direction[l]
            )
        )

    def line(self, direction: Direction) -> Line:
        """The wrapped square of a combination, as a line."""
        trace = self.rewriter.trace
        parts = [
            t if c == 1 else Times((Number(c), t))
            for c, t in zip(direction, self.terms, strict=True)
            if c
        ]
        x = parts[0] if len(parts) == 1 else Plus(tuple(parts))
        return self.wrapping.line(trace, self.rewriter, trace("square", x))

    def usual(self) -> Iterator[Direction]:
        """Each term, and the sum and difference of any two."""
        size = len(self.terms)
        for k in range(size):
            yield _direction(size, {k: 1})
            for l in range(k):
                yield _direction(size, {k: 1, l: -1})
                yield _direction(size, {k: 1, l: 1})

    def completing(self, goal: Poly) -> list[Direction]:
        """Directions whose squares add up to the goal, where the goal is such a sum."""
        keys = [key for key, p in self._table.items() if p]
        columns = [scale(self._table[k, l], 1 if k == l else 2) for k, l in keys]
        values = solve_linear(columns, goal, unique=False)
        if values is None:
            return []
        size = len(self.terms)
        matrix = [[Fraction(0)] * size for _ in range(size)]
        for (k, l), v in zip(keys, values, strict=True):
            matrix[k][l] = matrix[l][k] = v
        return _completed(matrix) or []

    def missing(self, functional: Mapping[Monomial, float]) -> list[Direction]:
        """Directions whose squares the functional takes for negative, worst first."""
        from numpy import zeros
        from numpy.linalg import eigh

        size = len(self.terms)
        matrix = zeros((size, size))
        for (k, l), p in self._table.items():
            matrix[k, l] = sum(functional.get(m, 0.0) * float(c) for m, c in p.items())
            matrix[l, k] = matrix[k, l]
        values, vectors = eigh(matrix)
        found = []
        for value, vector in sorted(zip(values, vectors.T, strict=True), key=lambda pair: -pair[0]):
            if value > 1e-7:
                largest = max(vector, key=abs)
                for denominator in (1, 2, 6, 24):
                    rounded = tuple(
                        Fraction(round(float(c / largest) * denominator), denominator)
                        for c in vector
                    )
                    found.append(rounded)
        return found


def _direction(size: int, values: Mapping[int, int]) -> Direction:
    return tuple(Fraction(values.get(k, 0)) for k in range(size))


def _completed(matrix: list[list[Fraction]]) -> list[Direction] | None:
    """The rows whose weighted squares are the quadratic form, None if it is not non-negative."""
    size, rows = len(matrix), []
    for _ in range(size):
        pivot = max(range(size), key=lambda k: matrix[k][k])
        d = matrix[pivot][pivot]
        if d <= 0:
            break
        row = [c / d for c in matrix[pivot]]
        rows.append(tuple(row))
        matrix = [[matrix[k][l] - d * row[k] * row[l] for l in range(size)] for k in range(size)]
    return None if any(c for row in matrix for c in row) else rows
