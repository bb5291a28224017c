"""Ours: Proposition 2 without bounds of derivatives that hold everywhere, by cutting Q off.

Beyond the horizon the run spends little: the sum of gamma_t sqrt(u_t) is finite. So Q may be
replaced there by anything: let the cost R be Q where |x|^2 <= D + 1 and 0 far away. Its gradient is
bounded and Lipschitz. What the step does wrong for R beyond the horizon is at most
gamma_t sqrt(u_t) times something bounded. In the end the run stays where R is Q.
"""

from __future__ import annotations

from collections.abc import Callable

from theory.kernel.rules import Line
from theory.kernel.terms import AlmostSure, Formula, Term, term
from theory.notation.document import Step
from theory.notation.language import Look, expectation, norm, squared
from theory.papers.krum import run
from theory.papers.krum.descent_setting import (
    NONNEGATIVE_STEP,
    gamma,
    mean_step,
    positive_part,
    step,
    x_t,
)
from theory.papers.krum.eq_2_02_phi import positive_part_lines
from theory.papers.krum.eq_2_03_one_step import GROWTH, moment_bound, moments, step_integrable
from theory.papers.krum.eq_2_07_drift import ANGLES, BALL, gradient, sin_a
from theory.papers.krum.eq_2_14_descent import K_1
from theory.papers.krum.run_claims import run_claim
from theory.papers.krum.setting import language
from theory.papers.krum.smooth_cost import (
    SECOND,
    SmoothCost,
    of_gradient,
    of_gradient_nonnegative,
    one_less_sine,
    rho,
    second_moment,
)
from theory.search.prover import Proved, Prover

tame_cost = language.scalar("tame_cost", Look("R(x_t)"), varies=True)
next_tame_cost = language.scalar("next_tame_cost", Look("R(x_{t+1})"), random=True)
language.successor(tame_cost, next_tame_cost)
tame = language.plain_vector("tame_gradient", Look("∇R(x_t)"), varies=True)
next_tame = language.plain_vector("next_tame_gradient", Look("∇R(x_{t+1})"), random=True)
language.successor(tame, next_tame)
top = language.scalar("top", Look("L"))

CUT = SmoothCost("R", tame_cost, next_tame_cost, tame, next_tame, source="cut-off: ")
steepness = CUT.steepness
near = positive_part(1 - run.q)
"""Positive where |x_t|^2 < D + 1."""

NEAR: dict[str, Formula] = {
    "cut-off: ∇R(x_t) = ∇Q(x_t) where ‖x_t‖² < D + 1": (near * squared(tame - gradient)).eq(0)
}
BOUNDED: dict[str, Formula] = {"cut-off: ‖∇R‖ ≤ L": norm(tame) <= top}
NEEDS: dict[str, Formula] = {**run.CONFINED, **SECOND, **CUT.needs, **NEAR, **BOUNDED}
PROVED = "PROVED FROM Robbins–Siegmund, cut-off"

spread = moment_bound * (1 + squared(x_t))
"""The bound of E|Krum_t|^2 by (iii)."""
off = spread + 2 * top**2
"""By how much a step beyond the horizon may go wrong for R, over gamma_t sqrt(u_t)."""


def by_place(p: Prover, inside: Callable[[Line], Line], outside: Callable[[Line], Line]) -> Line:
    """A line that holds where |x_t|^2 < D + 1, given |grad R - grad Q| = 0, and where q >= 1."""
    gap = tame - gradient
    positive = p.assume(near > 0)
    zero_square = p.cancel(p.assume(next(iter(NEAR.values()))), positive, squared(gap))
    none = p.by(-(norm(gap) ** 2) >= 0, zero_square)
    not_longer = p.compare_squares(norm(gap), p.zero(), none)
    same = p.both(p.norm_nonnegative(gap), not_longer)
    _, above, _ = positive_part_lines(p, 1 - run.q)
    far = p.by(run.q >= 1, above, p.assume(near <= 0))
    return p.cases(near, inside(same), outside(far))


def _excess_nonnegative(p: Prover) -> Line:
    """q >= 0."""
    return positive_part_lines(p, run.above)[0]


