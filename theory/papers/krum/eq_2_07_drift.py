"""(2-7): does the step point away from infinity? The angle needs the ball, not only Definition 1."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from theory.kernel.models import Model
from theory.kernel.rules import Line
from theory.kernel.terms import Formula, Term
from theory.notation.language import Look, norm, squared
from theory.papers.krum.descent_setting import (
    horizon,
    mean_step,
    positive_part,
    slope_t,
    x_t,
)
from theory.papers.krum.eq_2_02_phi import positive_part_lines
from theory.papers.krum.eq_2_03_one_step import (
    moments,
    step_integrable,
)
from theory.papers.krum.models import Vector, krum_model
from theory.papers.krum.setting import language
from theory.search.prover import Prover

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


def angle_of_ball(p: Prover, ball: Line | None = None) -> Line:
    """<E Krum, grad> >= cos alpha |E Krum| |grad|: a ball of radius sin alpha |grad| is in the cone.

    With a = <k, g>, the ball says |k|^2 - 2a + (1 - sin^2)|g|^2 <= 0, so 2a >= |k|^2 + cos^2 |g|^2.
    """
    ball = ball or p.assume(next(iter(BALL.values())))
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


def two_angles(p: Prover, positive: Line, b_line: Line, ball: Line | None = None) -> Line:
    """<x, k> >= cos(alpha + beta) |x| |k|, from |g| > 0 and the angle b_line of x and g.

    ball: |k - g| <= sin(alpha) |g|, which is assumed if it is not given.
    Split k and x along g: what is orthogonal to g has length at most sin |k| and sin |x|.
    """
    g = norm(gradient)
    k, x = norm(mean_step), norm(x_t)
    a, b = mean_step @ gradient, x_t @ gradient
    a_line = angle_of_ball(p, ball)
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
