"""Ours: the theorem for Krum, its steps as claims, and the theorem for any rule in the ball."""

from __future__ import annotations

from collections.abc import Callable

from theory.kernel.terms import AlmostSure, Formula
from theory.notation.document import Claim, Step
from theory.notation.language import squared
from theory.papers.krum import confined, damped
from theory.papers.krum.confined import SQUARES, Rule, excess
from theory.papers.krum.descent_setting import NONNEGATIVE_STEP, gamma, x_t
from theory.papers.krum.rule_at_t import IN_THE_BALL, KRUM, NOT_INWARD, PRINTED, printed_lines
from theory.papers.krum.run_claims import run_claim
from theory.papers.krum.smooth_cost import rho
from theory.search.prover import Proved, Prover

SIEGMUND = "PROVED FROM Robbins–Siegmund"
DAMPED = f"{SIEGMUND}, damping"
NEEDS = damped.needs(KRUM)
PRINTED_NEEDS: dict[str, Formula] = {
    **{k: v for k, v in NEEDS.items() if k not in NOT_INWARD and k != "sin α ≤ 1"},
    **PRINTED,
}
"""As Proposition 2 is printed, with closed ranges for the angles."""
BALL_NEEDS = damped.needs(IN_THE_BALL)


def prove_printed(p: Prover) -> Proved:
    """From the theorem, as (v) with cos(beta) gives what is used of it."""
    return Proved((p.use("theorem", *printed_lines(p)),))


def _confined(rule: Rule) -> tuple[Claim, ...]:
    """The distance of x_t from the ball, for one rule."""
    assumed: dict[str, Formula] = {**SQUARES, **NONNEGATIVE_STEP, **rule.needs}
    return (
        run_claim(
            f"{rule.prefix}distance-converges",
            "the squared distance of x_t from the ball converges",
            AlmostSure("converges", excess**2),
            assumed,
            lambda p: Proved((confined.converges_line(p, rule),), confined.distance_obligations(p)),
            SIEGMUND,
            why="Robbins and Siegmund for e_t², which grows by the factor 1 + 2bγ_t² at most.",
            breaks="With long steps, γ_t = 2, a run may jump to and fro for ever.",
        ),
        run_claim(
            f"{rule.prefix}distance-sum",
            "the sum of what the distance loses is finite",
            AlmostSure("summable", gamma * confined.outward),
            assumed,
            lambda p: Proved((confined.sum_line(p, rule),), confined.sum_obligations(p, rule)),
            SIEGMUND,
            why="The second conclusion of the same theorem, times ‖x_t‖, which is bounded.",
        ),
        run_claim(
            f"{rule.prefix}confined",
            "‖x_t‖² is bounded",
            AlmostSure("bounded", squared(x_t)),
            assumed,
            lambda p: Proved((confined.square_bounded_line(p, rule),)),
            SIEGMUND,
            why="‖x_t‖² ≤ 2D + 2e_t².",
            breaks="The bound depends on the path.",
        ),
    )


def _damped(rule: Rule) -> tuple[Claim, ...]:
    """The damped cost and its gradient, for one rule."""
    assumed = damped.needs(rule)
    return (
        run_claim(
            f"{rule.prefix}damped-sum",
            "the sum of γ_ts(x_t)ρ_t is finite",
            AlmostSure("summable", gamma * damped.damper * rho),
            assumed,
            lambda p: Proved((damped.sum_line(p, rule),)),
            DAMPED,
            why="Robbins and Siegmund for R(x_t).",
        ),
        run_claim(
            f"{rule.prefix}damped-converges",
            "s(x_t)²ρ_t converges",
            AlmostSure("converges", squared(damped.tame)),
            assumed,
            lambda p: Proved((damped.converges_line(p, rule),)),
            DAMPED,
            why="Robbins and Siegmund: it rises by a multiple of γ_tsρ_t, and by what has a finite sum.",
        ),
        run_claim(
            f"{rule.prefix}damped-vanishes",
            "s(x_t)²ρ_t converges to zero",
            AlmostSure("vanishes", squared(damped.tame)),
            assumed,
            lambda p: Proved((damped.vanishes_line(p, rule),)),
            DAMPED,
            why="Σγ_ts²ρ_t < ∞, Σγ_t = ∞, and s²ρ converges: its limit can only be 0.",
        ),
    )