def _spread(p: Prover) -> tuple[Line, Line]:
    """E|Krum_t|^2 is at most M (1 + |x_t|^2), which is not negative."""
    bound = p.assume(GROWTH["E‖Krum_t‖² ≤ M(1+‖x_t‖²)"])
    return bound, p.by(spread >= 0, bound, p.expect(p.square(step)))


def _steepness_bound(p: Prover) -> Line:
    """|grad R|^2 <= L^2."""
    length = p.assume(BOUNDED["cut-off: ‖∇R‖ ≤ L"])
    size = p.norm_nonnegative(tame)
    return p.by(
        steepness <= top**2, p.multiply(length, p.by(top + norm(tame) >= 0, size, size, length))
    )


def along_line(p: Prover) -> Line:
    """<E Krum_t, grad R> >= (1 - sin alpha) |grad R|^2 - q (M (1 + |x_t|^2) + 2 L^2)."""
    goal = mean_step @ tame >= (1 - sin_a) * steepness - run.q * off
    spread_bound, spread_line = _spread(p)
    off_line = p.by(off >= 0, spread_line, p.square(top))
    sine = p.assume(ANGLES["0 ≤ α ≤ π/2: sin α ≥ 0"])

    def inside(same: Line) -> Line:
        gap = tame - gradient
        distance = p.compare_squares(
            norm(mean_step - tame),
            p.norm_nonnegative(mean_step - gradient),
            p.by(
                norm(mean_step - gradient) ** 2 - norm(mean_step - tame) ** 2 >= 0,
                p.cauchy_schwarz(gradient - mean_step, gap),
                p.times(same, norm(mean_step - gradient)),
                p.times(same, norm(gap)),
            ),
        )
        length = p.compare_squares(
            norm(gradient),
            p.norm_nonnegative(tame),
            p.by(
                norm(tame) ** 2 - norm(gradient) ** 2 >= 0,
                p.cauchy_schwarz(-gap, tame),
                p.times(same, norm(tame)),
                p.times(same, norm(gap)),
            ),
        )
        ball = p.by(
            norm(mean_step - tame) <= sin_a * norm(tame),
            distance,
            p.assume(next(iter(BALL.values()))),
            p.multiply(sine, length),
        )
        return p.by(
            goal,
            p.cauchy_schwarz(tame - mean_step, tame),
            p.multiply(ball, p.norm_nonnegative(tame)),
            p.multiply(_excess_nonnegative(p), off_line),
        )

    def outside(far: Line) -> Line:
        of_square = moments(p)[2]
        fixed = p.integrable_deterministic(steepness)
        inner = CUT.inner_integrable(p, of_square)
        opened = p.mean(squared(step + tame), of_square, (term(2), (), inner), fixed)
        return p.by(
            goal,
            p.expect(p.square(step + tame)),
            opened,
            p.expect_inner(step, tame, step_integrable(p, of_square)),
            spread_bound,
            spread_line,
            p.multiply(sine, p.square(tame)),
            _steepness_bound(p),
            p.square(top),
            p.multiply(far, off_line),
        )

    return by_place(p, inside, outside)


def moment_line(p: Prover) -> Line:
    """E|Krum_t|^2 <= N |grad R|^2 + q (M (1 + |x_t|^2) + 2 L^2)."""
    goal = expectation(squared(step)) <= of_gradient * steepness + run.q * off
    spread_bound, spread_line = _spread(p)
    off_line = p.by(off >= 0, spread_line, p.square(top))
    large = of_gradient_nonnegative(p)

    def inside(same: Line) -> Line:
        gap = tame - gradient
        shorter = p.by(
            rho <= steepness,
            p.cauchy_schwarz(-gap, tame),
            p.times(same, norm(tame)),
            p.times(same, norm(gap)),
        )
        return p.by(
            goal,
            second_moment(p),
            p.multiply(large, shorter),
            p.multiply(_excess_nonnegative(p), off_line),
        )

    def outside(far: Line) -> Line:
        return p.by(
            goal,
            spread_bound,
            p.square(top),
            p.multiply(far, off_line),
            p.multiply(large, p.square(tame)),
        )

    return by_place(p, inside, outside)


