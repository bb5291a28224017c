"""The run as a whole: u_t vanishes, x_t stays bounded, the cost converges, the gradient vanishes."""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.rules import Line
from theory.kernel.terms import AlmostSure, Formula, Term, term
from theory.notation.language import expectation, norm, root, squared
from theory.papers.krum.descent_setting import (
    MOMENTS,
    NONNEGATIVE_STEP,
    gamma,
    horizon,
    mean_step,
    positive_part,
    slope_t,
    u_next,
    u_t,
    x_t,
)
from theory.papers.krum.eq_2_02_phi import positive_part_lines
from theory.papers.krum.eq_2_03_one_step import GROWTH, growth_integrable, moment_bound
from theory.papers.krum.eq_2_05_growth import (
    absorbed,
    absorbed_line,
    absorbed_nonnegative,
    bound_nonnegative,
    by_u,
    by_u_line,
)
from theory.papers.krum.eq_2_07_drift import (
    ANGLES,
    BALL,
    BEYOND,
    SUM,
    cos_a,
    cos_sum,
    drift_line,
    epsilon,
    gradient,
    next_gradient,
    outward_lines,
    sin_a,
    step_has_mean,
    two_angles,
)
from theory.papers.krum.eq_2_14_descent import (
    K_1,
    SECOND_MOMENT,
    TAYLOR,
    cost,
    mean_descent,
    next_cost,
)
from theory.papers.krum.eq_2_14_descent import next_integrable as next_cost_integrable
from theory.papers.krum.eq_2_19_gradient import K_3, K_4, POSITIVE, turned_line
from theory.papers.krum.eq_2_19_gradient import TAYLOR as TAYLOR_RHO
from theory.papers.krum.eq_2_19_gradient import next_integrable as next_rho_integrable
from theory.papers.krum.lemma_error import positive_root
from theory.search.prover import Proved, Prover

above = squared(x_t) - horizon
q = positive_part(above)
"""The root of u_t: how far |x_t|^2 is beyond D."""

rho = squared(gradient)
inner = x_t @ mean_step
along = mean_step @ gradient

STEPS: dict[str, Formula] = {
    "Σγ_t = ∞": AlmostSure("divergent", gamma),
    "Σγ_t² < ∞": AlmostSure("summable", gamma**2),
}
STRICT: dict[str, Formula] = {
    "D > 0": horizon > 0,
    "sin α < 1": sin_a < 1,
    "α + β < π/2: cos(α+β) > 0": cos_sum > 0,
}
CONFINED: dict[str, Formula] = {
    **STEPS,
    **NONNEGATIVE_STEP,
    **MOMENTS,
    **GROWTH,
    **ANGLES,
    **BALL,
    **SUM,
    **BEYOND,
    **STRICT,
}
COST: dict[str, Formula] = {
    "Q ≥ 0": cost >= 0,
    **TAYLOR,
    "K_1 ≥ 0": SECOND_MOMENT["K_1 ≥ 0"],
}
RHO: dict[str, Formula] = {
    **{name: TAYLOR_RHO[name] for name in TAYLOR_RHO if "K_2" not in name},
    **POSITIVE,
}

growth_constant = absorbed * by_u
"""The constant of (2-7)."""

drift = 2 * gamma * inner * slope_t
"""What u_t loses in a step, besides its growth."""

pull = root(horizon) * epsilon * (1 - sin_a) * cos_sum
"""The least part of E Krum_t along x_t beyond the horizon, (2-13)."""


def _growth_nonnegative(p: Prover) -> Line:
    factor = p.by(by_u >= 0, p.square(horizon), p.number(Fraction(1)))
    return p.multiply(absorbed_nonnegative(p), factor)


