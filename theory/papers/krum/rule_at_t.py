"""What the theorem uses of a rule at t: proved of Krum, and assumed of any rule in the ball."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from theory.kernel.rules import Line
from theory.kernel.terms import Formula, term
from theory.notation.language import expectation, norm, root, squared
from theory.papers.krum import bridge
from theory.papers.krum.confined import HORIZON, Descent, Rule, excess, excess_lines, outward
from theory.papers.krum.descent_setting import horizon, mean_step, positive_part, step, x_t
from theory.papers.krum.eq_2_02_phi import positive_part_lines
from theory.papers.krum.eq_2_03_one_step import GROWTH, moment_bound
from theory.papers.krum.eq_2_05_growth import bound_nonnegative
from theory.papers.krum.eq_2_07_drift import (
    ANGLES,
    BALL,
    BEYOND,
    CONE,
    SUM,
    cos_a,
    cos_b,
    gradient,
    q,
    sin_a,
    sin_b,
)
from theory.papers.krum.smooth_cost import (
    SECOND,
    SQUARE,
    of_gradient,
    of_gradient_nonnegative,
    second_moment,
)
from theory.search.prover import Prover

OUTWARD = next(name for name in BEYOND if "cos" in name)
PRINTED: dict[str, Formula] = {**ANGLES, **SUM, OUTWARD: BEYOND[OUTWARD]}
"""(v) as it is printed, without the part that says that the gradient is not short."""
tilt = norm(x_t) * norm(gradient)
NOT_INWARD: dict[str, Formula] = {
    "(v) beyond the horizon: ⟨x_t, ∇Q⟩ ≥ sin α |x_t| |∇Q|": q * (x_t @ gradient - sin_a * tilt) >= 0
}
"""What is used of (v)."""


def cosine_line(p: Prover) -> Line:
    """cos(beta) >= sin(alpha), as alpha + beta <= pi/2: their squares, by cos a cos b >= sin a sin b."""
    cosines = p.multiply(
        p.assume(ANGLES["0 ≤ α ≤ π/2: cos α ≥ 0"]), p.assume(ANGLES["0 ≤ β ≤ π/2: cos β ≥ 0"])
    )
    sines = p.multiply(
        p.assume(ANGLES["0 ≤ α ≤ π/2: sin α ≥ 0"]), p.assume(ANGLES["0 ≤ β ≤ π/2: sin β ≥ 0"])
    )
    both = p.by(cos_a * cos_b + sin_a * sin_b >= 0, cosines, sines)
    one_a, one_b = p.assume(ANGLES["cos²α + sin²α = 1"]), p.assume(ANGLES["cos²β + sin²β = 1"])
    squares = p.by(
        cos_b**2 - sin_a**2 >= 0,
        p.multiply(p.assume(next(iter(SUM.values()))), both),
        p.times(one_a, cos_b**2),
        p.times(one_b, sin_a**2),
    )
    return p.compare_squares(sin_a, p.assume(ANGLES["0 ≤ β ≤ π/2: cos β ≥ 0"]), squares)


def printed_lines(p: Prover) -> tuple[Line, Line]:
    """sin(alpha) <= 1, and `NOT_INWARD`, from (v) as it is printed."""
    one = p.number(Fraction(1))
    unit = p.assume(ANGLES["cos²α + sin²α = 1"])
    below = p.compare_squares(sin_a, one, p.by(1 - sin_a**2 >= 0, unit, p.square(cos_a)))
    sizes = p.norm_nonnegative(x_t), p.norm_nonnegative(gradient)
    sign = positive_part_lines(p, squared(x_t) - horizon)[0]
    angle = p.by(
        q * (x_t @ gradient - sin_a * tilt) >= 0,
        p.assume(BEYOND[OUTWARD]),
        p.product(cosine_line(p), *sizes, sign),
    )
    return p.by(sin_a <= 1, below), angle


def beyond_line(p: Prover) -> Line:
    """From e_t > 0: |x|^2 is beyond the horizon, max(|x|^2 - D, 0) > 0."""
    beyond = p.assume(excess > 0)
    root_d = p.root_square(p.assume(HORIZON["D ≥ 0"]))
    gap = excess - norm(x_t) + root(horizon)
    exact = p.by(gap.eq(0), p.cancel(excess_lines(p)[2], beyond, gap))
    sizes = p.norm_nonnegative(x_t), p.root_nonnegative(horizon)
    longer = p.by(norm(x_t) + root(horizon) > 0, exact, beyond, *sizes)
    y = squared(x_t) - horizon
    far = p.by(y > 0, p.multiply(longer, beyond), p.times(exact, norm(x_t) + root(horizon)), root_d)
    return p.by(positive_part(y) > 0, far, positive_part_lines(p, y)[1])


def outward_line(p: Prover, angle: Callable[[Prover], Line]) -> Line:
    """e <x, E k> >= 0: <x, k> >= <x, g> - |x| |k - g|, beyond the horizon."""
    beyond = p.assume(excess > 0)
    size = p.norm_nonnegative(x_t)
    direction = p.cancel(
        p.assume(next(iter(NOT_INWARD.values()))), beyond_line(p), x_t @ gradient - sin_a * tilt
    )
    inner = p.by(
        x_t @ mean_step >= 0,
        direction,
        p.cauchy_schwarz(-x_t, mean_step - gradient),
        p.multiply(angle(p), size),
    )
    none = p.both(excess_lines(p)[0], p.by(-excess >= 0, p.assume(excess <= 0)))
    near = p.weaken(p.times(none, x_t @ mean_step))
    return p.cases(excess, p.by(outward >= 0, p.multiply(inner, beyond)), p.by(outward >= 0, near))


def krum_growth(p: Prover) -> Line:
    """E|Krum_t|^2 <= 4 (A_2 + B_2 |x|^2) <= 4 (1 + A_2^2) + 4 (1 + B_2^2) |x|^2."""
    a, b = bridge.growth[2]
    return p.by(
        expectation(squared(step)) <= KRUM.level[0] + KRUM.level[1] * squared(x_t),
        bridge.second_line(p),
        bridge.gradient_growth(p),
        p.square(a - Fraction(1, 2)),
        p.multiply(p.square(b - Fraction(1, 2)), p.square(x_t)),
        p.square(x_t),
        p.number(Fraction(1)),
    )


def _krum_signs(p: Prover) -> tuple[Line, Line]:
    one = p.number(Fraction(1))
    a, b = (p.by(4 * (1 + c**2) >= 0, p.square(c), one) for c in bridge.growth[2])
    return a, b


def _ball(p: Prover) -> Line:
    return p.assume(next(iter(BALL.values())))


def ball_descent(p: Prover) -> Line:
    """<E F, grad> >= (1 - sin alpha) |grad|^2."""
    inside = p.multiply(_ball(p), p.norm_nonnegative(gradient))
    return p.by(
        mean_step @ gradient >= (1 - sin_a) * squared(gradient),
        p.cauchy_schwarz(gradient - mean_step, gradient),
        inside,
    )


_OF_KRUM: dict[str, Any] = {
    "share": term(bridge.SHARE),
    "most": term(bridge.MOST),
    "square": bridge.step_square_integrable,
    "descent": bridge.descent_line,
    "share_positive": lambda p: p.number(bridge.SHARE),
    "moment": bridge.second_line,
    "most_nonnegative": lambda p: p.weaken(p.number(Fraction(bridge.MOST))),
}
KRUM_DOWNHILL = Descent(needs=bridge.QUIET, **_OF_KRUM)
KRUM = Rule(
    needs={**bridge.QUIET, **bridge.moment_growth(2), **HORIZON, **NOT_INWARD},
    level=(4 * (1 + bridge.growth[2][0] ** 2), 4 * (1 + bridge.growth[2][1] ** 2)),
    outward=lambda p: outward_line(p, bridge.angle_line),
    growth=krum_growth,
    level_signs=_krum_signs,
    **_OF_KRUM,
)

SECOND_GROWTH: dict[str, Formula] = {"E‖Krum_t‖² ≤ M(1+‖x_t‖²)": GROWTH["E‖Krum_t‖² ≤ M(1+‖x_t‖²)"]}
BELOW_ONE: dict[str, Formula] = {"sin α < 1": sin_a < 1}
SINE_SIGN = {"0 ≤ α ≤ π/2: sin α ≥ 0": ANGLES["0 ≤ α ≤ π/2: sin α ≥ 0"]}
_OF_ANY: dict[str, Any] = {
    "share": 1 - sin_a,
    "most": of_gradient,
    "square": lambda p: p.assume(next(iter(SQUARE.values()))),
    "share_positive": lambda p: p.by(1 - sin_a > 0, p.assume(BELOW_ONE["sin α < 1"])),
    "moment": second_moment,
    "most_nonnegative": of_gradient_nonnegative,
}
IN_THE_CONE = Descent(
    needs={**SQUARE, **SECOND, **CONE, **BELOW_ONE},
    descent=lambda p: p.assume(next(iter(CONE.values()))),
    **_OF_ANY,
)
"""Any rule with Definition 1: (i), and (ii) for r = 2; what (iv) makes of (ii)."""
IN_THE_BALL = Rule(
    needs={
        **SQUARE, **SECOND_GROWTH, **SECOND, **BALL, **BELOW_ONE, **SINE_SIGN, **HORIZON,
        **NOT_INWARD,
    },
    level=(moment_bound, moment_bound),
    outward=lambda p: outward_line(p, _ball),
    growth=lambda p: p.assume(next(iter(SECOND_GROWTH.values()))),
    level_signs=lambda p: (bound_nonnegative(p), bound_nonnegative(p)),
    descent=ball_descent,
    prefix="ball-rule-",
    **_OF_ANY,
)  # fmt: skip
"""Any rule whose mean is within sin(alpha) |grad| of the gradient, with (ii) for r = 2."""
