"""Bad vectors for Multi-Krum: some Byzantine workers are selected together with correct ones.

For one winner `empirics.robustness.solver` finds the worst. For an average, these configurations
are tried too: W and the other selected Byzantine workers P, the selected correct workers A, and the
other correct ones R. Not selected is R, so the scores of the selected must not be above its score;
theirs are bounded from above by neighbours in a fixed order. What is found is an example, no bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from empirics.interfaces import FloatArray
from empirics.robustness.patterns import LIARS, NEAR, REST, WINNER, Pattern
from empirics.robustness.solver import Program, Solution, Unknown

NEAREST = {
    WINNER: (LIARS, NEAR, REST),
    LIARS: (WINNER, LIARS, NEAR, REST),
    NEAR: (NEAR, WINNER, LIARS, REST),
}
"""Which neighbours a selected worker counts first."""


@dataclass(frozen=True)
class Selection(Pattern):
    """`selected` workers of least score, `liars` + 1 of them Byzantine."""

    selected: int = 1

    @property
    def sizes(self) -> dict[str, int]:
        """The workers of each kind; kinds without a worker are left out.

        >>> Selection(11, 4, False, 1, selected=3).sizes
        {'W': 1, 'A': 1, 'R': 6, 'P': 1}
        """
        near = self.selected - self.liars - 1
        sizes = {WINNER: 1, NEAR: near, REST: self.m - near, LIARS: self.liars}
        return {kind: size for kind, size in sizes.items() if size}


def worst_selections(n: int, f: int, selected: int) -> Iterator[tuple[Selection, Solution]]:
    """For each number of Byzantine workers among the selected, the worst that is found."""
    for liars in range(min(f, selected)):
        selection = Selection(n, f, False, liars, selected)
        yield selection, _worst(selection, margin=1e-9)


def _worst(selection: Selection, margin: float) -> Solution:
    """margin: by how much, relatively, the scores of the selected must be below those of R."""
    program = Program(selection)
    goal = _square_of_error(program, selection)
    rows: dict[Unknown, tuple[FloatArray, float]] = {("kappa",): (program.variance, 1.0)}
    least = program.form("theta", REST, factor=float(selection.k))
    for h, count in selection.others(REST).items():
        least -= program.form("excess", REST, h, factor=float(count))
        gap = program.form("theta", REST) - program.form("excess", REST, h)
        rows["choice", h] = gap - program.distance(REST, h), 0.0
    for g in program.sizes:
        if g != REST:
            rows["score", g] = (1 + margin) * _score(program, selection, g) - least, 0.0
    for unknown in program.place:
        form = program.form(*unknown)
        if unknown[0] in ("spread", "excess"):
            rows["sign", *unknown] = -form, 0.0
        if unknown[0] == "slack" or (unknown[0] != "gram" and unknown[1] != REST):
            rows["bounded", *unknown] = form, 1e6  # most of them occur nowhere else
    at, _ = program.maximum(goal, rows)
    ratio = float(goal @ at / (program.variance @ at))
    return Solution(ratio, {}, {}, *program.configuration(at))


def _square_of_error(program: Program, selection: Selection) -> FloatArray:
    """|F - mean|^2, with W at 0."""
    share = {
        g: (g != REST) * program.sizes[g] / selection.selected
        - (g != LIARS) * program.sizes[g] / selection.m
        for g in program.free
    }
    total = np.zeros(len(program.place))
    for g, x in share.items():
        for h, y in share.items():
            total += x * y * program.gram(g, h)
    return total


def _score(program: Program, selection: Selection, g: str) -> FloatArray:
    """The sum of k distances of a worker, in the order of `NEAREST`; its score is at most that."""
    others, left = selection.others(g), selection.k
    total = np.zeros(len(program.place))
    for h in NEAREST[g]:
        if h in others:
            count = min(left, others[h])
            total += count * program.distance(g, h)
            left -= count
    return total
