"""The adversary's best answer to every count of types, in floating point: the search needs it.

Nothing here is trusted: `exact` evaluates what comes out. Let m = n - f correct workers have types
with positions a_t, radii r_t and own directions (see `law`), and let all f Byzantine workers send
B. Give B a company N of q = n - 2f - 1 correct workers. Its score is at most

    Sum_{j in N} |B - V_j|^2 = q |B - c|^2 + S,   c the mean of the company, S its spread.

B wins if this is at most the score of every correct worker i, that is, for each number l = 0 .. f
of copies of B that i may have among its neighbours, at most

    l |B - V_i|^2 + (the k - l smallest distances of i to correct workers),   k = n - f - 2.

For l < q each of these constraints says that B is in a ball. The largest first coordinate of B is
found through its Lagrangian dual: a mean of constraints, with weights t that add up to 1, is again
one ball, whose point with the largest first coordinate is known; the weights minimise it (Frank and
Wolfe, with the most violated constraint as the vertex). By symmetry B needs one weight for the
directions of the company of each type and one for those of the others; a group of n_G workers is
one coordinate here, the weight times sqrt(n_G).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb, sqrt
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from empirics.interfaces import FloatArray, IntArray

NOTHING = -1e3
"""The value of a company with which B cannot win."""
PENALTY = 0.3
"""What a violated constraint costs, so that the search does not live on the dual's inaccuracy."""
RIVALS = 6
"""Companies of one outcome that are looked at closely."""
LEVELS = 64
"""Numbers l of Byzantine neighbours that are looked at, spread from 1 to f."""
UNLIKELY = 1e-12
"""Outcomes of this probability are left to the adversary's default."""


@dataclass(frozen=True)
class Types:
    """A law in floating point, with mean 0 and variance 1."""

    probability: FloatArray
    """[T]"""
    position: FloatArray
    """[T, D]"""
    radius: FloatArray
    """[T]"""


@dataclass(frozen=True)
class Replies:
    """The best answers to a law."""

    outcomes: IntArray
    """[R]: the outcomes that have one, as rows of `Problem.counts`."""
    pairs: IntArray
    """[R]: the outcome and the company, as rows of `Problem.company`."""
    points: FloatArray
    """[R, D + 2T]: B in group coordinates."""
    value: float
    """E of the first coordinate of Krum."""


