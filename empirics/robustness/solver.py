"""The worst configuration of one pattern, as a semidefinite program of a few variables.

Everything Krum does depends on squared distances, and averaging over workers of one kind changes
neither the objective nor what the constraints allow. So a configuration is: the vectors u_g from
the winner to the mean of each kind, by their Gram matrix, and the spread v_g in each kind.
Maximised is |W - mean|^2 where the variance of the correct workers is at most 1. The score of a
worker is the sum of its k least distances, written by the dual of that choice: the largest
k theta - Sum c_h z_h with theta - z_h <= D_gh. Where more workers than one are selected, some may
have smaller scores: the slacks, |g| of them in a kind, make up at most (selected - 1) times the
score. The solver's multipliers are what a certificate needs; nothing here is trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from empirics.interfaces import FloatArray
from empirics.robustness.patterns import LIARS, NEAR, REST, WINNER, Pattern

Unknown = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Solution:
    """An optimal configuration of a pattern, and the multipliers that prove it."""

    value: float
    """|W - mean|^2 over the variance."""
    weights: dict[str, float]
    """lambda_g."""
    choices: dict[tuple[str, str], float]
    """mu_gh."""
    gram: FloatArray
    """<u_g, u_h>, for the kinds but the winner's."""
    spreads: dict[str, float]
    """v_g: half the squared distance of two workers of the kind."""


