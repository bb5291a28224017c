"""(2-13), (2-22): how far the step points along x_t and along the gradient."""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.models import Model
from theory.kernel.rules import Line
from theory.kernel.terms import Formula
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import Look, norm, root, squared
from theory.papers.krum.descent_setting import MOMENTS, horizon, mean_step, x_t
from theory.papers.krum.eq_2_07_drift import (
    ANGLES,
    BALL,
    GRADIENT,
    OUTWARD,
    SUM,
    cos_sum,
    descent,
    epsilon,
    gradient,
    sin_a,
    step_has_mean,
    two_angles,
)
from theory.papers.krum.lemma_error import positive_root
from theory.papers.krum.setting import language
from theory.search.prover import Proved, Prover

radius = language.scalar("radius", Look("r(x_t)"), varies=True)
"""eta(n, f) sqrt(d) sigma(x_t)."""

REGION: dict[str, Formula] = {"‖x_t‖² > D": squared(x_t) > horizon, "D ≥ 0": horizon >= 0}
RADIUS: dict[str, Formula] = {
    "|E Krum_t − ∇Q| ≤ η√dσ": norm(mean_step - gradient) <= radius,
    "(iv): η√dσ ≤ sin α |∇Q|": radius <= sin_a * norm(gradient),
}
EPSILON: dict[str, Formula] = {
    "(v): |∇Q| ≥ ε": norm(gradient) >= epsilon,
    "ε > 0": epsilon > 0,
}
BELOW_ONE: dict[str, Formula] = {"sin α < 1": sin_a < 1}
STRICT: dict[str, Formula] = {"α + β < π/2: cos(α+β) > 0": cos_sum > 0}
STATIONARY: dict[str, Formula] = {"∇Q(x) = 0": norm(gradient).eq(0)}
BEYOND: dict[str, Formula] = {"D > 0": horizon > 0}

side = root(horizon) * norm(mean_step) * cos_sum
middle = root(horizon) * (norm(gradient) - radius) * cos_sum
low = root(horizon) * epsilon * (1 - sin_a) * cos_sum


def _first(p: Prover) -> Proved:
    """|x_t| >= sqrt(D), and the two angles."""
    d_line = p.assume(REGION["D ≥ 0"])
    far = p.assume(REGION["‖x_t‖² > D"])
    squares = p.by(norm(x_t) ** 2 - root(horizon) ** 2 > 0, p.root_square(d_line), far)
    longer = p.weaken(p.compare_squares(root(horizon), p.norm_nonnegative(x_t), squares))
    angle = two_angles(p, p.assume(GRADIENT["∇Q(x_t) ≠ 0"]), p.assume(next(iter(OUTWARD.values()))))
    line = p.by(
        x_t @ mean_step >= side,
        angle,
        p.product(
            longer,
            p.norm_nonnegative(mean_step),
            p.assume(SUM["α + β ≤ π/2: cos(α+β) ≥ 0"]),
        ),
    )
    return Proved((line,), (step_has_mean(p), d_line))


def length_line(p: Prover) -> Line:
    """|E Krum_t| >= |grad| - eta sqrt(d) sigma."""
    k, g = norm(mean_step), norm(gradient)
    gap = norm(mean_step - gradient)
    sum_ = p.by(
        k + gap >= 0, p.norm_nonnegative(mean_step), p.norm_nonnegative(mean_step - gradient)
    )
    squares = p.by((k + gap) ** 2 - g**2 >= 0, p.cauchy_schwarz(-mean_step, mean_step - gradient))
    triangle = p.compare_squares(g, sum_, squares)
    return p.by(k >= g - radius, triangle, p.assume(RADIUS["|E Krum_t − ∇Q| ≤ η√dσ"]))


def _second(p: Prover) -> Proved:
    scale = p.multiply(p.root_nonnegative(horizon), p.assume(SUM["α + β ≤ π/2: cos(α+β) ≥ 0"]))
    line = p.by(side >= middle, p.multiply(scale, length_line(p)))
    return Proved((line,), (step_has_mean(p), p.assume(REGION["D ≥ 0"])))


def _third(p: Prover) -> Proved:
    scale = p.multiply(p.root_nonnegative(horizon), p.assume(SUM["α + β ≤ π/2: cos(α+β) ≥ 0"]))
    inside = p.assume(RADIUS["(iv): η√dσ ≤ sin α |∇Q|"])
    rest = p.multiply(
        p.weaken(p.by(1 - sin_a > 0, p.assume(BELOW_ONE["sin α < 1"]))),
        p.assume(EPSILON["(v): |∇Q| ≥ ε"]),
    )
    line = p.by(middle >= low, p.multiply(scale, inside), p.multiply(scale, rest))
    return Proved((line,), (p.assume(REGION["D ≥ 0"]),))