def equal_line(p: Prover) -> Line:
    """(rho - |grad R|^2) max(1 - q, 0) = 0."""
    gap = tame - gradient

    def inside(same: Line) -> Line:
        facts = (
            p.cauchy_schwarz(-gap, tame),
            p.cauchy_schwarz(gap, tame),
            p.times(same, norm(tame)),
            p.times(same, norm(gap)),
            p.square(gap),
        )
        equal = p.both(p.by(rho - steepness >= 0, *facts), p.by(steepness - rho >= 0, *facts))
        return p.times(equal, near)

    def outside(_: Line) -> Line:
        not_negative, _, _ = positive_part_lines(p, 1 - run.q)
        none = p.both(not_negative, p.by(-near >= 0, p.assume(near <= 0)))
        return p.times(none, rho - steepness)

    return by_place(p, inside, outside)


def _gamma(p: Prover) -> Line:
    return p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])


def _excess(p: Prover) -> tuple[Line, Line]:
    """gamma q (M (1 + |x_t|^2) + 2 L^2) is not negative and summable, as |x_t|^2 is bounded."""
    rate = p.multiply(_gamma(p), _excess_nonnegative(p))
    _, spread_line = _spread(p)
    not_negative = p.multiply(rate, p.by(off >= 0, spread_line, p.square(top)))
    weight = p.added(p.constant(term(1)), p.use("bounded"))
    sums = p.weighted(p.use("excess"), weight, rate)
    factor = moment_bound + 2 * top**2
    below = p.by(
        factor * (gamma * run.q * (1 + squared(x_t))) - gamma * run.q * off >= 0,
        p.product(rate, p.square(top), p.square(x_t)),
    )
    x = gamma * run.q * off
    return not_negative, p.comparison("summable", x, factor, sums, not_negative, below)


def _noise_nonnegative(p: Prover, factor: Term, factor_line: Line) -> Line:
    """gamma^2 (1 + |x_t|^2) M times the factor is not negative."""
    return p.multiply(p.multiply(p.square(gamma), _spread(p)[1]), factor_line)


def prove_sum(p: Prover) -> Proved:
    """gamma |grad R|^2 is summable: Robbins and Siegmund for R(x_t)."""
    bend, half = K_1 / 2, p.by(K_1 / 2 >= 0, CUT.bend_nonnegative(p))
    excess_line, excess = _excess(p)
    b = gamma * run.q * off + gamma**2 * (1 + squared(x_t)) * (moment_bound * bend)
    c = gamma * (1 - sin_a) * steepness
    line = p.by(
        expectation(next_tame_cost) <= (1 + term(0)) * tame_cost + b - c,
        CUT.descent(p, moments(p)[2]),
        p.multiply(_gamma(p), along_line(p)),
        p.product(p.square(gamma), half, _spread(p)[0]),
    )
    rate = p.multiply(_gamma(p), p.square(tame))
    falls = p.by(c >= 0, p.multiply(rate, one_less_sine(p)))
    rises = p.by(b >= 0, excess_line, _noise_nonnegative(p, bend, half))
    signs = (CUT.not_negative(p), p.zero(), rises, falls)
    sums = (p.nothing(), p.added(excess, run.moment_sum(p, bend, half)))
    lost = p.robbins_siegmund(
        "summable", tame_cost, term(0), b, c, line, signs, CUT.next_integrable(p), sums
    )
    positive = p.by(1 - sin_a > 0, p.assume(run.STRICT["sin α < 1"]))
    factor = 1 / (1 - sin_a)
    exact = p.by(
        (factor * c - gamma * steepness).eq(0),
        p.times(p.inverse(1 - sin_a, positive), gamma * steepness),
    )
    return Proved((p.comparison("summable", gamma * steepness, factor, lost, rate, exact),))


