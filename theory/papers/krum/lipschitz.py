"""Ours: with a Lipschitz gradient, Definition 1 as it stands is enough, and half the hypotheses go.

Two almost supermartingales do: the cost gives the sum of gamma_t rho_t, and the squared gradient
converges, as it changes in a step by a multiple of gamma_t rho_t.
"""

from __future__ import annotations

from theory.kernel.rules import Line
from theory.kernel.terms import AlmostSure, Formula, term
from theory.notation.document import Step
from theory.notation.language import expectation, squared
from theory.papers.krum.descent_setting import NONNEGATIVE_STEP, gamma
from theory.papers.krum.eq_2_07_drift import CONE, gradient, next_gradient, sin_a
from theory.papers.krum.eq_2_14_descent import BELOW_ONE, K_1, cost, next_cost
from theory.papers.krum.run import STEPS
from theory.papers.krum.run_claims import run_claim
from theory.papers.krum.smooth_cost import (
    EVERYWHERE,
    SECOND,
    SQUARE,
    of_gradient,
    of_gradient_nonnegative,
    one_less_sine,
    rho,
    second_moment,
)
from theory.search.prover import Proved, Prover

SHORT: dict[str, Formula] = {
    "γ_t K_1 N ≤ 1 − sin α, with N = C_2(1+τ²)": gamma * K_1 * of_gradient <= 1 - sin_a
}
NEEDS: dict[str, Formula] = {
    "Σγ_t = ∞": STEPS["Σγ_t = ∞"],
    **NONNEGATIVE_STEP,
    **SQUARE,
    **EVERYWHERE.needs,
    **SECOND,
    **CONE,
    **BELOW_ONE,
    "sin α ≥ 0": sin_a >= 0,
    **SHORT,
}
PROVED = "PROVED FROM Robbins–Siegmund, descent lemma"


def _rate(p: Prover) -> tuple[Line, Line]:
    """gamma >= 0 and gamma rho >= 0."""
    gamma_line = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
    return gamma_line, p.multiply(gamma_line, p.square(gradient))


def prove_sum(p: Prover) -> Proved:
    """gamma rho is summable: in the mean the cost falls by half of (1 - sin alpha) gamma rho."""
    of_square = p.assume(SQUARE["Krum_t has a second moment"])
    gamma_line, rate = _rate(p)
    k_1, less = EVERYWHERE.bend_nonnegative(p), one_less_sine(p)
    falls = gamma * (1 - sin_a) * rho / 2
    line = p.by(
        expectation(next_cost) <= (1 + term(0)) * cost + term(0) - falls,
        EVERYWHERE.descent(p, of_square),
        p.multiply(gamma_line, p.assume(next(iter(CONE.values())))),
        p.product(p.square(gamma), k_1, second_moment(p)),
        p.multiply(rate, p.assume(next(iter(SHORT.values())))),
    )
    none = p.zero()
    signs = (
        EVERYWHERE.not_negative(p),
        none,
        none,
        p.by(falls >= 0, p.multiply(rate, less)),
    )
    sums = p.robbins_siegmund(
        "summable", cost, term(0), term(0), falls, line, signs,
        EVERYWHERE.next_integrable(p), (p.nothing(), p.nothing()),
    )  # fmt: skip
    positive = p.by(1 - sin_a > 0, p.assume(BELOW_ONE["sin α < 1"]))
    factor = 2 / (1 - sin_a)
    exact = p.by(
        (factor * falls - gamma * rho).eq(0), p.times(p.inverse(1 - sin_a, positive), gamma * rho)
    )
    return Proved((p.comparison("summable", gamma * rho, factor, sums, rate, exact),))


