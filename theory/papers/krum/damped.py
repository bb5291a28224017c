"""Ours: the gradient tends to 0, by two more almost supermartingales; no derivative has a bound.

x_t is bounded on every path, but by no constant, and steps may be long. So Q is damped: let s be a
positive function of |x|^2 that is so small far away that s Q and s grad Q vary slowly. Near the
horizon s is 1. What damping adds to the gradient of s Q points along -x, beyond the horizon alone,
where the run spends little (confined). So the sum of gamma s |grad Q|^2 is finite, and
s^2 |grad Q|^2 tends to 0. Along a bounded run s stays away from 0.
"""

from __future__ import annotations

from theory.kernel.rules import Line
from theory.kernel.terms import AlmostSure, Formula, Term, term
from theory.notation.language import Look, expectation, squared
from theory.papers.krum import confined
from theory.papers.krum.confined import DIVERGENT, SQUARES, Rule, earlier, excess, gamma_line
from theory.papers.krum.descent_setting import NONNEGATIVE_STEP, gamma, x_t
from theory.papers.krum.eq_2_07_drift import gradient, next_gradient
from theory.papers.krum.eq_2_14_descent import K_1
from theory.papers.krum.setting import language
from theory.papers.krum.smooth_cost import SmoothCost, rho
from theory.search.prover import Prover

tame_cost = language.scalar("tame_cost", Look("R(x_t)"), varies=True)
next_tame_cost = language.scalar("next_tame_cost", Look("R(x_{t+1})"), random=True)
language.successor(tame_cost, next_tame_cost)
damper = language.scalar("damper", Look("s(x_t)"), varies=True)
next_damper = language.scalar("next_damper", Look("s(x_{t+1})"), random=True)
language.successor(damper, next_damper)
back = language.scalar("back", Look("c(x_t)"), varies=True)

tame = damper * gradient
DAMPED = SmoothCost(
    "R",
    tame_cost,
    next_tame_cost,
    tame - back * excess * x_t,
    "s∇Q",
    damper,
    next_damper,
    source="damping: ",
)
LIMITS: dict[str, Formula] = {
    "damping: s > 0": damper > 0,
    "damping: s ≤ 1": damper <= 1,
    "damping: c ≤ 1": back <= 1,
    "damping: 1/s(x_t) is bounded, as x_t is": AlmostSure("bounded", 1 / damper),
}
DAMPING: dict[str, Formula] = {**DAMPED.needs, **LIMITS}


def needs(rule: Rule) -> dict[str, Formula]:
    """What the theorem assumes for a rule."""
    return {**DIVERGENT, **SQUARES, **NONNEGATIVE_STEP, **rule.needs, **DAMPING}


def _positive(p: Prover) -> Line:
    return p.assume(LIMITS["damping: s > 0"])


def _size(p: Prover) -> Line:
    """s >= 0."""
    return p.weaken(_positive(p))


def _noise(p: Prover, rule: Rule, factor: Term, factor_line: Line) -> tuple[Term, Line, Line]:
    """gamma^2 (a + b |x|^2) factor: it is not negative, and summable, as |x_t|^2 is bounded."""
    a, b = rule.level
    a_line, b_line = rule.level_signs(p)
    weight = p.added(
        p.constant(a),
        p.comparison(
            "bounded",
            b * squared(x_t),
            b,
            earlier(p, rule, "confined"),
            p.multiply(b_line, p.square(x_t)),
            p.zero(),
        ),
    )
    sums = p.weighted(p.assume(SQUARES["Σγ_t² < ∞"]), weight, p.square(gamma))
    x = gamma**2 * (a + b * squared(x_t)) * factor
    size = p.by(a + b * squared(x_t) >= 0, a_line, p.multiply(b_line, p.square(x_t)))
    sign = p.product(p.square(gamma), size, factor_line)
    return x, sign, p.comparison("summable", x, factor, sums, sign, p.zero())


def _moment(p: Prover, rule: Rule, factor_line: Line) -> Line:
    """gamma^2 E|F|^2 factor <= gamma^2 (a + b |x|^2) factor."""
    return p.product(p.square(gamma), factor_line, rule.growth(p))