def prove_converges(p: Prover) -> Proved:
    """|grad R|^2 converges: Robbins and Siegmund once more."""
    bend, square = CUT.bend_nonnegative(p), p.square(K_1)
    mean, of_next = CUT.steepening(p, moments(p)[2])
    factor = K_1 * (1 + of_gradient)
    moving = gamma * steepness * factor
    straying = gamma * run.q * off * K_1
    shaking = gamma**2 * (1 + squared(x_t)) * (moment_bound * K_1**2)
    b = moving + straying + shaking
    line = p.by(
        expectation(squared(next_tame)) <= (1 + term(0)) * steepness + b - term(0),
        mean,
        p.product(_gamma(p), bend, moment_line(p)),
        p.product(p.square(gamma), square, _spread(p)[0]),
    )
    rate = p.multiply(_gamma(p), p.square(tame))
    large = p.by(factor >= 0, bend, p.multiply(bend, of_gradient_nonnegative(p)))
    excess_line, excess = _excess(p)
    moves, strays = p.multiply(rate, large), p.multiply(excess_line, bend)
    rises = p.by(b >= 0, moves, strays, _noise_nonnegative(p, K_1**2, square))
    zero = p.zero()
    sums = p.added(
        p.added(
            p.comparison("summable", moving, factor, p.use("cut-sum"), moves, zero),
            p.comparison("summable", straying, K_1, excess, strays, zero),
        ),
        run.moment_sum(p, K_1**2, square),
    )
    signs = (p.square(tame), zero, rises, zero)
    limit = p.robbins_siegmund(
        "converges", steepness, term(0), b, term(0), line, signs, of_next, (p.nothing(), sums)
    )
    return Proved((limit,))


def prove_vanishes(p: Prover) -> Proved:
    """|grad R|^2 tends to 0."""
    signs = (p.square(tame), _gamma(p))
    sums, infinite = p.use("cut-sum"), p.assume(run.STEPS["Σγ_t = ∞"])
    return Proved((p.vanishing(steepness, gamma, sums, infinite, p.use("cut-converges"), signs),))


def prove_gradient_vanishes(p: Prover) -> Proved:
    """Proposition 2: in the end the run stays where R is Q."""
    gap = rho - steepness
    _, above, _ = positive_part_lines(p, 1 - run.q)
    line = p.eventually(gap, near, p.use("root-of-u"), equal_line(p), above)
    return Proved((p.added(p.use("cut-vanishes"), line),))


STEP = Step(
    equation="cut-off",
    title="Far away the cost may be replaced",
    section="ours",
    explanation=(
        "The notes bound derivatives of Q along the run by constants; but the bound of ‖x_t‖ is random, "
        "and a step may leave any ball. Neither matters. Let R be Q where ‖x‖² ≤ D + 1, and 0 far away. "
        "Where q_t = max(‖x_t‖² − D, 0) is less than 1, a step does for R what it does for Q. Elsewhere it "
        "may do harm, at most γ_tq_t times something bounded, and Σγ_tq_t < ∞: that harm has a finite sum. "
        "In the end q_t < 1, and the run stays where R is Q."
    ),
    uses=("2-12", "bounded", "ball"),
    claims=(
        run_claim(
            "cut-sum",
            "the sum of γ_t‖∇R(x_t)‖² is finite",
            AlmostSure("summable", gamma * steepness),
            NEEDS,
            prove_sum,
            PROVED,
            why="Robbins and Siegmund for R(x_t).",
        ),
        run_claim(
            "cut-converges",
            "‖∇R(x_t)‖² converges",
            AlmostSure("converges", steepness),
            NEEDS,
            prove_converges,
            PROVED,
            why=(
                "Robbins and Siegmund for ‖∇R(x_t)‖², which rises by a multiple of γ_t times itself, "
                "and by what has a finite sum."
            ),
        ),
        run_claim(
            "cut-vanishes",
            "‖∇R(x_t)‖² converges to zero",
            AlmostSure("vanishes", steepness),
            NEEDS,
            prove_vanishes,
            PROVED,
            why="Σγ_t‖∇R‖² < ∞, Σγ_t = ∞, and ‖∇R‖² converges: its limit can only be 0.",
        ),
    ),
)
