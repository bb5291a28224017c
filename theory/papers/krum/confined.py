"""Ours: x_t stays bounded, by its squared distance from the ball of radius root(D).

A step from x leads no farther from the ball than from the point Px of the ball that is closest to
x. So the squared distance grows by no more than gamma^2 |Krum_t|^2, less 2 gamma <Krum_t, x - Px>:
second moments are enough, and nothing is asked of the gradient but that it does not point inward.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from theory.kernel.rules import Line
from theory.kernel.terms import Formula, Relation, Term, term
from theory.lemmas.jensen import inner_integrable, vector_integrable
from theory.notation.language import Look, expectation, norm, root, squared
from theory.papers.krum.descent_setting import (
    NONNEGATIVE_STEP,
    gamma,
    horizon,
    mean_step,
    positive_part,
    step,
    x_t,
)
from theory.papers.krum.eq_2_02_phi import positive_part_lines
from theory.papers.krum.run import STEPS
from theory.papers.krum.setting import language
from theory.search.prover import Prover

excess = language.abbreviation(
    "excess", positive_part(norm(x_t) - root(horizon)), Look("e", subscript="t")
)
"""The distance of x_t from the ball."""
next_excess = positive_part(norm(x_t - gamma * step) - root(horizon))
distance = excess**2
pull = excess / norm(x_t)
"""The part of x_t that is outside of the ball."""
outward = excess * (x_t @ mean_step)

DIVERGENT = {"Σγ_t = ∞": STEPS["Σγ_t = ∞"]}
SQUARES = {"Σγ_t² < ∞": STEPS["Σγ_t² < ∞"]}
HORIZON: dict[str, Formula] = {"D ≥ 0": horizon >= 0}


@dataclass(frozen=True, eq=False)
class Descent:
    """What is needed of an aggregation rule F at t where grad Q is Lipschitz; each a proof of a line.

    square: |F|^2 has a mean. descent: <E F, grad> >= share |grad|^2, share > 0. moment: E|F|^2 <=
    most |grad|^2, most >= 0.
    """

    needs: Mapping[str, Formula]
    share: Term
    most: Term
    square: Callable[[Prover], Line]
    descent: Callable[[Prover], Line]
    share_positive: Callable[[Prover], Line]
    moment: Callable[[Prover], Line]
    most_nonnegative: Callable[[Prover], Line]


@dataclass(frozen=True, eq=False)
class Rule(Descent):
    """What is needed besides where it is not.

    outward: <x_t, E F> e_t >= 0. growth: E|F|^2 <= a + b |x_t|^2 for level = (a, b), not negative.
    prefix: what the names of its claims begin with.
    """

    level: tuple[Term, Term]
    outward: Callable[[Prover], Line]
    growth: Callable[[Prover], Line]
    level_signs: Callable[[Prover], tuple[Line, Line]]
    prefix: str = ""


def excess_lines(p: Prover) -> tuple[Line, Line, Line]:
    """e >= 0, e >= |x| - root(D), and e (e - |x| + root(D)) = 0."""
    return positive_part_lines(p, norm(x_t) - root(horizon))


def _landing(p: Prover, moved: Term, near: Line) -> Line:
    """e at t+1, squared, is at most |moved|^2; near: |x_{t+1}|^2 <= (|moved| + root(D))^2."""
    z = norm(moved)
    reach = p.by(z + root(horizon) >= 0, p.norm_nonnegative(moved), p.root_nonnegative(horizon))
    y = norm(x_t - gamma * step) - root(horizon)
    above = p.by(y <= z, p.compare_squares(norm(x_t - gamma * step), reach, near))
    size = p.norm_nonnegative(moved)
    double = p.by(2 * z - y >= 0, size, above)
    shorter = p.compare_squares(
        root(y**2),
        double,
        p.by(
            (2 * z - y) ** 2 - root(y**2) ** 2 >= 0,
            p.root_square(p.square(y)),
            p.multiply(size, p.by(z - y >= 0, above)),
        ),
    )
    part = positive_part(y)
    below = p.by(part <= z, shorter)
    positive = positive_part_lines(p, y)[0]
    return p.by(part**2 <= squared(moved), p.multiply(below, p.by(z + part >= 0, size, positive)))


def _beyond(p: Prover) -> tuple[Line, Line, Line]:
    """For e > 0: e = |x| - root(D), |x| > 0, and |x| 1/|x| = 1."""
    beyond = p.assume(excess > 0)
    gap = excess - norm(x_t) + root(horizon)
    exact = p.by(gap.eq(0), p.cancel(excess_lines(p)[2], beyond, gap))
    long = p.by(norm(x_t) > 0, exact, beyond, p.root_nonnegative(horizon))
    return exact, long, p.inverse(norm(x_t), long)


def _before(p: Prover) -> Line:
    """For e <= 0: e = 0."""
    return p.both(excess_lines(p)[0], p.by(-excess >= 0, p.assume(excess <= 0)))


def _far(p: Prover, goal: Relation) -> Line:
    """Beyond the horizon: start at Px = (1 - e/|x|) x, whose length is root(D)."""
    exact, long, one = _beyond(p)
    inverse = p.inverse_nonnegative(long)
    rest, moved = 1 - pull, pull * x_t - gamma * step
    rest_sign = p.by(
        rest >= 0,
        p.multiply(inverse, p.root_nonnegative(horizon)),
        p.times(exact, 1 / norm(x_t)),
        one,
    )
    start = p.by((rest * norm(x_t) - root(horizon)).eq(0), exact, p.times(one, excess))
    z = norm(moved)
    near = p.by(
        (z + root(horizon)) ** 2 - squared(x_t - gamma * step) >= 0,
        p.multiply(rest_sign, p.cauchy_schwarz(moved, x_t)),
        p.times(start, z),
        p.times(start, root(horizon) + rest * norm(x_t)),
    )
    part = p.by((pull * norm(x_t) - excess).eq(0), p.times(one, excess))
    landing = _landing(p, moved, near)
    return p.by(goal, landing, p.times(part, pull * norm(x_t) + excess))


def _near(p: Prover, goal: Relation) -> Line:
    """Before the horizon: start at x itself."""
    above, none = excess_lines(p)[1], _before(p)
    moved = -gamma * step
    inside = p.by(norm(x_t) <= root(horizon), above, none)
    z, size = norm(moved), p.norm_nonnegative(moved)
    both = p.by(
        root(horizon) + norm(x_t) >= 0, p.root_nonnegative(horizon), p.norm_nonnegative(x_t)
    )
    near = p.by(
        (z + root(horizon)) ** 2 - squared(x_t - gamma * step) >= 0,
        p.cauchy_schwarz(moved, x_t),
        p.multiply(inside, size),
        p.multiply(inside, both),
    )
    landing = _landing(p, moved, near)
    return p.by(
        goal, landing, p.times(none, excess), p.times(none, gamma / norm(x_t) * (x_t @ step))
    )


PATHWISE = next_excess**2 <= distance - 2 * gamma * pull * (x_t @ step) + gamma**2 * squared(step)


def step_line(p: Prover) -> Line:
    """e_{t+1}^2 <= e_t^2 - 2 gamma (e/|x|) <x, k> + gamma^2 |k|^2."""
    return p.cases(excess, _far(p, PATHWISE), _near(p, PATHWISE))


def _drift(p: Prover, rule: Rule) -> tuple[Line, Line]:
    """The mean of `step_line`, and that e_{t+1}^2 has one."""
    of_square = rule.square(p)
    along = inner_integrable(p, step, x_t, of_square)
    fixed = p.integrable_deterministic(distance)
    parts = (fixed, (2 * gamma * pull, (), along), (gamma**2, (), of_square))
    bound = distance - 2 * gamma * pull * (x_t @ step) + gamma**2 * squared(step)
    pathwise = step_line(p)
    of_next = p.dominated(
        next_excess**2, bound, p.integrable(bound, *parts), pathwise, p.square(next_excess)
    )
    opened = p.mean(bound - next_excess**2, *parts, of_next)
    inner = p.expect_inner(step, x_t, vector_integrable(p, step, of_square))
    line = p.by(
        expectation(next_excess**2)
        <= distance - 2 * gamma * pull * (x_t @ mean_step) + gamma**2 * expectation(squared(step)),
        p.expect(pathwise),
        opened,
        p.times(inner, 2 * gamma * pull),
    )
    return line, of_next


def gamma_line(p: Prover) -> Line:
    """gamma >= 0."""
    return p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])


def _loss(p: Prover, rule: Rule) -> Line:
    """gamma (e/|x|) <x, E k> >= 0."""
    inverse = p.inverse_nonnegative(p.norm_nonnegative(x_t))
    return p.product(gamma_line(p), inverse, rule.outward(p))


def length_line(p: Prover) -> Line:
    """|x|^2 <= 2 D + 2 e^2."""
    d_line = p.assume(HORIZON["D ≥ 0"])
    sign, above, _ = excess_lines(p)
    sizes = p.norm_nonnegative(x_t), sign, p.root_nonnegative(horizon)
    whole = p.by(norm(x_t) + excess + root(horizon) >= 0, *sizes)
    return p.by(
        2 * horizon + 2 * distance - squared(x_t) >= 0,
        p.multiply(p.by(excess + root(horizon) - norm(x_t) >= 0, above), whole),
        p.square(excess - root(horizon)),
        p.root_square(d_line),
    )


def _siegmund(p: Prover, rule: Rule, which: str) -> Line:
    """Robbins and Siegmund for e^2: a + b |x|^2 <= a + 2 b D + 2 b e^2."""
    a, b = rule.level
    a_line, b_line = rule.level_signs(p)
    drift, of_next = _drift(p, rule)
    d_line = p.assume(HORIZON["D ≥ 0"])
    gg = p.square(gamma)
    factor, added = gamma**2 * (2 * b), gamma**2 * (a + 2 * b * horizon)
    lost = 2 * gamma * pull * (x_t @ mean_step)
    line = p.by(
        expectation(next_excess**2) <= (1 + factor) * distance + added - lost,
        drift,
        p.multiply(gg, rule.growth(p)),
        p.product(gg, b_line, length_line(p)),
    )
    signs = (
        p.square(excess),
        p.by(factor >= 0, p.multiply(gg, b_line)),
        p.by(added >= 0, p.multiply(gg, a_line), p.product(gg, b_line, d_line)),
        p.by(lost >= 0, _loss(p, rule)),
    )
    squares, zero = p.assume(SQUARES["Σγ_t² < ∞"]), p.zero()
    sums = (
        p.comparison("summable", factor, 2 * b, squares, signs[1], zero),
        p.comparison("summable", added, a + 2 * b * horizon, squares, signs[2], zero),
    )
    return p.robbins_siegmund(which, distance, factor, added, lost, line, signs, of_next, sums)


def converges_line(p: Prover, rule: Rule) -> Line:
    """e_t^2 converges."""
    return _siegmund(p, rule, "converges")


def _length(p: Prover, limit: Line) -> Line:
    """|x_t| is bounded where e_t^2 converges."""
    sign, above, _ = excess_lines(p)
    together = p.added(p.constant(root(horizon)), p.bounded(p.of_root(excess, limit, sign)))
    below = p.by(root(horizon) + excess - norm(x_t) >= 0, above)
    return p.comparison("bounded", norm(x_t), term(1), together, p.norm_nonnegative(x_t), below)


def earlier(p: Prover, rule: Rule, claim: str) -> Line:
    """What was proved before of the rule."""
    return p.use(f"{rule.prefix}{claim}")


def sum_line(p: Prover, rule: Rule) -> Line:
    """gamma e <x, E k> is summable: it is |x| times what e^2 loses."""
    lost = _siegmund(p, rule, "summable")
    length = _length(p, earlier(p, rule, "distance-converges"))
    sign = _loss(p, rule)
    long = p.weighted(lost, length, p.by(2 * gamma * pull * (x_t @ mean_step) >= 0, sign))
    kept = gamma * outward
    part = norm(x_t) * pull * gamma * (x_t @ mean_step)
    goal = (part - kept).eq(0)
    one, none = _beyond(p)[2], _before(p)
    exact = p.cases(
        excess,
        p.by(goal, p.times(one, kept)),
        p.by(
            goal,
            p.times(none, gamma * (x_t @ mean_step)),
            p.times(none, norm(x_t) / norm(x_t) * gamma * (x_t @ mean_step)),
        ),
    )
    sign = p.multiply(gamma_line(p), rule.outward(p))
    return p.comparison("summable", kept, term(1) / 2, long, sign, exact)


def bounded_line(p: Prover, rule: Rule) -> Line:
    """|x_t| is bounded."""
    return _length(p, earlier(p, rule, "distance-converges"))


def square_bounded_line(p: Prover, rule: Rule) -> Line:
    """|x_t|^2 is bounded: at most 2 D + 2 e_t^2."""
    limit = p.bounded(earlier(p, rule, "distance-converges"))
    together = p.added(p.constant(horizon), limit)
    return p.comparison("bounded", squared(x_t), term(2), together, p.square(x_t), length_line(p))


def distance_obligations(p: Prover) -> tuple[Line, Line]:
    """What e_t needs to denote."""
    return p.square(norm(x_t) - root(horizon)), p.assume(HORIZON["D ≥ 0"])


def sum_obligations(p: Prover, rule: Rule) -> tuple[Line, ...]:
    """What e_t and E F need to denote."""
    return (*distance_obligations(p), vector_integrable(p, step, rule.square(p)))
