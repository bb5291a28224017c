"""Ours: with a Lipschitz gradient the run may go where it likes, and half the hypotheses go.

Two almost supermartingales do: the cost gives the sum of gamma_t rho_t, and the squared gradient
converges, as it changes in a step by a multiple of gamma_t rho_t.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from theory.kernel.rules import Line
from theory.kernel.terms import AlmostSure, Formula, term
from theory.notation.document import Claim, Step
from theory.notation.language import expectation, squared
from theory.papers.krum.confined import DIVERGENT, Descent, gamma_line
from theory.papers.krum.descent_setting import NONNEGATIVE_STEP, gamma
from theory.papers.krum.eq_2_07_drift import gradient, next_gradient
from theory.papers.krum.eq_2_14_descent import K_1, cost, next_cost
from theory.papers.krum.rule_at_t import IN_THE_CONE, KRUM_DOWNHILL
from theory.papers.krum.run_claims import run_claim
from theory.papers.krum.smooth_cost import EVERYWHERE, rho
from theory.search.prover import Proved, Prover

PROVED = "PROVED FROM Robbins–Siegmund, descent lemma"


def short(rule: Descent) -> Formula:
    """The steps are short: gamma_t K_1 most <= share."""
    return gamma * K_1 * rule.most <= rule.share


def needs(rule: Descent, name: str) -> dict[str, Formula]:
    """What the theorem assumes for a rule; the name of `short`."""
    return {
        **DIVERGENT, **NONNEGATIVE_STEP, **rule.needs, **EVERYWHERE.needs, name: short(rule)
    }  # fmt: skip


NEEDS = needs(IN_THE_CONE, "γ_t K_1 N ≤ 1 − sin α, with N = C_2(1+τ²)")
KRUM_NEEDS = needs(KRUM_DOWNHILL, "γ_t K_1 ≤ 1/48")


def sum_line(p: Prover, rule: Descent) -> Line:
    """gamma rho is summable: in the mean the cost falls by half of share gamma rho."""
    of_square = rule.square(p)
    rate = p.multiply(gamma_line(p), p.square(gradient))
    k_1, share = EVERYWHERE.bend_nonnegative(p), rule.share_positive(p)
    falls = gamma * rule.share * rho / 2
    line = p.by(
        expectation(next_cost) <= (1 + term(0)) * cost + term(0) - falls,
        EVERYWHERE.descent(p, of_square),
        p.multiply(gamma_line(p), rule.descent(p)),
        p.product(p.square(gamma), k_1, rule.moment(p)),
        p.multiply(rate, p.assume(short(rule))),
    )
    none = p.zero()
    lost = p.by(falls >= 0, p.multiply(rate, p.weaken(share)))
    of_next = EVERYWHERE.next_integrable(p, of_square)
    signs, sums = (EVERYWHERE.not_negative(p), none, none, lost), (p.nothing(), p.nothing())
    sum_ = p.robbins_siegmund("summable", cost, term(0), term(0), falls, line, signs, of_next, sums)
    factor = 2 / rule.share
    exact = p.by(
        (factor * falls - gamma * rho).eq(0), p.times(p.inverse(rule.share, share), gamma * rho)
    )
    return p.comparison("summable", gamma * rho, factor, sum_, rate, exact)


def converges_line(p: Prover, rule: Descent, of_sum: Line) -> Line:
    """rho converges: it rises in the mean by at most K_1 (1 + most + share) gamma rho."""
    of_square = rule.square(p)
    rate = p.multiply(gamma_line(p), p.square(gradient))
    k_1, large = EVERYWHERE.bend_nonnegative(p), rule.most_nonnegative(p)
    mean, of_next = EVERYWHERE.steepening(p, of_square, p.weaken(p.number(Fraction(1))))
    moment = rule.moment(p)
    factor = K_1 * (1 + rule.most + rule.share)
    rises = gamma * rho * factor
    line = p.by(
        expectation(squared(next_gradient)) <= (1 + term(0)) * rho + rises - term(0),
        mean,
        p.product(gamma_line(p), k_1, moment),
        p.product(p.square(gamma), p.square(K_1), moment),
        p.product(p.assume(short(rule)), rate, k_1),
    )
    share = p.weaken(rule.share_positive(p))
    sizes = k_1, p.multiply(k_1, large), p.multiply(k_1, share)
    sign = p.by(rises >= 0, p.multiply(rate, p.by(factor >= 0, *sizes)))
    none = p.zero()
    sums = p.comparison("summable", rises, factor, of_sum, sign, none)
    signs = (p.square(gradient), none, sign, none)
    return p.robbins_siegmund(
        "converges", rho, term(0), rises, term(0), line, signs, of_next, (p.nothing(), sums)
    )


def vanishes_line(p: Prover, of_sum: Line, limit: Line) -> Line:
    """rho tends to 0: it converges, and gamma rho is summable although gamma is not."""
    infinite = p.assume(DIVERGENT["Σγ_t = ∞"])
    return p.vanishing(rho, gamma, of_sum, infinite, limit, (p.square(gradient), gamma_line(p)))


def _claims(prefix: str, rule: Descent, assumed: dict[str, Formula]) -> tuple[Claim, Claim]:
    """The sum, and the limit, for one rule."""

    def proof(line: Callable[[Prover], Line]) -> Callable[[Prover], Proved]:
        return lambda p: Proved((line(p),))

    return (
        run_claim(
            f"{prefix}-sum",
            "the sum of γ_tρ_t is finite",
            AlmostSure("summable", gamma * rho),
            assumed,
            proof(lambda p: sum_line(p, rule)),
            PROVED,
            why="Robbins and Siegmund for Q(x_t): half of the descent is left.",
            breaks="With long steps the run may jump to and fro for ever.",
        ),
        run_claim(
            f"{prefix}-converges",
            "ρ_t converges",
            AlmostSure("converges", rho),
            assumed,
            proof(lambda p: converges_line(p, rule, p.use(f"{prefix}-sum"))),
            PROVED,
            why="Robbins and Siegmund for ρ_t: in the mean it rises by a multiple of γ_tρ_t at most.",
        ),
    )


def _limit(prefix: str) -> Callable[[Prover], Proved]:
    def proof(p: Prover) -> Proved:
        earlier = p.use(f"{prefix}-sum"), p.use(f"{prefix}-converges")
        return Proved((vanishes_line(p, *earlier),))

    return proof


WHY = "Σγ_tρ_t < ∞, Σγ_t = ∞, and ρ_t converges: its limit can only be 0."

STEP = Step(
    equation="lipschitz",
    title="With a Lipschitz gradient the run may go where it likes",
    section="ours",
    explanation=(
        "If ∇Q has a Lipschitz constant K_1, no horizon is needed: no (v), no growth of the moments of "
        "G, no third derivative, no Σγ_t² < ∞, and of any rule Definition 1 as it stands, with r = 2. "
        "Still needed are: correct workers without bias, (iv), Q ≥ 0 (or bounded below), and steps that "
        "are short: γ_tK_1 is at most a constant. By (iv), E‖Krum_t‖² is at most a multiple of ‖∇Q‖², so "
        "what the noise adds in a step is at most half of what the descent takes away."
    ),
    uses=("definition-1", "bridge"),
    claims=(
        *_claims("lipschitz-krum", KRUM_DOWNHILL, KRUM_NEEDS),
        run_claim(
            "lipschitz-krum",
            "with Krum, a Lipschitz gradient and short steps, ∇Q(x_t) converges to zero",
            AlmostSure("vanishes", rho),
            KRUM_NEEDS,
            _limit("lipschitz-krum"),
            PROVED,
            why=WHY,
            breaks="Without (iv) the run may rest where the gradient is not zero.",
        ),
        *_claims("lipschitz", IN_THE_CONE, NEEDS),
        run_claim(
            "lipschitz",
            "with Definition 1, (iv), a Lipschitz gradient, Q ≥ 0 and short steps, "
            "∇Q(x_t) converges to zero",
            AlmostSure("vanishes", rho),
            NEEDS,
            _limit("lipschitz"),
            PROVED,
            why=WHY,
            breaks="Where ∇Q is not Lipschitz, Definition 1 is not enough: see the spiral in the report.",
            comment=(
                "Where γ_t tends to 0, as Σγ_t² < ∞ implies, the steps are short enough from some "
                "time on; the theorem holds from there. Convexity is not used, and that ∇Q(x_t) tends "
                "to 0 does not say that x_t converges."
            ),
        ),
    ),
)
