"""What the run does: from "u_t converges" to Proposition 2 and Result 4. The proofs are in `run`."""

from __future__ import annotations

from theory.kernel.terms import AlmostSure, Formula
from theory.notation.document import Claim, Reading, Step
from theory.notation.language import squared
from theory.papers.krum import krum_run, run
from theory.papers.krum.descent_setting import gamma, mean_step, slope_t, u_t, x_t
from theory.papers.krum.eq_2_07_drift import BALL, CONE, gradient
from theory.papers.krum.eq_2_14_descent import cost
from theory.papers.krum.rule_at_t import IN_THE_BALL
from theory.papers.krum.run_claims import run_claim
from theory.search.prover import Proved

SIEGMUND = "PROVED FROM Robbins–Siegmund"
WITH_TAYLOR = f"{SIEGMUND}, Taylor"
WITH_BOTH = f"{SIEGMUND}, Taylor, Taylor for ρ"
COST_NEEDS: dict[str, Formula] = {**run.CONFINED, **run.COST}
ALL_NEEDS: dict[str, Formula] = {**run.CONFINED, **run.COST, **run.RHO}
rho = squared(gradient)


CONFINED_U = Step(
    equation="2-12",
    title="u_t converges, and to zero",
    section="1.4.2",
    display=(
        r"u_t\to u_{\infty} \ge 0. \\ \text{Let us assume } u_{\infty}>0. \text{ ... } "
        r"\sum_{t=1}^{\infty}\gamma_t \langle x_t,\mathbb EKrum_t \rangle \phi'(\|x_t\|^2) < \infty "
        r"\tag{2-12}"
    ),
    explanation=(
        "One theorem gives both the limit and the sum: if a non-negative quantity grows in the mean by "
        "at most a summable factor and a summable amount, less something non-negative, then it "
        "converges and the sum of what is taken away is finite (Robbins and Siegmund). No case "
        "distinction u_∞ > 0 is needed for the sum. That u_∞ = 0 then follows: beyond the horizon what "
        "is taken away is at least a multiple of γ_t√u_t, and Σγ_t = ∞."
    ),
    uses=("2-6", "2-7", "2-11"),
    claims=(
        run_claim(
            "2-12-converges",
            "u_t converges almost surely",
            AlmostSure("converges", u_t),
            run.CONFINED,
            run.prove_converges,
            SIEGMUND,
            quote=r"\text{the sequence } u_t \text{ converges almost surely}",
            gap="It rests on (2-11b) and so on the false (2-9), and on a positive limit of μ_t, which is not shown.",
            why="Robbins and Siegmund for u_t with (2-6); Σγ_t² < ∞.",
            comment="The quasi-martingale theorem is replaced by one that also gives the sum (2-12).",
            breaks="With long steps, γ_t = 2, a run may jump to and fro for ever.",
        ),
        run_claim(
            "2-12",
            "the sum of what u_t loses is finite",
            AlmostSure("summable", gamma * (x_t @ mean_step) * slope_t),
            run.CONFINED,
            run.prove_sum,
            SIEGMUND,
            quote=r"\sum_{t=1}^{\infty}\gamma_t \langle x_t,\mathbb EKrum_t \rangle \phi'(\|x_t\|^2) < \infty",
            gap="It is shown only if u_∞ > 0; that the mean may stand for Krum_t in the sum over a path is not shown.",
            why="The second conclusion of the same theorem.",
            comment="It holds whether or not u_∞ > 0.",
        ),
        run_claim(
            "excess",
            "the sum of γ_t√u_t is finite",
            AlmostSure("summable", gamma * run.q),
            run.CONFINED,
            run.prove_excess,
            SIEGMUND,
            why=(
                "Beyond the horizon ⟨x_t, E Krum_t⟩ is at least √D ε(1 − sin α)cos(α+β), by "
                "(2-13); compare with (2-12)."
            ),
        ),
        run_claim(
            "root-of-u",
            "√u_t, which is max(‖x_t‖² − D, 0), converges to zero",
            AlmostSure("vanishes", run.q),
            run.CONFINED,
            run.prove_root,
            SIEGMUND,
            why=("γ_t√u_t is summable, Σγ_t is not, and √u_t converges: its limit can only be 0."),
        ),
        run_claim(
            "2-12-zero",
            "u_t converges to zero",
            AlmostSure("vanishes", u_t),
            run.CONFINED,
            run.prove_vanishes,
            SIEGMUND,
            quote=r"\text{Therefore, the sequence } u_t \text{ converges to zero}",
            gap="The contradiction rests on (2-12) and (2-13), and these on (2-7b), which is false with (i) alone.",
            why="√u_t converges to zero, and u_t is its square.",
            breaks="With Σγ_t < ∞ the run may stop before it arrives.",
        ),
    ),
)

