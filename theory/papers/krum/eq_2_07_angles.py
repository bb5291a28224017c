"""(2-7): the claims. The angle needs the ball, not only Definition 1; Krum is in the ball."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from theory.kernel.models import Model
from theory.kernel.terms import SomeConstant
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import squared
from theory.papers.krum import bridge
from theory.papers.krum.descent_setting import (
    MOMENTS,
    NONNEGATIVE_STEP,
    gamma,
    horizon,
    mean_step,
    slope_t,
    u_t,
    x_t,
)
from theory.papers.krum.eq_2_03_one_step import GROWTH, growth, obligations
from theory.papers.krum.eq_2_05_growth import (
    absorbed,
    absorbed_line,
    absorbed_nonnegative,
    absorbed_sharp,
    by_u,
    by_u_line,
    by_u_sharp,
    by_u_sharp_line,
)
from theory.papers.krum.eq_2_07_drift import (
    ANGLES,
    BALL,
    BEYOND,
    CONE,
    GRADIENT,
    OUTWARD,
    SUM,
    claimed,
    descent,
    drift_line,
    step_has_mean,
    two_angles,
)
from theory.papers.krum.models import Vector, krum_model
from theory.papers.krum.setting import C
from theory.search.prover import Proved, Prover


def _angle(p: Prover) -> Proved:
    line = two_angles(p, p.assume(GRADIENT["∇Q(x_t) ≠ 0"]), p.assume(next(iter(OUTWARD.values()))))
    return Proved((line,), (step_has_mean(p),))


def _angle_of_krum(p: Prover) -> Proved:
    """The same, where the ball is what `bridge-angle` says of Krum."""
    of_x = p.assume(next(iter(OUTWARD.values())))
    line = two_angles(p, p.assume(GRADIENT["∇Q(x_t) ≠ 0"]), of_x, p.use("bridge-angle"))
    return Proved((line,), (bridge.step_integrable(p),))


def _drift(p: Prover) -> Proved:
    return Proved((drift_line(p),), (p.square(squared(x_t) - horizon), step_has_mean(p)))


def _growth(p: Prover) -> Proved:
    """(2-5), without its first term, and (2-6)."""
    value = absorbed * by_u
    gamma_line = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
    line = p.by(
        growth <= gamma**2 * (value * (1 + u_t)),
        absorbed_line(p),
        p.multiply(gamma_line, drift_line(p)),
        p.product(gamma_line, gamma_line, absorbed_nonnegative(p), by_u_line(p)),
    )
    return Proved((line,), obligations(p), value=value)


def _growth_sharp(p: Prover) -> Proved:
    """The same from the smaller constants of (2-5) and (2-6)."""
    value = absorbed_sharp * by_u_sharp
    gamma_line = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
    line = p.by(
        growth <= gamma**2 * (value * (1 + u_t)),
        absorbed_line(p, absorbed_sharp),
        p.multiply(gamma_line, drift_line(p)),
        p.product(
            gamma_line, gamma_line, absorbed_nonnegative(p, absorbed_sharp), by_u_sharp_line(p)
        ),
    )
    return Proved((line,), obligations(p), value=value)


def to_and_fro() -> Model:
    """D = 0: small steps of length 1 along x_t, outwards or inwards, whose mean is across x_t."""
    small, along, across = Fraction(1, 100), Fraction(99, 101), Fraction(20, 101)
    half = Fraction(1, 2)
    numbers: dict[str, Any] = {
        "gamma": small,
        "largest_step": small,
        "moment_bound": Fraction(4, 13),
        "epsilon": across,
        "cosine_alpha": 1,
        "sine_beta": 1,
    }
    extra: dict[str, Any] = {name: {(): Fraction(v)} for name, v in numbers.items()}
    extra |= {"x_t": {(): (Fraction(3, 2), 0 * small)}, "gradient": {(): (0 * small, across)}}

    def also(vectors: Sequence[Vector]) -> dict[str, Any]:
        return {"step": {(): (vectors[0][0] * along, across)}}

    return krum_model(3, 0, [((1, 0), half), ((-1, 0), half)], extra=extra, also=also)


def origin_model() -> Model:
    """x_t = 0: the inner product is 0, not positive."""
    return descent((0,), (1,), (1,), {"epsilon": 1, "horizon": 1})


def sideways() -> Model:
    """In the cone of Definition 1, but with a large part across the gradient, towards infinity."""
    return descent(
        (4, 3),
        (1, -10),
        (1, 0),
        {
            "sine_alpha": Fraction(3, 5),
            "cosine_alpha": Fraction(4, 5),
            "sine_beta": Fraction(3, 5),
            "cosine_beta": Fraction(4, 5),
        },
    )


DRIFT = SomeConstant(
    "constant",
    ("moment_bound", "largest_step", "horizon"),
    growth <= gamma**2 * (C * (1 + u_t)),
)
NEEDS = {**NONNEGATIVE_STEP, **MOMENTS, **GROWTH, **ANGLES, **BALL, **SUM, **BEYOND}

STEP = Step(
    equation="2-7",
    title="The step points inwards beyond the horizon",
    section="1.4.2",
    display=(
        r"\text{And because } \langle x_t,\mathbb E(Krum_t)\rangle \ge \|x_t\|·\|\mathbb E Krum_t\| "
        r"·\cos(\alpha+\beta) > 0 \\ "
        r"\mathbb E(u_{t+1}-u_t|P_t) \le \gamma_t^2(A+B·u_t) \tag{2-7}"
    ),
    explanation=(
        "Two angles add up: E Krum_t is within α of the gradient, the gradient within β of x_t. That is "
        "true of Krum, whose mean is in the ball of the proof of Proposition 1. Definition 1 (i) alone "
        "does not bound the angle, since the mean of a rule may be long and mostly sideways. And hypothesis (v) speaks only beyond the horizon: "
        "below it φ′ = 0, and nothing is needed. The two angles are printed as α_0 and β_0, since sin α has "
        "a definition of its own in Proposition 1."
    ),
    uses=("ball", "2-6"),
    claims=(
        Claim(
            "2-7a",
            "the inner product is positive, as the sentence says of every x_t",
            quote=r"\langle x_t,\mathbb E(Krum_t)\rangle > 0",
            impact="local repair",
            origin="transcription",
            compared="arXiv:1703.02757v1, p. 11, makes two cases, ‖x_t‖² < D and ≥ D.",
            comment="What is needed is only that ⟨x_t, E Krum_t⟩ φ′(‖x_t‖²) ≥ 0.",
            readings=(
                Reading(
                    "as written",
                    x_t @ mean_step > 0,
                    needs={**ANGLES, **BALL, **SUM, **BEYOND},
                    counterexample=origin_model,
                    expected="REFUTED",
                    justification="NONE",
                    why="At x_t = 0 it is 0. Below the horizon (v) says nothing.",
                    ties="No ties are involved.",
                ),
                Reading(
                    "repaired",
                    x_t @ mean_step * slope_t >= 0,
                    needs={**ANGLES, **BALL, **SUM, **BEYOND, **MOMENTS},
                    proof=_drift,
                    why="Beyond the horizon the two angles add up; below it φ′ = 0.",
                    breaks="With α + β > π/2 the step may point outwards.",
                ),
            ),
        ),
        Claim(
            "2-7b",
            "read of Krum: the angle of x_t and E Krum_t is at most α + β",
            quote=r"\langle x_t,\mathbb E(Krum_t)\rangle \ge \|x_t\|·\|\mathbb E Krum_t\| ·\cos(\alpha+\beta)",
            origin="none",
            compared="arXiv:1703.02757v1, p. 11, has the same line.",
            comment="The ball, which the proof of Proposition 1 gives, is seen from 0 under the angle α.",
            readings=(
                Reading(
                    "as written",
                    x_t @ mean_step >= claimed,
                    needs={**bridge.QUIET, **ANGLES, **OUTWARD, **GRADIENT},
                    proof=_angle_of_krum,
                    justification="GAP",
                    gap="It takes the angle from Definition 1 (i), which does not bound it; the ball does.",
                    why=(
                        "E Krum_t is within sin α|∇Q| of ∇Q (bridge-angle), so it makes an angle of at "
                        "most α with it; two angles add up at most."
                    ),
                    breaks="For a rule with Definition 1 (i) alone it is false: 2-7b-any-rule.",
                ),
            ),
        ),
        Claim(
            "2-7b-any-rule",
            "read of any rule with Definition 1: the angle of x_t and its mean is at most α + β",
            impact="local repair",
            origin="both",
            compared="arXiv:1703.02757v1, p. 11, names Krum, and cites its resilience for the line.",
            comment=(
                "Is (α, f)-Byzantine resilience as defined enough? No: (i) allows a mean that is "
                "long and mostly across the gradient. The ball around the gradient is enough."
            ),
            readings=(
                Reading(
                    "as written",
                    x_t @ mean_step >= claimed,
                    needs={**ANGLES, **CONE, **OUTWARD, **GRADIENT, **SUM},
                    counterexample=sideways,
                    expected="REFUTED",
                    justification="NONE",
                    why=(
                        "In the plane, ∇Q = (1, 0), x_t = (4, 3), E F = (1, −10), sin α = sin β = "
                        "3/5: (i) and (v) hold, but ⟨x_t, E F⟩ = −26."
                    ),
                    ties="No ties are involved.",
                ),
                Reading(
                    "repaired",
                    x_t @ mean_step >= claimed,
                    needs={**ANGLES, **BALL, **OUTWARD, **GRADIENT, **MOMENTS},
                    proof=_angle,
                    why=(
                        "The ball of radius sin α|∇Q| around ∇Q is seen from 0 under the angle α; then "
                        "split both vectors along ∇Q and use Cauchy–Schwarz on the rest."
                    ),
                    breaks="With (i) alone it is false.",
                ),
            ),
        ),
        Claim(
            "2-7c",
            "the drift of u_t",
            quote=r"\mathbb E(u_{t+1}-u_t|P_t) \le \gamma_t^2(A+B·u_t)",
            origin="none",
            compared="arXiv:1703.02757v1, p. 11, has the same line.",
            readings=(
                Reading(
                    "as written",
                    DRIFT,
                    needs=NEEDS,
                    proof=_growth,
                    justification="GAP",
                    gap="It drops the first term by (2-7a), which is false below the horizon.",
                    why="The first term of (2-6) is not positive, so it may be dropped.",
                    breaks="If the step points outwards beyond the horizon, u may grow.",
                ),
            ),
            tightness=Tightness(
                examples=(to_and_fro,),
                claimed="A, B, open",
                best_proved="M(29/4 + 5Γ + Γ²)(1 + D + D²), see 2-7-sharp",
                comment="The ratio is to the product of the constants of (2-5) and (2-6).",
            ),
        ),
        Claim(
            "2-7-sharp",
            "the drift of u_t, with smaller constants",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    DRIFT,
                    needs=NEEDS,
                    proof=_growth_sharp,
                    why="With M(29/4 + 5Γ + Γ²)(1 + D + D²), the product of the sharper constants.",
                ),
            ),
            tightness=Tightness(
                examples=(to_and_fro,),
                claimed="1",
                best_proved="1",
                comment=(
                    "Nearly attained for D = 0 and small steps; for D > 0 the two constants need not "
                    "be attained together."
                ),
            ),
        ),
    ),
)