def _positive(p: Prover) -> Proved:
    d_line = p.assume(BEYOND["D > 0"])
    rooted, _ = positive_root(p, horizon, d_line)
    line = p.product(
        rooted,
        p.assume(EPSILON["ε > 0"]),
        p.by(1 - sin_a > 0, p.assume(BELOW_ONE["sin α < 1"])),
        p.assume(STRICT["α + β < π/2: cos(α+β) > 0"]),
    )
    return Proved((p.by(low > 0, line),), (p.weaken(d_line),))


def right_angle() -> Model:
    """alpha = 0, beta = pi/2, which the notes allow: cos(alpha + beta) = 0."""
    return descent(
        (2, 0),
        (0, 1),
        (0, 1),
        {"cosine_beta": 0, "sine_beta": 1, "horizon": 1, "epsilon": 1},
    )


def at_the_horizon() -> Model:
    """alpha = 0, x_t at the angle beta to the gradient, and just beyond the horizon."""
    return descent(
        (4, 3),
        (1, 0),
        (1, 0),
        {
            "cosine_beta": Fraction(4, 5),
            "sine_beta": Fraction(3, 5),
            "horizon": Fraction(499, 100) ** 2,
            "epsilon": 1,
        },
    )


def _along_gradient(p: Prover) -> Proved:
    """<k, g> = |g|^2 + <k - g, g> >= |g|^2 - r |g|."""
    inside = p.multiply(p.assume(RADIUS["|E Krum_t − ∇Q| ≤ η√dσ"]), p.norm_nonnegative(gradient))
    line = p.by(
        mean_step @ gradient >= (norm(gradient) - radius) * norm(gradient),
        p.cauchy_schwarz(gradient - mean_step, gradient),
        inside,
    )
    return Proved((line,), (step_has_mean(p),))


def _by_rho(p: Prover) -> Proved:
    inside = p.multiply(p.assume(RADIUS["(iv): η√dσ ≤ sin α |∇Q|"]), p.norm_nonnegative(gradient))
    goal = (norm(gradient) - radius) * norm(gradient) >= (1 - sin_a) * squared(gradient)
    return Proved((p.by(goal, inside),))


def _no_noise(p: Prover) -> Proved:
    zero = p.assume(STATIONARY["∇Q(x) = 0"])
    return Proved(
        (p.by(radius <= 0, p.assume(RADIUS["(iv): η√dσ ≤ sin α |∇Q|"]), p.times(zero, sin_a)),)
    )


NEEDS = {**ANGLES, **BALL, **OUTWARD, **GRADIENT, **SUM, **REGION, **MOMENTS}