BOUNDED_X = Step(
    equation="bounded",
    title="x_t is bounded, on every path by another bound",
    section="1.4.2",
    display=(
        r"\text{This convergence implies that the sequence } \|x_t\|^2 \text{ is bounded.} \\ "
        r"\text{As a sequence, any continuous function of } x_t \text{ is also bounded, such as } "
        r"\|x_t\|^2,\mathbb E\|G(x,\xi)\|^2 \text{ and all the derivatives of } Q(x_t)."
    ),
    explanation=(
        "True, but the bound depends on the path: K_i is random. A random K_i may not leave E, and a "
        "bound of the second derivative at x_t says nothing on the rest of the segment to x_{t+1}, which "
        "may be long. The repaired proof uses bounds of the moments that are known at time t, and takes "
        "bounds of the second derivatives that hold everywhere as a hypothesis."
    ),
    uses=("2-12",),
    claims=(
        run_claim(
            "bounded",
            "‖x_t‖² is bounded",
            AlmostSure("bounded", squared(x_t)),
            run.CONFINED,
            run.prove_bounded,
            SIEGMUND,
            quote=r"\text{the sequence } \|x_t\|^2 \text{ is bounded}",
            gap="It rests on the convergence of u_t, which the written argument does not establish.",
            why="‖x_t‖² ≤ D + √u_t, and √u_t converges.",
            comment="By a bound that depends on the path; the notes then use it as a constant.",
        ),
    ),
)

COST_LIMIT = Step(
    equation="2-18",
    title="The cost converges",
    section="1.4.2",
    display=(
        r"Q(x_t) \to Q_{\infty} \\ "
        r"\sum_{t=1}^{\infty}\gamma_t \langle \mathbb EKrum_t,\nabla Q(x_t) \rangle < \infty \tag{2-18}"
    ),
    explanation=(
        "Robbins and Siegmund for Q(x_t) ≥ 0, with γ_t²M(1+‖x_t‖²)K_1/2 as what is added: it is known at "
        "t, and its sum is finite on every path. No unconditional expectation is taken, which would need "
        "more than convergence almost surely."
    ),
    uses=("2-16", "bounded"),
    claims=(
        run_claim(
            "2-17-converges",
            "the cost converges, where K_1 bounds the second derivatives on all segments",
            AlmostSure("converges", cost),
            COST_NEEDS,
            run.prove_cost_converges,
            WITH_TAYLOR,
            quote=r"Q(x_t) \to Q_{\infty}",
            gap="It rests on (2-16) with a constant K_2; the bound there depends on the path, and so may not leave E.",
            why="Robbins and Siegmund with the repaired (2-15).",
            comment="Needs K_1 to bound the second derivative on the segments, here everywhere.",
        ),
        run_claim(
            "2-18",
            "the sum of the descents is finite, with the same K_1",
            AlmostSure("summable", gamma * (mean_step @ gradient)),
            COST_NEEDS,
            run.prove_cost_sum,
            WITH_TAYLOR,
            quote=r"\sum_{t=1}^{\infty}\gamma_t \langle \mathbb EKrum_t,\nabla Q(x_t) \rangle < \infty",
            gap="Expectations of (2-15), false as written, are added up; almost sure convergence does not give that of the means.",
            why="The second conclusion of the same theorem.",
            comment="“Taking the expectation and computing the sum” is not needed.",
        ),
    ),
)

RHO_LIMIT = Step(
    equation="rho",
    title="ρ_t converges",
    section="1.4.2",
    display=r"\text{By the quasi-martingale convergence theorem, this shows that } \rho_t \text{ converges almost surely.}",
    explanation="Robbins and Siegmund once more; what is added are the terms of (2-18) and of Σγ_t².",
    uses=("2-20", "2-18"),
    claims=(
        run_claim(
            "rho-converges",
            "ρ_t converges almost surely, with bounds of the second derivatives of Q and ρ on all segments",
            AlmostSure("converges", rho),
            ALL_NEEDS,
            run.prove_rho_converges,
            WITH_BOTH,
            quote=r"\rho_t \text{ converges almost surely}",
            gap="It rests on (2-20) and (2-21), which are false as written.",
            why="The repaired (2-20) and the sum (2-18).",
        ),
    ),
)

SUM = Step(
    equation="2-23",
    title="The sum of γ_tρ_t is finite",
    section="1.4.2",
    display=r"\sum_{t=1}^{\infty} \gamma_t · \rho_t < \infty \tag{2-23}",
    explanation="(1 − sin α)ρ_t is at most ⟨E Krum_t, ∇Q⟩, and 1 − sin α > 0.",
    uses=("2-22", "2-18"),
    claims=(
        run_claim(
            "2-23",
            "the sum of γ_tρ_t is finite, where K_1 bounds the second derivatives on all segments",
            AlmostSure("summable", gamma * rho),
            COST_NEEDS,
            run.prove_rho_sum,
            WITH_TAYLOR,
            quote=r"\sum_{t=1}^{\infty} \gamma_t · \rho_t < \infty",
            gap="It rests on the sum (2-18), which the written argument does not establish.",
            why="Comparison with (2-18).",
            breaks="With sin α = 1 nothing is left.",
        ),
    ),
)

