"""Exact vectors on which a rule is nearly as bad as its certificate says: the lower bound.

The vectors are float64 numbers on a grid, so they are exact rational numbers. The literal rule
chooses among them (`empirics.rules`), and the ratio is computed with integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from empirics.interfaces import BoolArray, FloatArray
from empirics.robustness.patterns import LIARS, NEAR, REST, WINNER, Pattern, patterns
from empirics.robustness.selected import worst_selections
from empirics.robustness.solver import Solution, solve
from empirics.rules.krum import chosen
from empirics.rules.multi_krum import best

MARGINS = (1e-9, 1e-8, 1e-7, 1e-6)
"""How far the winner's score is kept below the others; the next where rounding undoes one."""
GRID = 1 << 40
FAR = 1024.0
"""Where the Byzantine workers are that are no neighbours of the winner."""


@dataclass(frozen=True, eq=False)
class Example:
    """Vectors of n workers, the correct ones first, and what the literal rule does with them."""

    f: int
    vectors: FloatArray
    """[n, d], on the grid."""
    selected: int = 1
    """How many vectors of least score are averaged: 1 is Krum."""

    @property
    def winners(self) -> BoolArray:
        """[n]: the workers whose vectors are averaged, by exact scores."""
        if self.selected > 1:
            return best(self.vectors, self.f, self.selected)
        return np.arange(len(self.vectors)) == chosen(self.vectors, self.f)

    def ratio(self) -> Fraction:
        """|F - mean|^2 over the variance of the correct vectors, exactly; 0 if that is 0."""
        whole = np.rint(self.vectors * GRID).astype(np.int64).astype(object)
        m = len(whole) - self.f
        # m times the distance of each vector to the mean of the correct ones.
        centred = m * whole - whole[:m].sum(axis=0)
        output = centred[self.winners].sum(axis=0)
        variance = int((centred[:m] ** 2).sum())
        if not variance:
            return Fraction(0)
        return Fraction(int((output**2).sum()) * m, variance * self.selected**2)


def example(pattern: Pattern) -> Example:
    """Vectors on which Krum attains the worst of a pattern, up to rounding.

    Raises ArithmeticError where the rounded vectors have another winner.
    """
    for margin in MARGINS:
        found = Example(pattern.f, vectors_of(pattern, solve(pattern, margin=margin)))
        if found.winners[0 if pattern.correct else pattern.m]:
            return found
    raise ArithmeticError(f"{pattern}: rounded, the vectors have another winner")


def worst_example(n: int, f: int, selected: int) -> Example:
    """The worst found for Multi-Krum: of the worst vectors of every pattern, the same with all
    Byzantine workers at the winner, and those of `empirics.robustness.selected`.
    """
    tried = [mimicked(n, f, selected)]
    for pattern in patterns(n, f):
        for allowed in {1, selected}:
            vectors = vectors_of(pattern, solve(pattern, selected=allowed, margin=MARGINS[0]))
            tried.append(Example(f, vectors, selected))
            if not pattern.correct:
                together = vectors.copy()
                together[n - f :] = vectors[n - f]
                tried.append(Example(f, together, selected))
    for selection, solution in worst_selections(n, f, selected):
        tried.append(Example(f, vectors_of(selection, solution), selected))
    return max(tried, key=Example.ratio)


def mimicked(n: int, f: int, selected: int) -> Example:
    """f correct workers send 1, the others and all Byzantine ones 0: f/(n - 2f) for every rule.

    What the rule sees would be the same if the f workers were the Byzantine ones; then the correct
    vectors would be equal, and a rule with any coefficient would have to answer 0.
    """
    vectors = np.zeros((n, 1))
    vectors[:f] = 1.0
    return Example(f, vectors, selected)


def vectors_of(pattern: Pattern, solution: Solution) -> FloatArray:
    """Vectors with the Gram matrix and the spreads of a solution: [n, d]."""
    free = [g for g in pattern.sizes if g != WINNER]
    values, axes = np.linalg.eigh(solution.gram)
    means = axes * np.sqrt(np.maximum(values, 0.0))
    wide = {g: pattern.sizes[g] for g in free if pattern.sizes[g] > 1 and solution.spreads[g] > 0}
    d = len(free) + sum(wide.values()) + 1
    kinds = {WINNER: np.zeros((1, d))}
    column = len(free)
    for place, g in enumerate(free):
        kinds[g] = np.zeros((pattern.sizes[g], d))
        kinds[g][:, : len(free)] = means[place]
        if g in wide:
            apart = np.eye(wide[g]) - 1 / wide[g]
            kinds[g][:, column : column + wide[g]] = np.sqrt(solution.spreads[g]) * apart
            column += wide[g]
    elsewhere = np.zeros((pattern.f - pattern.liars - (not pattern.correct), d))
    elsewhere[:, -1] = FAR
    order = [WINNER, NEAR, REST, LIARS] if pattern.correct else [NEAR, REST, WINNER, LIARS]
    present = [kinds[g] for g in order if g in kinds]
    return np.rint(np.concatenate([*present, elsewhere]) * GRID) / GRID