def sum_line(p: Prover, rule: Rule) -> Line:
    """gamma s rho is summable: Robbins and Siegmund for R(x_t)."""
    bend = DAMPED.bend_nonnegative(p)
    half = p.by(K_1 / 2 >= 0, bend)
    noise, noise_sign, noise_sum = _noise(p, rule, K_1 / 2, half)
    outside = gamma * confined.outward
    outside_sign = p.multiply(gamma_line(p), rule.outward(p))
    share = rule.share
    falls = gamma * damper * share * rho
    of_square = rule.square(p)
    rate = p.multiply(gamma_line(p), _size(p))
    c_less = p.assume(LIMITS["damping: c ≤ 1"])
    line = p.by(
        expectation(next_tame_cost) <= (1 + term(0)) * tame_cost + (outside + noise) - falls,
        DAMPED.descent(p, of_square),
        p.multiply(rate, rule.descent(p)),
        p.multiply(outside_sign, c_less),
        _moment(p, rule, half),
    )
    positive = rule.share_positive(p)
    kept = p.multiply(rate, p.square(gradient))
    signs = (
        DAMPED.not_negative(p),
        p.zero(),
        p.by(outside + noise >= 0, outside_sign, noise_sign),
        p.by(falls >= 0, p.multiply(kept, p.weaken(positive))),
    )
    sums = (
        p.nothing(),
        p.added(earlier(p, rule, "distance-sum"), noise_sum),
    )
    of_next = DAMPED.next_integrable(p, of_square)
    lost = p.robbins_siegmund(
        "summable", tame_cost, term(0), outside + noise, falls, line, signs, of_next, sums
    )
    exact = p.by(
        (1 / share * falls - gamma * damper * rho).eq(0),
        p.times(p.inverse(share, positive), gamma * damper * rho),
    )
    return p.comparison("summable", gamma * damper * rho, 1 / share, lost, kept, exact)


def converges_line(p: Prover, rule: Rule) -> Line:
    """s^2 rho converges: it rises by a multiple of gamma s rho, and by what has a finite sum."""
    bend = DAMPED.bend_nonnegative(p)
    noise, noise_sign, noise_sum = _noise(p, rule, K_1**2, p.square(K_1))
    mean, of_next = DAMPED.steepening(p, rule.square(p), _size(p))
    factor = K_1 * (1 + rule.most)
    rises = gamma * damper * rho * factor
    rate = p.multiply(gamma_line(p), _size(p))
    following = squared(next_damper * next_gradient)
    line = p.by(
        expectation(following) <= (1 + term(0)) * squared(tame) + (rises + noise) - term(0),
        mean,
        p.product(rate, bend, rule.moment(p)),
        _moment(p, rule, p.square(K_1)),
    )
    large = p.by(factor >= 0, bend, p.multiply(bend, rule.most_nonnegative(p)))
    sign = p.product(rate, p.square(gradient), large)
    zero = p.zero()
    sums = p.added(
        p.comparison("summable", rises, factor, earlier(p, rule, "damped-sum"), sign, zero),
        noise_sum,
    )
    signs = (p.square(tame), zero, p.by(rises + noise >= 0, sign, noise_sign), zero)
    return p.robbins_siegmund(
        "converges", squared(tame), term(0), rises + noise, term(0), line, signs, of_next,
        (p.nothing(), sums),
    )  # fmt: skip


def vanishes_line(p: Prover, rule: Rule) -> Line:
    """s^2 rho tends to 0: it converges, and gamma s^2 rho is summable although gamma is not."""
    rate = p.multiply(gamma_line(p), _size(p))
    below = p.product(rate, p.square(gradient), p.assume(LIMITS["damping: s ≤ 1"]))
    sign = p.multiply(gamma_line(p), p.square(tame))
    sums = p.comparison(
        "summable",
        gamma * squared(tame),
        term(1),
        earlier(p, rule, "damped-sum"),
        sign,
        below,
    )
    infinite = p.assume(DIVERGENT["Σγ_t = ∞"])
    limit = earlier(p, rule, "damped-converges")
    return p.vanishing(squared(tame), gamma, sums, infinite, limit, (p.square(tame), gamma_line(p)))


def gradient_line(p: Prover, rule: Rule) -> Line:
    """rho tends to 0: it is s^2 rho over s^2, and 1/s(x_t) is bounded."""
    limit = earlier(p, rule, "damped-vanishes")
    stretch = p.assume(LIMITS["damping: 1/s(x_t) is bounded, as x_t is"])
    stretched = p.damped(p.damped(limit, stretch), stretch)
    one = p.inverse(damper, _positive(p))
    gap = rho - squared(tame) / damper / damper
    exact = p.by((gap * term(1)).eq(0), p.times(one, rho), p.times(one, damper / damper * rho))
    equal = p.eventually(gap, term(1), limit, exact, p.square(tame))
    return p.added(stretched, equal)