FALSE_BY_HAND = (
    "Not decided by the kernel. It is false: with Definition 1 alone the run “cone-without-ball” of the "
    "report spirals to infinity. Its algebra is machine-checked (spiral); that a cost Q with three "
    "continuous derivatives has these gradients is proved by hand."
)
ANY_RULE_NEEDS: dict[str, Formula] = {**run.CONFINED, **run.COST, **run.RHO}
WRITTEN_NEEDS: dict[str, Formula] = {
    name: formula for name, formula in ANY_RULE_NEEDS.items() if name not in BALL
} | CONE

PROPOSITION_2 = Step(
    equation="proposition-2",
    title="The gradient converges to zero",
    section="1.3",
    display=r"\text{Then the sequence of gradients } \nabla Q(x_t) \text{ converges almost surely to zero.}",
    explanation=(
        "Proposition 2 does not say of which rule. Of Krum, the rule of section 1.3, it is true as the "
        "notes print it, with closed ranges for α and β. Of an arbitrary rule with Definition 1 it is "
        "false, also with strict ranges. The notes' argument establishes neither: it uses the ball, "
        "bounds of derivatives along long steps, and strict signs. Convexity of Q, its third "
        "derivative, ε, and the moments of order 3 and 4 are not needed."
    ),
    uses=("theorem",),
    claims=(
        Claim(
            "proposition-2",
            "read of Krum: ∇Q(x_t) converges to zero almost surely",
            quote=r"\nabla Q(x_t) \text{ converges almost surely to zero}",
            impact="argument fails but conclusion survives",
            origin="both",
            compared="arXiv:1703.02757v1, Proposition 2, has strict ranges for α and β.",
            comment="The hypotheses are those of the notes, less what the proof does not need.",
            readings=(
                Reading(
                    "as written",
                    AlmostSure("vanishes", rho),
                    needs=krum_run.PRINTED_NEEDS,
                    proof=krum_run.prove_printed,
                    expected=krum_run.DAMPED,
                    justification="GAP",
                    gap="Its argument asks only Definition 1 of the rule, and uses lines that are false, such as (2-9).",
                    why="The theorem, as cos β ≥ sin α where α + β ≤ π/2.",
                    breaks="Without Σγ_t = ∞ the run may stop early: see the runs in the report.",
                    sampled=False,
                ),
            ),
        ),
        Claim(
            "proposition-2-any-rule",
            "read of any rule with Definition 1: ∇Q(x_t) converges to zero almost surely",
            impact="conclusion fails",
            origin="both",
            compared="arXiv:1703.02757v1, Proposition 2, names Krum in its proof alone.",
            comment=(
                "Definition 1 (i) allows a mean that is long and mostly across the gradient. Where "
                "it is in the ball of radius sin α|∇Q| around the gradient, with sin α < 1, the "
                "theorem holds of any rule."
            ),
            readings=(
                Reading(
                    "as written",
                    AlmostSure("vanishes", rho),
                    needs=WRITTEN_NEEDS,
                    expected="UNDECIDED",
                    justification="NONE",
                    why=FALSE_BY_HAND,
                    sampled=False,
                ),
                Reading(
                    "repaired",
                    AlmostSure("vanishes", rho),
                    needs=krum_run.BALL_NEEDS,
                    proof=krum_run.prove_limit(IN_THE_BALL),
                    expected=krum_run.DAMPED,
                    why="The proof of the theorem, with 1 − sin α in the place of 1/12.",
                    breaks="With sin α = 1 the rule may send 0 for ever.",
                    sampled=False,
                ),
            ),
        ),
    ),
)

RESULT_4 = Step(
    equation="result-4",
    title="With Krum the gradient converges to zero",
    section="1.5",
    display=r"\text{By using Krum, } \nabla Q(x_t) \text{ converges almost surely to zero.}",
    explanation="Proposition 2, read of Krum.",
    uses=("proposition-2",),
    claims=(
        Claim(
            "result-4",
            "∇Q(x_t) converges to zero almost surely",
            quote=r"\text{By using Krum, } \nabla Q(x_t) \text{ converges almost surely to zero}",
            origin="transcription",
            compared="The hypotheses of Proposition 2 are left out.",
            comment="Read with the hypotheses of Proposition 2.",
            readings=(
                Reading(
                    "as written",
                    AlmostSure("vanishes", rho),
                    needs=krum_run.PRINTED_NEEDS,
                    proof=lambda p: Proved((p.use("proposition-2"),)),
                    expected=krum_run.DAMPED,
                    justification="GAP",
                    gap="It rests on Proposition 2, whose argument asks only Definition 1 of the rule and uses false lines.",
                    why="Proposition 2, read of Krum.",
                    sampled=False,
                ),
            ),
        ),
    ),
)