def _u_step(p: Prover, which: str) -> Line:
    """Robbins and Siegmund for u_t: (2-6) with its first term kept."""
    of_growth = growth_integrable(p)
    known = p.integrable_deterministic(u_t)
    of_next = p.integrable(u_next, of_growth, known)
    opened = p.mean(u_next - u_t, of_next, known)
    gamma_line = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
    constant = _growth_nonnegative(p)
    factor = gamma**2 * growth_constant
    line = p.by(
        expectation(u_next) <= (1 + factor) * u_t + factor - drift,
        absorbed_line(p),
        opened,
        p.product(gamma_line, gamma_line, absorbed_nonnegative(p), by_u_line(p)),
    )
    factor_line = p.multiply(p.square(gamma), constant)
    signs = (
        p.square(q),
        factor_line,
        factor_line,
        p.by(drift >= 0, p.multiply(gamma_line, drift_line(p))),
    )
    sums = p.comparison(
        "summable", factor, growth_constant, p.assume(STEPS["Σγ_t² < ∞"]), factor_line, p.zero()
    )
    return p.robbins_siegmund(which, u_t, factor, factor, drift, line, signs, of_next, (sums, sums))


def pull_line(p: Prover) -> Line:
    """<x_t, E Krum_t> q >= pull q: (2-13) beyond the horizon, and q = 0 before it."""
    beyond = p.assume(q > 0)
    positive, outward, size = outward_lines(p, beyond)
    angle = two_angles(p, positive, outward)
    _, _, zero = positive_part_lines(p, above)
    exact = p.by((q - above).eq(0), p.cancel(zero, beyond, q - above))
    _, square = positive_root(p, horizon, p.assume(STRICT["D > 0"]))
    squares = p.by(norm(x_t) ** 2 - root(horizon) ** 2 >= 0, exact, beyond, square)
    long = p.compare_squares(root(horizon), p.norm_nonnegative(x_t), squares)
    k, g = norm(mean_step), norm(gradient)
    gap = norm(mean_step - gradient)
    sum_ = p.by(
        k + gap >= 0, p.norm_nonnegative(mean_step), p.norm_nonnegative(mean_step - gradient)
    )
    triangle = p.compare_squares(
        g,
        sum_,
        p.by((k + gap) ** 2 - g**2 >= 0, p.cauchy_schwarz(-mean_step, mean_step - gradient)),
    )
    rest = p.by(1 - sin_a > 0, p.assume(STRICT["sin α < 1"]))
    length = p.by(
        k >= epsilon * (1 - sin_a),
        triangle,
        p.assume(next(iter(BALL.values()))),
        p.multiply(p.weaken(rest), size),
    )
    cosine = p.assume(SUM["α + β ≤ π/2: cos(α+β) ≥ 0"])
    far = p.by(
        inner >= pull,
        angle,
        p.product(long, p.norm_nonnegative(mean_step), cosine),
        p.product(p.root_nonnegative(horizon), cosine, length),
    )
    goal = inner * q >= pull * q
    at_far = p.by(goal, p.multiply(far, beyond))
    not_negative, _, _ = positive_part_lines(p, above)
    none = p.both(not_negative, p.by(-q >= 0, p.assume(q <= 0)))
    at_near = p.weaken(p.times(none, inner - pull))
    return p.cases(q, at_far, p.by(goal, at_near))


def _pull_positive(p: Prover) -> Line:
    rooted, _ = positive_root(p, horizon, p.assume(STRICT["D > 0"]))
    return p.product(
        rooted,
        p.assume(BEYOND["ε > 0"]),
        p.by(1 - sin_a > 0, p.assume(STRICT["sin α < 1"])),
        p.assume(STRICT["α + β < π/2: cos(α+β) > 0"]),
    )


def prove_converges(p: Prover) -> Proved:
    """u_t converges."""
    return Proved((_u_step(p, "converges"),), (p.square(above),))