class Problem:
    """All counts of T types among m = n - f correct workers, and all companies of B.

    Raises ValueError where there would be more than `limit` of them.
    """

    def __init__(self, n: int, f: int, types: int, dimension: int, limit: int = 3_000_000) -> None:
        self.n, self.f, self.types, self.dimension = n, f, types, dimension
        self.m, self.k, self.q = n - f, n - f - 2, n - 2 * f - 1
        if size(n, f, types) > limit:
            raise ValueError(f"n = {n} and f = {f}: more than {limit} cases; give fewer workers")
        self.counts = _compositions(self.m, types)
        self._ways = gammaln(self.m + 1) - gammaln(self.counts + 1).sum(axis=1)
        companies = _compositions(self.q, types) if f else np.empty((0, types), dtype=np.intp)
        inside = [(companies <= count).all(axis=1).nonzero()[0] for count in self.counts]
        self.outcome = np.repeat(np.arange(len(self.counts)), [len(rows) for rows in inside])
        self.company = companies[np.concatenate(inside)]
        self.groups = np.concatenate(
            [self.company, self.counts[self.outcome] - self.company], axis=1
        )
        """[pairs, 2T]: workers of the company and other workers, by type."""
        top = min(f, self.k)
        spread = np.linspace(1, top, min(top, LEVELS))
        self.levels = np.unique(spread.round().astype(int))

    @property
    def size(self) -> int:
        """How many numbers describe a law."""
        return self.types * (2 + self.dimension)

    def law(self, theta: FloatArray) -> Types:
        """The law that numbers [T (2 + D)] describe: any numbers give one."""
        T, D = self.types, self.dimension
        weights = np.exp(theta[:T] - theta[:T].max())
        probability = weights / weights.sum()
        position = theta[T : T + T * D].reshape(T, D)
        position = position - probability @ position
        radius = np.abs(theta[T + T * D :])
        variance = probability @ (np.square(position).sum(axis=1) + radius**2)
        scale = 1 / sqrt(max(variance, 1e-200))
        return Types(probability, position * scale, radius * scale)

    def theta(self, law: Types) -> FloatArray:
        """The numbers that describe a law."""
        return np.concatenate(
            [np.log(np.maximum(law.probability, 1e-9)), law.position.ravel(), law.radius]
        )

    def probabilities(self, law: Types) -> FloatArray:
        """The probability of each count of types."""
        return np.exp(self._ways + self.counts @ np.log(np.maximum(law.probability, 1e-300)))

    def value(self, theta: FloatArray, rounds: int = 14) -> float:
        """E of the first coordinate of Krum, about, for the law scaled to variance 1."""
        return self.replies(self.law(theta), rounds).value

    def replies(self, law: Types, rounds: int = 14) -> Replies:
        """The adversary's best answers to a law, after so many rounds of Frank and Wolfe."""
        probability = self.probabilities(law)
        scores = self.correct_scores(law, np.zeros(1, dtype=int))[..., 0]
        least = np.where(self.counts > 0, scores, np.inf).min(axis=1)
        tied = (self.counts > 0) & (scores <= least[:, np.newaxis] * (1 + 1e-12))
        lone = (self.counts * tied) @ law.position[:, 0] / (self.counts * tied).sum(axis=1)
        if self.f == 0:
            none = np.empty(0, dtype=np.intp)
            return Replies(none, none, np.empty((0, 0)), float(probability @ lone))
        lowest = law.position[:, 0].min()
        rows = (probability[self.outcome] > UNLIKELY).nonzero()[0]
        balls = Balls(self, law, rows, least)
        best = np.full(len(self.counts), lowest)
        which = np.full(len(self.counts), -1)
        points = np.zeros((len(self.counts), self.dimension + 2 * self.types))
        for part, value, point in balls.solve(best, rounds):
            for row in np.argsort(value, kind="stable"):
                outcome = self.outcome[part[row]]
                if value[row] > best[outcome]:
                    best[outcome], which[outcome] = value[row], part[row]
                    points[outcome] = point[row]
        answered = (which >= 0).nonzero()[0]
        return Replies(answered, which[answered], points[answered], float(probability @ best))

    def correct_scores(self, law: Types, taken: IntArray) -> FloatArray:
        """[outcomes, T, len(taken)]: the k - l smallest distances of a worker to correct ones."""
        distance = self.distances(law)
        others = np.maximum(self.counts[:, np.newaxis] - np.eye(self.types, dtype=int), 0)
        shape = np.broadcast_to(distance, others.shape)
        return np.stack([smallest(shape, others, self.k - l) for l in taken], axis=-1)

    def distances(self, law: Types) -> FloatArray:
        """[T, T]: squared distances of two different workers by their types."""
        apart = np.square(law.position[:, np.newaxis] - law.position).sum(axis=2)
        return apart + law.radius[:, np.newaxis] ** 2 + law.radius**2

    def margin(self, law: Types, rows: IntArray, points: FloatArray) -> FloatArray:
        """By how much B beats the best correct worker, relative to that score, for some pairs."""
        T, D = self.types, self.dimension
        groups, weights = self.groups[rows], points[:, D:]
        own = weights / np.sqrt(np.maximum(groups, 1))
        radius = np.concatenate([law.radius, law.radius])
        place = np.concatenate([law.position, law.position])
        to_B = (
            np.square(points[:, np.newaxis, :D] - place).sum(axis=2)
            + np.square(weights).sum(axis=1)[:, np.newaxis]
            - 2 * own * radius
            + radius**2
        )
        score_of_B = smallest(to_B, groups, self.q)
        distance, counts = self.distances(law), self.counts[self.outcome[rows]]
        least = np.full(len(rows), np.inf)
        for group in range(2 * T):
            t = group % T
            others = np.maximum(counts - np.eye(T, dtype=int)[t], 0)
            all_distances = np.concatenate(
                [np.broadcast_to(distance[t], others.shape), to_B[:, group, np.newaxis]], axis=1
            )
            copies = np.full((len(rows), 1), self.f)
            score = smallest(all_distances, np.concatenate([others, copies], axis=1), self.k)
            least = np.where(groups[:, group] > 0, np.minimum(least, score), least)
        return (least - score_of_B) / np.maximum(least, 1e-300)


class Constraints(NamedTuple):
    """Constraints q |B - c|^2 + S <= l (|B|^2 - 2<B, V>) + K for some pairs, C for each."""

    level: IntArray
    """[C]: l."""
    group: IntArray
    """[C]: the group whose mean is V."""
    mean: FloatArray
    """[pairs, 2T, D + 2T]: the means of the groups."""
    bound: FloatArray
    """[pairs, C]: K; infinite where nobody is in the group."""

    def of(self, rows: IntArray) -> Constraints:
        """Those of some of the pairs."""
        return self._replace(mean=self.mean[rows], bound=self.bound[rows])