def prove_limit(rule: Rule) -> Callable[[Prover], Proved]:
    """The gradient tends to 0."""
    return lambda p: Proved((damped.gradient_line(p, rule),))


CONFINED = Step(
    equation="confined",
    title="x_t stays bounded, by second moments alone",
    section="ours",
    explanation=(
        "Let e_t = max(‖x_t‖ − √D, 0) be the distance of x_t from the ball of radius √D, and Px_t the "
        "point of the ball that is closest to x_t. A step leads no farther from the ball than from Px_t: "
        "e_{t+1}² ≤ ‖x_t − Px_t − γ_tKrum_t‖². So e² grows by γ_t²‖Krum_t‖² at most, less "
        "2γ_t⟨Krum_t, x_t − Px_t⟩, whose mean is not negative beyond the horizon: ⟨x_t, E Krum_t⟩ ≥ "
        "⟨x_t, ∇Q⟩ − ‖x_t‖ sin α‖∇Q‖ ≥ 0. No φ, no third or fourth moment, no ε and no D > 0 are needed, "
        "and α + β = π/2 is allowed. e_t need not tend to 0."
    ),
    uses=("bridge",),
    claims=_confined(KRUM),
)

THEOREM = Step(
    equation="theorem",
    title="With Krum the gradient tends to zero",
    section="ours",
    explanation=(
        "The notes bound derivatives of Q along the run by constants; but the bound of ‖x_t‖ is random, "
        "and a step may leave any ball. So Q is damped: there are a positive function s of ‖x‖² and a "
        "cost R, a multiple of sQ, that vary slowly however fast Q grows. The gradient of R is s∇Q less "
        "c(x)e(x)x, which only matters beyond the horizon, where Σγ_te_t⟨x_t, E Krum_t⟩ < ∞. So R(x_t) "
        "is an almost supermartingale that loses γ_ts(x_t)ρ_t/12, and s²ρ is another one that "
        "converges. Along a bounded run s(x_t) stays away from 0."
    ),
    uses=("bridge", "confined"),
    claims=(
        *_damped(KRUM),
        run_claim(
            "theorem",
            "∇Q(x_t) converges to zero almost surely, with what is needed of (i) to (v)",
            AlmostSure("vanishes", rho),
            NEEDS,
            prove_limit(KRUM),
            DAMPED,
            why="ρ_t is s²ρ over s², and 1/s(x_t) is bounded as x_t is.",
            breaks="Without Σγ_t = ∞ the run may stop early: see the runs in the report.",
            comment=(
                "Of (iii) only r = 2 and the mean are used, of (v) only ⟨x, ∇Q⟩ ≥ sin α‖x‖‖∇Q‖: no ε. "
                "α = π/2 is allowed, as the error of Krum is at most 5/6 of η²dσ²."
            ),
        ),
    ),
)

ANY_RULE = Step(
    equation="ball-rule",
    title="The same for any rule whose mean is in the ball",
    section="ours",
    explanation=(
        "Nothing of the proof is about Krum but this: the mean of the rule is within sin α‖∇Q‖ of the "
        "gradient, sin α < 1, and Definition 1 (ii) holds for r = 2. Then 1 − sin α stands in the place "
        "of 1/12. Averaging, where nobody is Byzantine, is such a rule."
    ),
    uses=("confined", "theorem"),
    claims=(*_confined(IN_THE_BALL), *_damped(IN_THE_BALL)),
)