def prove_converges(p: Prover) -> Proved:
    """rho converges: it rises in the mean by at most K_1 (2 + N) gamma rho."""
    of_square = p.assume(SQUARE["Krum_t has a second moment"])
    gamma_line, rate = _rate(p)
    k_1, large = EVERYWHERE.bend_nonnegative(p), of_gradient_nonnegative(p)
    mean, of_next = EVERYWHERE.steepening(p, of_square)
    moment = second_moment(p)
    short = p.by(
        gamma * K_1 * of_gradient <= 1,
        p.assume(next(iter(SHORT.values()))),
        p.assume(NEEDS["sin α ≥ 0"]),
    )
    factor = K_1 * (2 + of_gradient)
    rises = gamma * rho * factor
    line = p.by(
        expectation(squared(next_gradient)) <= (1 + term(0)) * rho + rises - term(0),
        mean,
        p.product(gamma_line, k_1, moment),
        p.product(p.square(gamma), p.square(K_1), moment),
        p.product(short, rate, k_1),
    )
    sign = p.by(rises >= 0, p.multiply(rate, p.by(factor >= 0, k_1, p.multiply(k_1, large))))
    none = p.zero()
    sums = p.comparison("summable", rises, factor, p.use("lipschitz-sum"), sign, none)
    signs = (p.square(gradient), none, sign, none)
    return Proved(
        (
            p.robbins_siegmund(
                "converges",
                rho,
                term(0),
                rises,
                term(0),
                line,
                signs,
                of_next,
                (p.nothing(), sums),
            ),
        )
    )


def prove_vanishes(p: Prover) -> Proved:
    """rho tends to 0: it converges, and gamma rho is summable although gamma is not."""
    gamma_line, _ = _rate(p)
    return Proved(
        (
            p.vanishing(
                rho,
                gamma,
                p.use("lipschitz-sum"),
                p.assume(STEPS["Σγ_t = ∞"]),
                p.use("lipschitz-converges"),
                (p.square(gradient), gamma_line),
            ),
        )
    )


STEP = Step(
    equation="lipschitz",
    title="With a Lipschitz gradient the run may go where it likes",
    section="ours",
    explanation=(
        "If ∇Q has a Lipschitz constant, no horizon is needed: no (v), no bound of the moments of G by "
        "powers of ‖x‖, no moment of order 3 or 4, no third derivative, no Σγ_t² < ∞, and instead of the "
        "ball Definition 1 as it stands. By (ii) with r = 2 and (iv), E‖Krum_t‖² is at most a multiple "
        "of ‖∇Q‖², so what the noise adds in a step is at most half of what the descent takes away. "
        "Here v(x_t) is dσ² at x_t."
    ),
    uses=("definition-1",),
    claims=(
        run_claim(
            "lipschitz-sum",
            "the sum of γ_tρ_t is finite",
            AlmostSure("summable", gamma * rho),
            NEEDS,
            prove_sum,
            PROVED,
            why="Robbins and Siegmund for Q(x_t): half of (1 − sin α)γ_tρ_t is left of the descent.",
            breaks="With long steps the run may jump to and fro for ever.",
        ),
        run_claim(
            "lipschitz-converges",
            "ρ_t converges",
            AlmostSure("converges", rho),
            NEEDS,
            prove_converges,
            PROVED,
            why="Robbins and Siegmund for ρ_t: in the mean it rises by a multiple of γ_tρ_t at most.",
        ),
        run_claim(
            "lipschitz",
            "with a Lipschitz gradient and Definition 1 alone, ∇Q(x_t) converges to zero",
            AlmostSure("vanishes", rho),
            NEEDS,
            prove_vanishes,
            PROVED,
            why="Σγ_tρ_t < ∞, Σγ_t = ∞, and ρ_t converges: its limit can only be 0.",
            breaks="Where ∇Q is not Lipschitz, Definition 1 is not enough: see the spiral in the report.",
            comment=(
                "Where γ_t tends to 0, as Σγ_t² < ∞ implies, the steps are short enough from some "
                "time on; the theorem holds from there. Convexity is not used, and that ∇Q(x_t) tends "
                "to 0 does not say that x_t converges."
            ),
        ),
    ),
)