def prove_sum(p: Prover) -> Proved:
    """(2-12): half of what Robbins and Siegmund give."""
    half = term(1) / 2
    body = gamma * inner * slope_t
    sign = p.by(body >= 0, p.multiply(p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"]), drift_line(p)))
    line = p.comparison("summable", body, half, _u_step(p, "summable"), sign, p.zero())
    return Proved((line,), (p.square(above), step_has_mean(p)))


def prove_excess(p: Prover) -> Proved:
    """gamma q is summable: by (2-13) it is at most a multiple of the terms of (2-12)."""
    q_line, _, _ = positive_part_lines(p, above)
    gamma_line = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
    positive = p.by(2 * pull > 0, _pull_positive(p))
    factor = 1 / (2 * pull)
    below = p.by(
        factor * (gamma * inner * slope_t) - gamma * q >= 0,
        p.product(p.inverse_nonnegative(positive), gamma_line, pull_line(p)),
        p.times(p.inverse(2 * pull, positive), gamma * q),
    )
    sign = p.multiply(gamma_line, q_line)
    line = p.comparison("summable", gamma * q, factor, p.use("2-12"), sign, below)
    return Proved((line,), (p.square(above),))


def root_of_u(p: Prover) -> Line:
    """q vanishes: q converges, gamma q is summable, and gamma is not."""
    q_line, _, _ = positive_part_lines(p, above)
    limit = p.of_root(q, p.use("2-12-converges"), q_line)
    gamma_line = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
    sums, infinite = p.use("excess"), p.assume(STEPS["Σγ_t = ∞"])
    return p.vanishing(q, gamma, sums, infinite, limit, (q_line, gamma_line))


def prove_root(p: Prover) -> Proved:
    """The root of u_t vanishes."""
    return Proved((root_of_u(p),), (p.square(above),))


def prove_vanishes(p: Prover) -> Proved:
    """u_t tends to 0."""
    vanishing = p.use("root-of-u")
    return Proved((p.damped(vanishing, p.bounded(vanishing)),), (p.square(above),))


def bounded_line(p: Prover) -> Line:
    """|x_t|^2 <= D + q is bounded."""
    _, q_above, _ = positive_part_lines(p, above)
    together = p.added(p.constant(horizon), p.bounded(p.use("root-of-u")))
    below = p.by(horizon + q - squared(x_t) >= 0, q_above)
    return p.comparison("bounded", squared(x_t), term(1), together, p.square(x_t), below)


def prove_bounded(p: Prover) -> Proved:
    """|x_t|^2 is bounded on every path."""
    return Proved((bounded_line(p),))


def moment_sum(p: Prover, factor: Term, factor_line: Line) -> Line:
    """gamma^2 M (1 + |x_t|^2) factor is summable: |x_t|^2 is bounded on every path."""
    weight = p.added(p.constant(term(1)), p.use("bounded"))
    sums = p.weighted(p.assume(STEPS["Σγ_t² < ∞"]), weight, p.square(gamma))
    x = gamma**2 * (1 + squared(x_t)) * (moment_bound * factor)
    size = p.by(1 + squared(x_t) >= 0, p.square(x_t), p.number(Fraction(1)))
    sign = p.product(p.square(gamma), size, bound_nonnegative(p), factor_line)
    return p.comparison("summable", x, moment_bound * factor, sums, sign, p.zero())


def along_nonnegative(p: Prover) -> Line:
    """<E Krum_t, grad> >= (1 - sin alpha) rho >= 0: the ball again."""
    inside = p.multiply(p.assume(next(iter(BALL.values()))), p.norm_nonnegative(gradient))
    return p.by(
        along >= (1 - sin_a) * rho, p.cauchy_schwarz(gradient - mean_step, gradient), inside
    )


def _cost_step(p: Prover, which: str) -> Line:
    """Robbins and Siegmund for h_t."""
    second = p.assume(GROWTH["E‖Krum_t‖² ≤ M(1+‖x_t‖²)"])
    k_1, gamma_line = p.assume(COST["K_1 ≥ 0"]), p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
    factor = K_1 / 2
    b = gamma**2 * (1 + squared(x_t)) * (moment_bound * factor)
    c = gamma * along
    of_next = next_cost_integrable(p)
    opened = p.mean(next_cost - cost, of_next, p.integrable_deterministic(cost))
    line = p.by(
        expectation(next_cost) <= (1 + term(0)) * cost + b - c,
        mean_descent(p),
        opened,
        p.product(p.square(gamma), k_1, second),
    )
    size = p.by(1 + squared(x_t) >= 0, p.square(x_t), p.number(Fraction(1)))
    half = p.by(factor >= 0, k_1)
    rest = p.weaken(p.by(1 - sin_a > 0, p.assume(STRICT["sin α < 1"])))
    direction = p.by(along >= 0, along_nonnegative(p), p.multiply(rest, p.square(gradient)))
    signs = (
        p.assume(COST["Q ≥ 0"]),
        p.zero(),
        p.product(p.square(gamma), size, bound_nonnegative(p), half),
        p.multiply(gamma_line, direction),
    )
    sums = (p.nothing(), moment_sum(p, factor, half))
    return p.robbins_siegmund(which, cost, term(0), b, c, line, signs, of_next, sums)


def prove_cost_converges(p: Prover) -> Proved:
    """h_t converges."""
    return Proved((_cost_step(p, "converges"),))


def prove_cost_sum(p: Prover) -> Proved:
    """(2-18)."""
    return Proved((_cost_step(p, "summable"),), (step_has_mean(p),))


def rho_converges_line(p: Prover) -> Line:
    """Robbins and Siegmund for rho_t, with the sum of (2-18) as part of its growth."""
    second = p.assume(GROWTH["E‖Krum_t‖² ≤ M(1+‖x_t‖²)"])
    k_3, k_4 = p.assume(RHO["K_3 ≥ 0"]), p.assume(RHO["K_4 ≥ 0"])
    positive = p.assume(RHO["α < π/2: cos α > 0"])
    turn = 2 * (K_4 / cos_a)
    rest = gamma**2 * (1 + squared(x_t)) * (moment_bound * K_3)
    b = gamma * along * turn + rest
    of_next = next_rho_integrable(p)
    following = squared(next_gradient)
    opened = p.mean(following - rho, of_next, p.integrable_deterministic(rho))
    line = p.by(
        expectation(following) <= (1 + term(0)) * rho + b - term(0),
        turned_line(p),
        opened,
        p.product(p.square(gamma), k_3, second),
    )
    turn_line = p.by(turn >= 0, p.multiply(k_4, p.inverse_nonnegative(positive)))
    gamma_line = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
    below_one = p.weaken(p.by(1 - sin_a > 0, p.assume(STRICT["sin α < 1"])))
    direction = p.by(along >= 0, along_nonnegative(p), p.multiply(below_one, p.square(gradient)))
    moving = p.product(gamma_line, direction, turn_line)
    size = p.by(1 + squared(x_t) >= 0, p.square(x_t), p.number(Fraction(1)))
    resting = p.product(p.square(gamma), size, bound_nonnegative(p), k_3)
    of_moving = p.comparison(
        "summable", gamma * along * turn, turn, p.use("2-18"), moving, p.zero()
    )
    sums = (p.nothing(), p.added(of_moving, moment_sum(p, K_3, k_3)))
    signs = (p.square(gradient), p.zero(), p.by(b >= 0, moving, resting), p.zero())
    return p.robbins_siegmund("converges", rho, term(0), b, term(0), line, signs, of_next, sums)


def prove_rho_converges(p: Prover) -> Proved:
    """rho_t converges."""
    return Proved((rho_converges_line(p),))


def rho_sum_line(p: Prover) -> Line:
    """gamma rho is summable: (1 - sin alpha) gamma rho <= gamma <E Krum_t, grad>."""
    gamma_line = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
    positive = p.by(1 - sin_a > 0, p.assume(STRICT["sin α < 1"]))
    factor = 1 / (1 - sin_a)
    below = p.by(
        factor * (gamma * along) - gamma * rho >= 0,
        p.product(p.inverse_nonnegative(positive), gamma_line, along_nonnegative(p)),
        p.times(p.inverse(1 - sin_a, positive), gamma * rho),
    )
    return p.comparison(
        "summable",
        gamma * rho,
        factor,
        p.use("2-18"),
        p.multiply(gamma_line, p.square(gradient)),
        below,
    )


def prove_rho_sum(p: Prover) -> Proved:
    """(2-23)."""
    return Proved((rho_sum_line(p),))