class Balls:
    """The constraints on B for some pairs of an outcome and a company."""

    def __init__(self, problem: Problem, law: Types, rows: IntArray, least: FloatArray) -> None:
        T, D, q = problem.types, problem.dimension, problem.q
        company = problem.company[rows]
        norms = np.square(law.position).sum(axis=1) + law.radius**2
        self.problem, self.law, self.norms, self.rows = problem, law, norms, rows
        self.outcome = problem.outcome[rows]
        self.centre = np.concatenate(
            [
                company @ law.position / q,
                np.sqrt(company) * law.radius / q,
                np.zeros((len(rows), T)),
            ],
            axis=1,
        )
        square = np.square(self.centre).sum(axis=1)
        self.inner = company @ norms
        """q |c|^2 + S."""
        self.free = least[self.outcome] - (self.inner - q * square)
        """What the distance of B to c may cost if no correct worker has B as a neighbour."""
        self.least = least[self.outcome]
        self.scores = problem.correct_scores(law, problem.levels)
        self.D = D

    def constraints(self, rows: IntArray) -> Constraints:
        """The first has l = 0; the others are those of each group, for each level l."""
        T, D, levels = self.problem.types, self.D, self.problem.levels
        groups = self.problem.groups[self.rows[rows]]
        mean = np.zeros((len(rows), 2 * T, D + 2 * T))
        mean[:, :, :D] = np.concatenate([self.law.position, self.law.position])
        place = np.arange(2 * T)
        radius = np.concatenate([self.law.radius, self.law.radius])
        mean[:, place, D + place] = radius / np.sqrt(np.maximum(groups, 1))
        bound = self.scores[self.outcome[rows]] + levels * self.norms[:, np.newaxis]
        bound = np.concatenate([bound, bound], axis=1)
        bound = np.where(groups[:, :, np.newaxis] > 0, bound, np.inf).reshape(len(rows), -1)
        return Constraints(
            np.concatenate([[0], np.tile(levels, 2 * T)]),
            np.concatenate([[0], np.repeat(place, len(levels))]),
            mean,
            np.concatenate([self.least[rows, np.newaxis], bound], axis=1),
        )

    def excess(self, rows: IntArray, points: FloatArray, limits: Constraints) -> FloatArray:
        """[rows, constraints]: left minus right side, positive where violated."""
        square = np.square(points).sum(axis=1)
        q = self.problem.q
        left = q * square - 2 * q * (points * self.centre[rows]).sum(axis=1) + self.inner[rows]
        products = np.einsum("pe,pge->pg", points, limits.mean)[:, limits.group]
        right = limits.level * (square[:, np.newaxis] - 2 * products)
        return left[:, np.newaxis] - right - limits.bound

    def solve(
        self, best: FloatArray, rounds: int
    ) -> Iterator[tuple[IntArray, FloatArray, FloatArray]]:
        """Yield (pairs, values, points): first those where no correct worker uses B."""
        possible = (self.free >= 0).nonzero()[0]
        points = self.centre[possible].copy()
        points[:, 0] += np.sqrt(self.free[possible] / self.problem.q)
        hopeful = _first_of_each(self.outcome[possible], -points[:, 0], 4 * RIVALS)
        possible, points = possible[hopeful], points[hopeful]
        limits = self.constraints(possible)
        clear = self.excess(possible, points, limits)[:, 1:].max(axis=1) <= 1e-9
        yield self.rows[possible[clear]], points[clear, 0], points[clear]
        rest = (~clear & (points[:, 0] > best[self.outcome[possible]] + 1e-9)).nonzero()[0]
        rest = rest[_first_of_each(self.outcome[possible[rest]], -points[rest, 0], RIVALS)]
        if rest.size:
            rows = possible[rest]
            value, point = self._dual(rows, points[rest], limits.of(rest), best, rounds)
            yield self.rows[rows], value, point

    def _dual(
        self,
        rows: IntArray,
        points: FloatArray,
        limits: Constraints,
        best: FloatArray,
        rounds: int,
    ) -> tuple[FloatArray, FloatArray]:
        """Minimise the dual by Frank and Wolfe: values, less a penalty, and points."""
        L, V, K = np.zeros(len(rows)), np.zeros_like(points), self.least[rows].copy()
        value, violation = points[:, 0].copy(), np.zeros(len(rows))
        active = np.arange(len(rows))
        for _ in range(rounds):
            excess = self.excess(rows[active], points[active], limits.of(active))
            worst = excess.argmax(axis=1)
            violation[active] = excess[np.arange(len(active)), worst]
            going = violation[active] > 1e-7
            active, worst = active[going], worst[going]
            if not active.size:
                break
            start = (L[active], V[active], K[active])
            l = limits.level[worst].astype(float)
            mean = limits.mean[active, limits.group[worst]]
            end = (l, l[:, np.newaxis] * mean, limits.bound[active, worst])
            mixed = _mix(start, end, self._golden(rows[active], start, end))
            reached, farthest = self._ball(rows[active], *mixed)
            better = reached < value[active]
            active, farthest = active[better], farthest[better]
            L[active], V[active], K[active] = (part[better] for part in mixed)
            value[active], points[active] = reached[better], farthest
            hopeless = value[active] <= best[self.outcome[rows[active]]]
            violation[active[hopeless]] = 0
            active = active[~hopeless]
        value -= PENALTY * np.where(violation > 1e-5, np.minimum(violation, 10), 0)
        return value, points

    def _ball(
        self, rows: IntArray, L: FloatArray, V: FloatArray, K: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """The largest first coordinate in the ball of a mean of constraints, and where it is."""
        q = self.problem.q
        curvature = np.maximum(q - L, 1e-9)
        point = (q * self.centre[rows] - V) / curvature[:, np.newaxis]
        square = np.square(point).sum(axis=1) - (self.inner[rows] - K) / curvature
        point[:, 0] += np.sqrt(np.maximum(square, 0))
        value = np.where(square >= 0, point[:, 0], NOTHING + np.maximum(square, NOTHING))
        return np.where(q - L > 1e-6, value, -NOTHING * (1 + np.maximum(L - q, 0))), point

    def _golden(self, rows: IntArray, start: tuple, end: tuple, steps: int = 18) -> FloatArray:
        """For each row the t in [0, 1] with the least dual value between two means of constraints.

        By golden sections, as the value is a convex function of t.
        """

        def value(t: FloatArray) -> FloatArray:
            return self._ball(rows, *_mix(start, end, t))[0]

        ratio = (sqrt(5) - 1) / 2
        low, high = np.zeros(len(rows)), np.ones(len(rows))
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        at_left, at_right = value(left), value(right)
        for _ in range(steps):
            down = at_left < at_right
            high, low = np.where(down, right, high), np.where(down, low, left)
            new = np.where(down, high - ratio * (high - low), low + ratio * (high - low))
            at_new = value(new)
            left, right = np.where(down, new, right), np.where(down, left, new)
            at_left, at_right = np.where(down, at_new, at_right), np.where(down, at_left, at_new)
        return (low + high) / 2


def size(n: int, f: int, types: int) -> int:
    """At most how many pairs of an outcome and a company there are."""
    m, q = n - f, n - 2 * f - 1
    least = comb(m + types - 1, types - 1)
    return least * min(comb(q + types - 1, types - 1), comb(f + types, types - 1)) if f else least


def smallest(distances: FloatArray, counts: IntArray, k: int) -> FloatArray:
    """The sum of the k smallest numbers, of which number l occurs counts[l] times; last axis."""
    order = np.argsort(distances, axis=-1)
    distances = np.take_along_axis(distances, order, -1)
    counts = np.take_along_axis(counts, order, -1)
    before = np.cumsum(counts, axis=-1) - counts
    taken = np.clip(k - before, 0, counts)
    return np.where(taken > 0, distances * taken, 0.0).sum(axis=-1)


def _compositions(total: int, parts: int) -> IntArray:
    """[all, parts]: all ways to write a total as an ordered sum of numbers >= 0."""
    bars = np.array(list(combinations(range(total + parts - 1), parts - 1)), dtype=np.intp)
    bars = bars.reshape(-1, parts - 1)
    ends = np.full((len(bars), 1), total + parts - 1)
    edges = np.concatenate([np.full((len(bars), 1), -1), bars, ends], axis=1)
    return np.diff(edges, axis=1) - 1


def _mix(start: tuple, end: tuple, t: FloatArray) -> tuple:
    """(1 - t) start + t end, for each row."""
    return tuple(
        a + (b - a) * (t[:, np.newaxis] if a.ndim == 2 else t)
        for a, b in zip(start, end, strict=True)
    )


def _first_of_each(groups: IntArray, keys: FloatArray, count: int) -> IntArray:
    """The positions of the `count` smallest keys of each group."""
    order = np.lexsort((keys, groups))
    sorted_groups = groups[order]
    starts = np.searchsorted(sorted_groups, sorted_groups)
    return order[np.arange(len(order)) - starts < count]
