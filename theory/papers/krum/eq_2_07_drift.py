"""(2-7): does the step point away from infinity? The angle needs the ball, not only Definition 1."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from theory.kernel.models import Model
from theory.kernel.rules import Line
from theory.kernel.terms import Formula, Relation, SomeConstant, Term
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import Look, norm, squared
from theory.papers.krum.descent_setting import (
    MOMENTS,
    NONNEGATIVE_STEP,
    gamma,
    horizon,
    mean_step,
    positive_part,
    slope_t,
    u_t,
    x_t,
)
from theory.papers.krum.eq_2_02_phi import positive_part_lines
from theory.papers.krum.eq_2_03_one_step import (
    GROWTH,
    growth,
    moments,
    obligations,
    step_integrable,
)
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
from theory.papers.krum.models import Vector, krum_model
from theory.papers.krum.setting import C, language
from theory.search.prover import Proved, Prover

gradient = language.plain_vector("gradient", Look("∇Q(x_t)"), varies=True)
next_gradient = language.plain_vector("next_gradient", Look("∇Q(x_{t+1})"), random=True)
language.successor(gradient, next_gradient)
cos_a, sin_a, cos_b, sin_b = (
    language.scalar(f"{name}_{angle}", Look(f"{short} {letter}"))
    for angle, letter in (("alpha", "α_0"), ("beta", "β_0"))
    for name, short in (("cosine", "cos"), ("sine", "sin"))
)
cos_sum = cos_a * cos_b - sin_a * sin_b
"""cos(alpha + beta), by the addition theorem."""

ANGLES: dict[str, Formula] = {
    "cos²α + sin²α = 1": (cos_a**2 + sin_a**2).eq(1),
    "cos²β + sin²β = 1": (cos_b**2 + sin_b**2).eq(1),
    "0 ≤ α ≤ π/2: cos α ≥ 0": cos_a >= 0,
    "0 ≤ α ≤ π/2: sin α ≥ 0": sin_a >= 0,
    "0 ≤ β ≤ π/2: cos β ≥ 0": cos_b >= 0,
    "0 ≤ β ≤ π/2: sin β ≥ 0": sin_b >= 0,
}
BALL: dict[str, Formula] = {
    "E Krum_t is in the ball: |E Krum_t − ∇Q| ≤ sin α |∇Q|": norm(mean_step - gradient)
    <= sin_a * norm(gradient)
}
CONE: dict[str, Formula] = {
    "Definition 1 (i): ⟨E Krum_t, ∇Q⟩ ≥ (1 − sin α)|∇Q|²": mean_step @ gradient
    >= (1 - sin_a) * squared(gradient)
}
OUTWARD: dict[str, Formula] = {
    "(v): ⟨x_t, ∇Q⟩ ≥ cos β |x_t| |∇Q|": x_t @ gradient >= cos_b * (norm(x_t) * norm(gradient))
}
GRADIENT: dict[str, Formula] = {"∇Q(x_t) ≠ 0": norm(gradient) > 0}
SUM: dict[str, Formula] = {"α + β ≤ π/2: cos(α+β) ≥ 0": cos_sum >= 0}
epsilon = language.scalar("epsilon", Look("ε"))
q = positive_part(squared(x_t) - horizon)
BEYOND: dict[str, Formula] = {
    "(v) beyond the horizon: ⟨x_t, ∇Q⟩ ≥ cos β |x_t| |∇Q|": q
    * (x_t @ gradient - cos_b * (norm(x_t) * norm(gradient)))
    >= 0,
    "(v) beyond the horizon: |∇Q| ≥ ε": q * (norm(gradient) - epsilon) >= 0,
    "ε > 0": epsilon > 0,
}

claimed = norm(x_t) * norm(mean_step) * cos_sum


def angle_of_ball(p: Prover) -> Line:
    """<E Krum, grad> >= cos alpha |E Krum| |grad|: a ball of radius sin alpha |grad| is in the cone.

    With a = <k, g>, the ball says |k|^2 - 2a + (1 - sin^2)|g|^2 <= 0, so 2a >= |k|^2 + cos^2 |g|^2.
    """
    ball = p.assume(next(iter(BALL.values())))
    one = p.assume(ANGLES["cos²α + sin²α = 1"])
    size = p.multiply(p.assume(ANGLES["0 ≤ α ≤ π/2: sin α ≥ 0"]), p.norm_nonnegative(gradient))
    k, g = norm(mean_step), norm(gradient)
    sum_ = p.by(
        sin_a * g + norm(mean_step - gradient) >= 0, size, p.norm_nonnegative(mean_step - gradient)
    )
    squares = p.by(sin_a**2 * g**2 - norm(mean_step - gradient) ** 2 >= 0, p.multiply(ball, sum_))
    return p.by(
        mean_step @ gradient >= cos_a * (k * g),
        squares,
        p.times(one, g**2),
        p.square(k - cos_a * g),
    )


def two_angles(p: Prover, positive: Line, b_line: Line) -> Line:
    """<x, k> >= cos(alpha + beta) |x| |k|, from |g| > 0 and the angle b_line of x and g.

    Split k and x along g: what is orthogonal to g has length at most sin |k| and sin |x|.
    """
    g = norm(gradient)
    k, x = norm(mean_step), norm(x_t)
    a, b = mean_step @ gradient, x_t @ gradient
    a_line = angle_of_ball(p)
    cos_a_line, cos_b_line = (
        p.assume(ANGLES["0 ≤ α ≤ π/2: cos α ≥ 0"]),
        p.assume(ANGLES["0 ≤ β ≤ π/2: cos β ≥ 0"]),
    )
    sin_a_line, sin_b_line = (
        p.assume(ANGLES["0 ≤ α ≤ π/2: sin α ≥ 0"]),
        p.assume(ANGLES["0 ≤ β ≤ π/2: sin β ≥ 0"]),
    )
    one_a, one_b = p.assume(ANGLES["cos²α + sin²α = 1"]), p.assume(ANGLES["cos²β + sin²β = 1"])
    sizes = {v: p.norm_nonnegative(v) for v in (gradient, mean_step, x_t)}
    along_a = p.product(cos_a_line, sizes[mean_step], sizes[gradient])
    along_b = p.product(cos_b_line, sizes[x_t], sizes[gradient])
    rest_k, rest_x = g**2 * mean_step - a * gradient, g**2 * x_t - b * gradient

    def short(
        rest: Term,
        sine: Term,
        whole: Term,
        sine_line: Line,
        size: Line,
        inner: Term,
        inner_line: Line,
        along: Line,
        one: Line,
        cosine: Term,
    ) -> Line:
        """|g^2 v - <v, g> g| <= sin |v| g^2."""
        larger = p.product(sine_line, size, sizes[gradient], sizes[gradient])
        above = p.by(inner + cosine * whole * g >= 0, inner_line, along, along)
        inside = p.by(inner**2 >= cosine**2 * whole**2 * g**2, p.multiply(inner_line, above))
        squares = p.by(
            (sine * whole * g**2) ** 2 - norm(rest) ** 2 >= 0,
            p.multiply(inside, p.square(gradient)),
            p.times(one, whole**2 * g**4),
        )
        return p.compare_squares(norm(rest), larger, squares)

    short_k = short(
        rest_k, sin_a, k, sin_a_line, sizes[mean_step], a, a_line, along_a, one_a, cos_a
    )
    short_x = short(rest_x, sin_b, x, sin_b_line, sizes[x_t], b, b_line, along_b, one_b, cos_b)
    cauchy = p.cauchy_schwarz(-rest_k, rest_x)
    both_short = p.by(
        norm(rest_k) * norm(rest_x) <= sin_a * sin_b * k * x * g**4,
        p.multiply(short_k, p.norm_nonnegative(rest_x)),
        p.product(sin_a_line, sizes[mean_step], sizes[gradient], sizes[gradient], short_x),
    )
    inner_product = p.by(
        a * b >= cos_a * cos_b * k * x * g**2,
        p.multiply(a_line, p.by(b >= 0, b_line, along_b)),
        p.multiply(along_a, b_line),
    )
    goal = x_t @ mean_step - cos_sum * (x * k)
    scaled = p.by(
        g**4 * goal >= 0, cauchy, both_short, p.multiply(inner_product, p.square(gradient))
    )
    return p.cancel(scaled, p.product(*[positive] * 4), goal)


def step_has_mean(p: Prover) -> Line:
    """Krum_t has a mean."""
    return step_integrable(p, moments(p)[2])


def _angle(p: Prover) -> Proved:
    line = two_angles(p, p.assume(GRADIENT["∇Q(x_t) ≠ 0"]), p.assume(next(iter(OUTWARD.values()))))
    return Proved((line,), (step_has_mean(p),))


def outward_lines(p: Prover, beyond: Line) -> tuple[Line, Line, Line]:
    """Beyond the horizon (q > 0): |grad| > 0, the angle of (v), and |grad| >= epsilon."""
    angle, size, positive = (p.assume(formula) for formula in BEYOND.values())
    gap = p.cancel(size, beyond, norm(gradient) - epsilon)
    outward = p.cancel(angle, beyond, x_t @ gradient - cos_b * (norm(x_t) * norm(gradient)))
    return p.by(norm(gradient) > 0, gap, positive), outward, gap


def drift_line(p: Prover) -> Line:
    """<x_t, E Krum_t> phi'(|x_t|^2) >= 0: beyond the horizon two angles add up, before it phi' = 0."""
    beyond = p.assume(q > 0)
    positive, outward, _ = outward_lines(p, beyond)
    both = two_angles(p, positive, outward)
    lengths = p.product(
        p.norm_nonnegative(x_t),
        p.norm_nonnegative(mean_step),
        p.assume(SUM["α + β ≤ π/2: cos(α+β) ≥ 0"]),
    )
    inner = p.by(x_t @ mean_step >= 0, both, lengths)
    goal = x_t @ mean_step * slope_t >= 0
    far = p.by(goal, p.multiply(inner, beyond))
    not_negative, _, _ = positive_part_lines(p, squared(x_t) - horizon)
    zero = p.both(not_negative, p.by(-q >= 0, p.assume(q <= 0)))
    near = p.weaken(p.times(zero, 2 * (x_t @ mean_step)))
    return p.cases(q, far, near)


def _drift(p: Prover) -> Proved:
    return Proved((drift_line(p),), (p.square(squared(x_t) - horizon), step_has_mean(p)))


def _grows(constant: Term) -> Relation:
    return growth <= gamma**2 * (constant * (1 + u_t))


def _growth(p: Prover) -> Proved:
    """(2-5), without its first term, and (2-6)."""
    value = absorbed * by_u
    gamma_line = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
    line = p.by(
        _grows(value),
        absorbed_line(p),
        p.multiply(gamma_line, drift_line(p)),
        p.product(gamma_line, gamma_line, absorbed_nonnegative(p), by_u_line(p)),
    )
    return Proved((line,), obligations(p), value=value)


def _growth_sharp(p: Prover) -> Proved:
    """The same from the smaller constants of (2-5) and (2-6)."""
    gamma_line = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
    line = p.by(
        _grows(absorbed_sharp * by_u_sharp),
        absorbed_line(p, absorbed_sharp),
        p.multiply(gamma_line, drift_line(p)),
        p.product(
            gamma_line, gamma_line, absorbed_nonnegative(p, absorbed_sharp), by_u_sharp_line(p)
        ),
    )
    return Proved((line,), obligations(p))


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


def descent(x: Any, k: Any, g: Any, numbers: dict[str, Any]) -> Model:
    """x_t, a constant Krum_t and the gradient as given, with the symbols of the angles."""

    def exact(v: Any) -> Vector:
        return tuple(Fraction(c) for c in v)

    values = {"cosine_alpha": 1, "cosine_beta": 1, **numbers}
    extra: dict[str, Any] = {name: {(): Fraction(v)} for name, v in values.items()}
    extra |= {"x_t": {(): exact(x)}, "gradient": {(): exact(g)}}

    def also(vectors: Sequence[Vector]) -> dict[str, Any]:
        return {"step": {(): exact(k)}}

    law = [(tuple(1 if c == 0 else 0 for c in range(len(x))), 1)]
    return krum_model(3, 0, law, extra=extra, also=also)


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
    _grows(C),
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
        "Two angles add up: E Krum_t is within α of the gradient, the gradient within β of x_t. But "
        "Definition 1 (i) does not bound the angle, since E Krum_t may be long and mostly sideways; the "
        "ball of the proof of Proposition 1 does. And hypothesis (v) speaks only beyond the horizon: "
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
            "the angle of x_t and E Krum_t is at most α + β",
            quote=r"\langle x_t,\mathbb E(Krum_t)\rangle \ge \|x_t\|·\|\mathbb E Krum_t\| ·\cos(\alpha+\beta)",
            impact="local repair",
            origin="both",
            compared="arXiv:1703.02757v1, p. 11, has the same line.",
            comment=(
                "Is (α, f)-Byzantine resilience as defined enough? No: (i) allows an E Krum_t that is "
                "long and mostly across the gradient. The ball around the gradient, which the proof of "
                "Proposition 1 gives, is enough."
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
                        "In the plane, ∇Q = (1, 0), x_t = (4, 3), E Krum_t = (1, −10), sin α = sin β = "
                        "3/5: (i) and (v) hold, but ⟨x_t, E Krum_t⟩ = −26."
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
                    gap="It drops the first term by (2-7a) and (2-7b), which are false as written.",
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
                    _grows(absorbed_sharp * by_u_sharp),
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