class Program:
    """The unknowns of a pattern, and linear forms in them."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        self.sizes = pattern.sizes
        self.free = [g for g in self.sizes if g != WINNER]
        self.triangle = [
            (g, h) for place, h in enumerate(self.free) for g in self.free[: place + 1]
        ]
        unknowns: list[Unknown] = [("gram", *pair) for pair in self.triangle]
        unknowns += [("spread", g) for g in self.free if self.sizes[g] > 1]
        for g in self.sizes:
            unknowns.append(("theta", g))
            unknowns += [("excess", g, h) for h in pattern.others(g)]
        unknowns += [("slack", g) for g in self.free]
        self.place = {unknown: number for number, unknown in enumerate(unknowns)}

    def form(self, *unknown: str, factor: float = 1.0) -> FloatArray:
        """The linear form that reads one unknown; 0 for the spread of a single worker."""
        out = np.zeros(len(self.place))
        if unknown in self.place:
            out[self.place[unknown]] = factor
        return out

    def gram(self, g: str, h: str) -> FloatArray:
        """<u_g, u_h>."""
        return self.form("gram", *((g, h) if (g, h) in self.triangle else (h, g)))

    def around(self, g: str) -> FloatArray:
        """t_g: the mean squared distance to the mean of the kind."""
        return self.form("spread", g, factor=1 - 1 / self.sizes[g])

    def distance(self, g: str, h: str) -> FloatArray:
        """D_gh."""
        if g == h:
            return self.form("spread", g, factor=2.0)
        if WINNER in (g, h):
            other = h if g == WINNER else g
            return self.gram(other, other) + self.around(other)
        means = self.gram(g, g) + self.gram(h, h) - 2 * self.gram(g, h)
        return means + self.around(g) + self.around(h)

    @cached_property
    def objective(self) -> FloatArray:
        """|W - mean|^2."""
        share = {g: self.sizes[g] / self.pattern.m for g in (NEAR, REST) if g in self.sizes}
        out = np.zeros(len(self.place))
        for g, a in share.items():
            for h, b in share.items():
                out += a * b * self.gram(g, h)
        return out

    @cached_property
    def variance(self) -> FloatArray:
        """(1/m) Sum |V_j - mean|^2."""
        out = -self.objective
        for g in (NEAR, REST):
            if g in self.sizes:
                out = out + self.sizes[g] / self.pattern.m * (self.gram(g, g) + self.around(g))
        return out

    @cached_property
    def score(self) -> FloatArray:
        """The score of the winner."""
        near = [g for g in (NEAR, LIARS) if g in self.sizes]
        return sum(
            (self.sizes[g] * self.distance(WINNER, g) for g in near), np.zeros(len(self.place))
        )

    def rows(self, margin: float, selected: int) -> dict[Unknown, tuple[FloatArray, float]]:
        """The linear constraints, form <= number, by what their multiplier is called."""
        rows: dict[Unknown, tuple[FloatArray, float]] = {("kappa",): (self.variance, 1.0)}
        for g in self.sizes:
            least = self.form("theta", g, factor=float(self.pattern.k))
            for h, count in self.pattern.others(g).items():
                least -= self.form("excess", g, h, factor=float(count))
                gap = self.form("theta", g) - self.form("excess", g, h)
                rows["choice", g, h] = gap - self.distance(g, h), 0.0
            more = 1.0 if g == WINNER else 1.0 + margin
            rows["weight", g] = more * self.score - least - self.form("slack", g), 0.0
        slack = sum(
            (self.sizes[g] * self.form("slack", g) for g in self.free), np.zeros(len(self.place))
        )
        rows["lost",] = slack - (selected - 1) * self.score, 0.0
        for unknown in self.place:
            if unknown[0] in ("spread", "excess", "slack"):
                rows["sign", *unknown] = -self.form(*unknown), 0.0
        return rows

    def maximum(
        self, goal: FloatArray, rows: dict[Unknown, tuple[FloatArray, float]]
    ) -> tuple[FloatArray, dict[Unknown, float]]:
        """The unknowns at which a linear form is largest, and the multiplier of each row.

        Raises ArithmeticError where the solver finds no solution.
        """
        import clarabel
        from scipy import sparse

        cone = [-self.gram(g, h) * (1.0 if g == h else float(np.sqrt(2))) for g, h in self.triangle]
        left = sparse.csc_matrix(np.array([*(form for form, _ in rows.values()), *cone]))
        right = np.array([*(number for _, number in rows.values()), *np.zeros(len(cone))])
        settings: Any = clarabel.DefaultSettings()
        settings.verbose = False
        settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-11
        settings.max_threads = 1
        size = len(self.place)
        found = clarabel.DefaultSolver(
            sparse.csc_matrix((size, size)),
            -goal,
            left,
            right,
            [clarabel.NonnegativeConeT(len(rows)), clarabel.PSDTriangleConeT(len(self.free))],
            settings,
        ).solve()
        if str(found.status) not in ("Solved", "AlmostSolved"):
            raise ArithmeticError(f"{self.pattern}: the solver ended with {found.status}")
        return np.array(found.x), dict(zip(rows, found.z, strict=False))

    def configuration(self, at: FloatArray) -> tuple[FloatArray, dict[str, float]]:
        """The Gram matrix of the means of the kinds but the winner's, and the spreads."""
        gram = np.array([[self.gram(g, h) @ at for h in self.free] for g in self.free])
        return gram, {g: float(self.form("spread", g) @ at) for g in self.free}


def solve(
    pattern: Pattern, *, selected: int = 1, margin: float = 0.0, reward: float = 0.0
) -> Solution:
    """The worst configuration of a pattern, for any of so many workers of least score.

    margin: by how much the winner's score must be below the others, relatively, so that rounding
    does not change the winner. reward: added to the objective per squared length, so that the
    multipliers prove a little more than is needed and may be rounded.
    Needs the extra `robustness`. Raises ArithmeticError where the solver finds no solution.
    """
    program = Program(pattern)
    goal = program.objective.copy()
    for g in program.free:
        goal += reward * (program.gram(g, g) + program.form("spread", g))
    at, multipliers = program.maximum(goal, program.rows(margin, selected))
    return Solution(
        float(program.objective @ at / (program.variance @ at)),
        {g: multipliers["weight", g] for g in program.sizes},
        {(g, h): multipliers["choice", g, h] for g in program.sizes for h in pattern.others(g)},
        *program.configuration(at),
    )