STEP = Step(
    equation="2-13",
    title="Beyond the horizon the step has a definite part along x_t",
    section="1.4.2",
    display=r"""\langle x_t,\mathbb E Krum_t \rangle \ge \sqrt D· \|\mathbb EKrum_t\| · \cos (\alpha + \beta) \\
\ge \sqrt D· (\|\nabla Q(x_t)-\eta(n,f)·\sqrt d·\sigma(x_t)\|) · \cos (\alpha + \beta) \\
\ge \sqrt D· \epsilon· (1-\sin \alpha) · \cos (\alpha + \beta) > 0 \tag{2-13}""",
    explanation=(
        "The angle again, then the ball, then hypotheses (iv) and (v). The last sign must be strict for "
        "the contradiction with Σγ_t = ∞, so this argument needs α + β < π/2 and D > 0; the theorem does not (confined). Here r(x_t) is the radius of "
        "the ball, which the notes write η√dσ."
    ),
    uses=("2-7",),
    claims=(
        Claim(
            "2-13a",
            "the angle and ‖x_t‖ ≥ √D",
            quote=r"\langle x_t,\mathbb E Krum_t \rangle \ge \sqrt D· \|\mathbb EKrum_t\| · \cos (\alpha + \beta)",
            origin="none",
            compared="arXiv:1703.02757v1 has the same line.",
            readings=(
                Reading(
                    "as written",
                    x_t @ mean_step >= side,
                    needs=NEEDS,
                    proof=_first,
                    justification="GAP",
                    gap="It rests on (2-7b), which is false with Definition 1 (i) alone; the ball is needed.",
                    why="The angle of x_t and E Krum_t is at most α + β (by the ball), and ‖x_t‖² > D.",
                    breaks="With Definition 1 (i) alone the angle may be larger.",
                ),
            ),
            tightness=Tightness(
                examples=(at_the_horizon,),
                claimed="1",
                best_proved="1",
                comment="The ratio tends to 1 where ‖x_t‖² tends to D.",
            ),
        ),
        Claim(
            "2-13b",
            "the length of E Krum_t",
            quote=r"\ge \sqrt D· (\|\nabla Q(x_t)-\eta(n,f)·\sqrt d·\sigma(x_t)\|) · \cos (\alpha + \beta)",
            impact="slip",
            origin="transcription",
            compared="arXiv:1703.02757v1 takes the norm of ∇Q alone.",
            comment="A number is subtracted from a vector inside the norm.",
            readings=(
                Reading(
                    "as written",
                    side >= root(horizon) * norm(gradient - radius) * cos_sum,
                    expected="ILL-TYPED",
                    justification="NONE",
                    why="η√dσ is a number, ∇Q(x_t) a vector.",
                ),
                Reading(
                    "repaired",
                    side >= middle,
                    needs={**SUM, **REGION, **RADIUS, **MOMENTS},
                    proof=_second,
                    why="E Krum_t is within η√dσ of ∇Q.",
                    breaks="It is the ball, not Definition 1 (i).",
                ),
            ),
        ),
        Claim(
            "2-13c",
            "hypotheses (iv) and (v)",
            quote=r"\ge \sqrt D· \epsilon· (1-\sin \alpha) · \cos (\alpha + \beta)",
            origin="none",
            compared="arXiv:1703.02757v1 has the same line.",
            readings=(
                Reading(
                    "as written",
                    middle >= low,
                    needs={**SUM, **REGION, **RADIUS, **EPSILON, **BELOW_ONE},
                    proof=_third,
                    why="η√dσ ≤ sin α|∇Q|, and |∇Q| ≥ ε.",
                ),
            ),
        ),
        Claim(
            "2-13d",
            "and this is positive",
            quote=r"\sqrt D· \epsilon· (1-\sin \alpha) · \cos (\alpha + \beta) > 0",
            impact="local repair",
            origin="transcription",
            compared="arXiv:1703.02757v1 has α < π/2 and β < π/2 − α, strictly.",
            comment="The notes allow β = π/2 − α, where cos(α+β) = 0, and D = 0.",
            readings=(
                Reading(
                    "as written",
                    low > 0,
                    needs={**ANGLES, **SUM, **EPSILON, **BELOW_ONE, **REGION},
                    counterexample=right_angle,
                    expected="REFUTED",
                    justification="NONE",
                    why="α = 0 and β = π/2.",
                    ties="No ties are involved.",
                ),
                Reading(
                    "repaired",
                    low > 0,
                    needs={**STRICT, **EPSILON, **BELOW_ONE, **BEYOND},
                    proof=_positive,
                    why="All four factors are positive.",
                    breaks="Each of them may be 0 otherwise.",
                ),
            ),
        ),
    ),
)

ALONG = Step(
    equation="2-22",
    title="The step along the gradient",
    section="1.4.2",
    display=r"""\langle \mathbb EKrum_t,\nabla Q(x_t) \rangle \ge (\|\nabla Q(x_t)\| - \eta(n,f)·\sqrt d · \sigma(x_t)) · \|\nabla Q(x_t)\| \ge (1-\sin \alpha) · \rho_t \tag{2-22}""",
    explanation="The ball again; ρ_t = ‖∇Q(x_t)‖². The ends of the line are Definition 1 (i) itself, and r(x_t) is η√dσ.",
    uses=("ball",),
    claims=(
        Claim(
            "2-22a",
            "the ball",
            quote=r"\langle \mathbb EKrum_t,\nabla Q(x_t) \rangle \ge (\|\nabla Q(x_t)\| - \eta·\sqrt d · \sigma(x_t)) · \|\nabla Q(x_t)\|",
            origin="none",
            compared="arXiv:1703.02757v1 has the same line.",
            readings=(
                Reading(
                    "as written",
                    mean_step @ gradient >= (norm(gradient) - radius) * norm(gradient),
                    needs={**RADIUS, **MOMENTS},
                    proof=_along_gradient,
                    why="⟨E Krum, ∇Q⟩ = |∇Q|² + ⟨E Krum − ∇Q, ∇Q⟩.",
                ),
            ),
        ),
        Claim(
            "2-22b",
            "hypothesis (iv)",
            quote=r"\ge (1-\sin \alpha) · \rho_t",
            origin="none",
            compared="arXiv:1703.02757v1 has the same line.",
            readings=(
                Reading(
                    "as written",
                    (norm(gradient) - radius) * norm(gradient) >= (1 - sin_a) * squared(gradient),
                    needs=RADIUS,
                    proof=_by_rho,
                    why="η√dσ ≤ sin α|∇Q|.",
                ),
            ),
        ),
        Claim(
            "iv-at-zero",
            "what (iv) forces where the gradient vanishes",
            origin="ours",
            comment=(
                "There η√dσ(x) ≤ 0, so σ(x) = 0: at a minimum every worker must send exactly the "
                "gradient. Stochastic gradients with noise at the minimum are excluded."
            ),
            readings=(
                Reading(
                    "as written",
                    radius <= 0,
                    needs={**RADIUS, **STATIONARY},
                    proof=_no_noise,
                    why="η√dσ ≤ sin α·0.",
                ),
            ),
        ),
    ),
)
