"""From a law in floating point to a worst case in fractions, whose ratio `exact` evaluates."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from scipy.optimize import minimize

from empirics.interfaces import BoolArray, FloatArray, IntArray
from empirics.worst_cases.adversary import Answer
from empirics.worst_cases.best_reply import Balls, Constraints, Problem, Replies, Types
from empirics.worst_cases.exact import WorstCase
from empirics.worst_cases.law import Law, Type

BITS = 32
"""Numbers of the law are multiples of 2^-BITS, those of the adversary of 2^-(BITS + 4)."""
MARGIN = 1e-8
"""B's score is below every other by this part of it, so that rounding makes no tie."""
POLISHED = 200
"""Constraints per answer up to which it is polished by sequential quadratic programming."""


def worst_case(problem: Problem, law: Types) -> WorstCase:
    """The law, rounded, with its best answers, which win strictly."""
    exact = rounded_law(law)
    law = Types(
        np.array([float(t.probability) for t in exact.types]),
        np.array([[float(x) for x in t.position] for t in exact.types]),
        np.array([float(t.radius) for t in exact.types]),
    )
    if not problem.f:
        none, nothing = (0,) * problem.types, (Fraction(0),) * problem.types
        start = (Fraction(0),) * problem.dimension
        answers = [
            Answer(tuple(int(c) for c in row), none, start, nothing, nothing)
            for row in problem.counts
        ]
        return WorstCase(problem.n, problem.f, exact, tuple(answers))
    replies = problem.replies(law, rounds=200)
    points = _polished(problem, law, replies)
    centres = Balls(problem, law, replies.pairs, np.zeros(len(problem.counts))).centre
    points, winning = strictly_winning(problem, law, replies.pairs, centres, points)
    answers = [
        _answer(problem, pair, point)
        for pair, point, wins in zip(replies.pairs, points, winning, strict=True)
        if wins
    ]
    return WorstCase(problem.n, problem.f, exact, tuple(answers))


def rounded_law(law: Types) -> Law:
    """The law in multiples of 2^-BITS; types that would have probability 0 are left out."""
    unit = 1 << BITS
    kept = [t for t, p in enumerate(law.probability) if round(p * unit) > 0]
    weights = [round(law.probability[t] * unit) for t in kept]
    weights[int(np.argmax(weights))] += unit - sum(weights)
    return Law(
        tuple(
            Type(
                Fraction(weight, unit),
                tuple(_round(x, BITS) for x in law.position[t]),
                _round(law.radius[t], BITS),
            )
            for t, weight in zip(kept, weights, strict=True)
        )
    )


def strictly_winning(
    problem: Problem, law: Types, rows: IntArray, centres: FloatArray, points: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """On the way from the centre to each point, the farthest that wins by MARGIN; and which do."""

    def wins(s: FloatArray) -> BoolArray:
        on_the_way = centres + s[:, np.newaxis] * (points - centres)
        return problem.margin(law, rows, on_the_way) >= MARGIN

    low, high = np.full(len(rows), np.nan), np.ones(len(rows))
    for s in 1 - np.linspace(0, 1, 101) ** 2:
        open_ = np.isnan(low)
        good = wins(np.full(len(rows), s))
        low = np.where(open_ & good, s, low)
        high = np.where(open_ & ~good, s, high)
    found = ~np.isnan(low)
    low = np.where(found, low, 0.0)
    high = np.where(low < 1, high, 1.0)
    for _ in range(40):
        middle = (low + high) / 2
        good = wins(middle)
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    return centres + low[:, np.newaxis] * (points - centres), found


def _polished(problem: Problem, law: Types, replies: Replies) -> FloatArray:
    """The points, each moved to the largest first coordinate that its constraints allow."""
    scores = problem.correct_scores(law, np.zeros(1, dtype=int))[..., 0]
    least = np.where(problem.counts > 0, scores, np.inf).min(axis=1)
    balls = Balls(problem, law, replies.pairs, least)
    result = replies.points.copy()
    if 2 * problem.types * len(problem.levels) > POLISHED:
        return result
    first = np.zeros(result.shape[1])
    first[0] = 1
    for row in range(len(result)):
        one = np.array([row])
        limits = balls.constraints(one)
        real = np.isfinite(limits.bound[0])
        limits = limits._replace(
            level=limits.level[real], group=limits.group[real], bound=limits.bound[:, real]
        )

        def slack(B: FloatArray, one: IntArray = one, limits: Constraints = limits) -> FloatArray:
            return -balls.excess(one, B[np.newaxis], limits)[0]

        def slope(B: FloatArray, row: int = row, limits: Constraints = limits) -> FloatArray:
            pull = limits.level[:, np.newaxis] * (B - limits.mean[0, limits.group])
            return 2 * pull - 2 * problem.q * (B - balls.centre[row])

        found = minimize(
            lambda B: -B[0],
            result[row],
            jac=lambda B: -first,
            constraints={"type": "ineq", "fun": slack, "jac": slope},
            method="SLSQP",
            options={"maxiter": 200, "ftol": 1e-14},
        )
        if found.success and slack(found.x).min() > -1e-7:
            result[row] = found.x
    return result


def _answer(problem: Problem, pair: int, point: FloatArray) -> Answer:
    D, T = problem.dimension, problem.types
    weights = point[D:] / np.sqrt(np.maximum(problem.groups[pair], 1))
    inside, outside = weights[:T], weights[T:]
    return Answer(
        tuple(int(c) for c in problem.counts[problem.outcome[pair]]),
        tuple(int(c) for c in problem.company[pair]),
        *(tuple(_round(x, BITS + 4) for x in part) for part in (point[:D], inside, outside)),
    )


def _round(x: float, bits: int) -> Fraction:
    return Fraction(round(float(x) * (1 << bits)), 1 << bits)
