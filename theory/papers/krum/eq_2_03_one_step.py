"""(2-3), (2-4): one step of descent, and its mean."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from theory.kernel.models import Model
from theory.kernel.rules import Line
from theory.kernel.terms import Formula, term
from theory.notation.document import Claim, Reading, Step
from theory.notation.language import Look, expectation, norm, squared
from theory.papers.krum.descent_setting import (
    MOMENTS,
    NONNEGATIVE_STEP,
    gamma,
    horizon,
    mean_step,
    positive_part,
    slope_t,
    step,
    u_next,
    u_t,
    x_next,
    x_t,
)
from theory.papers.krum.eq_2_02_phi import convex_line, positive_part_lines
from theory.papers.krum.models import Vector, krum_model
from theory.papers.krum.setting import language
from theory.search.prover import Proved, Prover

k2, k3, k4 = squared(step), norm(step) ** 3, norm(step) ** 4
x2, x1 = squared(x_t), norm(x_t)
above = x2 - horizon
q = positive_part(above)

first = (
    (-2 * gamma * (x_t @ step) + gamma**2 * k2) * slope_t
    + 4 * gamma**2 * (x_t @ step) ** 2
    - 4 * gamma**3 * (x_t @ step) * k2
    + gamma**4 * k4
)
second = (
    -2 * gamma * (x_t @ step) * slope_t
    + gamma**2 * k2 * slope_t
    + 4 * gamma**2 * x2 * k2
    + 4 * gamma**3 * x1 * k3
    + gamma**4 * k4
)
m2, m3, m4 = (expectation(k) for k in (k2, k3, k4))
growth = expectation(u_next - u_t)
bounded = (
    -2 * gamma * (x_t @ mean_step) * slope_t
    + gamma**2 * m2 * slope_t
    + 4 * gamma**2 * x2 * m2
    + 4 * gamma**3 * x1 * m3
    + gamma**4 * m4
)
as_printed = (
    -2 * gamma * (x_t @ mean_step)
    + gamma**2 * m2 * slope_t
    + 4 * gamma**2 * x2 * m2
    + 4 * gamma**3 * x1 * m2
    + gamma**4 * m4
)
second_power = bounded - 4 * gamma**3 * x1 * (m3 - m2)
"""With phi' in its place, and the second power where the third should be."""

moment_bound, largest_step = (
    language.scalar("moment_bound", Look("M")),
    language.scalar("largest_step", Look("Γ")),
)
GROWTH: dict[str, Formula] = {
    "E‖Krum_t‖² ≤ M(1+‖x_t‖²)": m2 <= moment_bound * (1 + x2),
    "E‖Krum_t‖³ ≤ M(1+‖x_t‖³)": m3 <= moment_bound * (1 + x1**3),
    "E‖Krum_t‖⁴ ≤ M(1+‖x_t‖⁴)": m4 <= moment_bound * (1 + x1**4),
    "γ_t ≤ Γ": gamma <= largest_step,
    "D ≥ 0": horizon >= 0,
}


def _squares(p: Prover) -> tuple[Line, Line]:
    return p.square(squared(x_next) - horizon), p.square(above)


def first_line(p: Prover) -> Line:
    """(2-3), first sign: (2-2) at a = |x_t|^2 and b = |x_{t+1}|^2."""
    return p.by(u_next - u_t <= first, convex_line(p, above, squared(x_next) - horizon))


def second_line(p: Prover) -> Line:
    """(2-3), second sign: Cauchy-Schwarz, twice."""
    gamma_line = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
    plus, minus = p.cauchy_schwarz(x_t, step), p.cauchy_schwarz(-x_t, step)
    both = p.multiply(plus, minus)
    cube = p.product(gamma_line, gamma_line, gamma_line, minus, p.square(step))
    return p.by(first <= second, p.product(gamma_line, gamma_line, both), cube)


def moments(p: Prover) -> dict[int, Line]:
    """|Krum_t|^r is integrable for r = 1 to 4, as |k|^r <= 1 + |k|^4."""
    fourth = p.assume(MOMENTS["Krum_t has a fourth moment"])
    bound = 1 + k4
    integrable = p.integrable(bound, fourth, p.integrable_deterministic(term(1)))
    k = norm(step)
    facts = [
        p.square(k2 - 1),
        p.square(k2),
        p.square(k2 - k),
        p.square(k - 1),
        p.square(step),
        p.number(Fraction(1)),
        p.norm_nonnegative(step),
        p.multiply(p.norm_nonnegative(step), p.square(k - 1)),
        p.multiply(p.norm_nonnegative(step), p.square(step)),
    ]
    lines = {4: fourth}
    for r, x in ((1, k), (2, k2), (3, k3)):
        lines[r] = p.dominated(x, bound, integrable, *facts)
    return lines


def inner_integrable(p: Prover, of_length: Line) -> Line:
    """<x_t, Krum_t> is integrable."""
    bound = x1 * norm(step)
    integrable = p.integrable(bound, (x1, (), of_length))
    return p.dominated(
        x_t @ step, bound, integrable, p.cauchy_schwarz(x_t, step), p.cauchy_schwarz(-x_t, step)
    )


def step_integrable(p: Prover, of_square: Line) -> Line:
    """Krum_t is integrable."""
    trivial = p.weaken(p.by(k2.eq(k2)))
    return p.integrable_vector(step, trivial, of_square)


def growth_integrable(p: Prover) -> Line:
    """u_{t+1} - u_t is integrable: a power of |x_{t+1}| of order 4 at most."""
    lines = moments(p)
    y = squared(x_next) - horizon
    _, _, p_zero = positive_part_lines(p, y)
    q_next = positive_part(y)
    u = q_next**2
    square_bound = p.by(u <= y**2, p.square(q_next - y), p_zero)
    inner = x_t @ step
    minus = p.multiply(p.cauchy_schwarz(x_t, step), p.cauchy_schwarz(-x_t, step))
    half = p.by(
        y**2 <= 3 * (x2 - horizon) ** 2 + 12 * gamma**2 * inner**2 + 3 * gamma**4 * k4,
        p.square(x2 - horizon + 2 * gamma * inner),
        p.square(x2 - horizon - gamma**2 * k2),
        p.square(2 * gamma * inner + gamma**2 * k2),
    )
    bound = 3 * (x2 - horizon) ** 2 + 12 * gamma**2 * x2 * k2 + 3 * gamma**4 * k4
    below = p.by(u <= bound, square_bound, half, p.multiply(p.square(gamma), minus))
    integrable = p.integrable(
        bound,
        p.integrable_deterministic(3 * (x2 - horizon) ** 2),
        (12 * gamma**2 * x2, (), lines[2]),
        (3 * gamma**4, (), lines[4]),
    )
    of_u = p.dominated(u, bound, integrable, below, p.square(q_next))
    return p.integrable(u_next - u_t, of_u, p.integrable_deterministic(u_t))


def conditional_line(p: Prover) -> Line:
    """(2-4), repaired: the mean of (2-3)."""
    lines = moments(p)
    inner = inner_integrable(p, lines[1])
    of_growth = growth_integrable(p)
    pathwise = p.by(u_next - u_t <= second, first_line(p), second_line(p))
    gap = second - (u_next - u_t)
    opened = p.mean(
        gap,
        (-2 * gamma * slope_t, (), inner),
        (gamma**2 * slope_t + 4 * gamma**2 * x2, (), lines[2]),
        (4 * gamma**3 * x1, (), lines[3]),
        (gamma**4, (), lines[4]),
        (term(-1), (), of_growth),
    )
    along = p.expect_inner(step, x_t, step_integrable(p, lines[2]))
    return p.by(growth <= bounded, p.expect(pathwise), opened, p.times(along, 2 * gamma * slope_t))


def obligations(p: Prover) -> tuple[Line, ...]:
    """What u, the moments and E Krum_t need to denote."""
    lines = moments(p)
    return (
        growth_integrable(p),
        step_integrable(p, lines[2]),
        lines[2],
        lines[3],
        lines[4],
        *_squares(p),
    )


def _first(p: Prover) -> Proved:
    return Proved((first_line(p),), _squares(p))


def _second(p: Prover) -> Proved:
    return Proved((second_line(p),), _squares(p)[1:])


def _conditional(p: Prover) -> Proved:
    return Proved((conditional_line(p),), obligations(p))


def still() -> Model:
    """d = 1, x_t = 1, D = 100: u is 0 before and after the step, which is along x_t."""

    def move(vectors: Sequence[Vector]) -> dict[str, object]:
        return {"step": {(): (Fraction(1),)}}

    values = {"gamma": Fraction(1, 8), "horizon": Fraction(100)}
    extra = {name: {(): value} for name, value in values.items()} | {"x_t": {(): (Fraction(1),)}}
    return krum_model(3, 0, [(1, 1)], extra=extra, also=move)


def long_step() -> Model:
    """d = 1, x_t = 1, D = 0 and a step of length 2 outwards: |x|^4 grows from 1 to 81."""
    values = {"gamma": Fraction(1), "horizon": Fraction(0)}
    extra = {name: {(): value} for name, value in values.items()} | {"x_t": {(): (Fraction(1),)}}
    return krum_model(
        3, 0, [(1, 1)], extra=extra, also=lambda vectors: {"step": {(): (Fraction(-2),)}}
    )


STEP = Step(
    equation="2-3",
    title="One step of descent",
    section="1.4.2",
    display=r"""u_{t+1}-u_t\le (-2\gamma_t \langle x_t,Krum_t\rangle + \gamma_t^2\|Krum_t\|^2)·\phi'(\|x_t\|^2)+4\gamma_t^2 \langle x_t,Krum_t\rangle ^2 \\
- 4\gamma_t^3 \langle x_t,Krum_t\rangle\|Krum_t\|^2 + \gamma_t^4\|Krum\|^4 \\
\le -2 \gamma_t \langle x_t,Krum_t\rangle \phi'(\|x_t\|^2) + \gamma_t^2\|Krum_t\|^2 \phi'(\|x_t\|^2) \\
+ 4 \gamma_t^2\|x_t\|^2\|Krum_t\|^2 + 4\gamma_t^3\|x_t\|\|Krum_t\|^3+\gamma_t^4\|Krum_t\|^4 \tag{2-3}""",
    explanation="(2-2) with a = ‖x_t‖² and b = ‖x_{t+1}‖² = ‖x_t‖² − 2γ_t⟨x_t, Krum_t⟩ + γ_t²‖Krum_t‖².",
    uses=("2-2",),
    claims=(
        Claim(
            "2-3a",
            "(2-2) at the two points of a step",
            quote=r"u_{t+1}-u_t\le (-2\gamma_t \langle x_t,Krum_t\rangle + \gamma_t^2\|Krum_t\|^2)·\phi'(\|x_t\|^2)+4\gamma_t^2 \langle x_t,Krum_t\rangle ^2 - 4\gamma_t^3 \langle x_t,Krum_t\rangle\|Krum_t\|^2 + \gamma_t^4\|Krum\|^4",
            origin="none",
            compared="arXiv:1703.02757v1, p. 11; the notes lose one subscript t.",
            readings=(
                Reading(
                    "as written",
                    u_next - u_t <= first,
                    proof=_first,
                    justification="GAP",
                    gap="It is taken from (2-2), which as printed is false: φ(a) and φ(b) are exchanged on its left side.",
                    why="The repaired (2-2); the printed one would give the opposite.",
                    breaks="Nothing is assumed: it holds for every step.",
                ),
            ),
        ),
        Claim(
            "2-3b",
            "⟨a, b⟩ ≤ ‖a‖‖b‖",
            quote=r"\le -2 \gamma_t \langle x_t,Krum_t\rangle \phi'(\|x_t\|^2) + \gamma_t^2\|Krum_t\|^2 \phi'(\|x_t\|^2) + 4 \gamma_t^2\|x_t\|^2\|Krum_t\|^2 + 4\gamma_t^3\|x_t\|\|Krum_t\|^3+\gamma_t^4\|Krum_t\|^4",
            origin="none",
            compared="arXiv:1703.02757v1, p. 11, has the same line.",
            readings=(
                Reading(
                    "as written",
                    first <= second,
                    needs=NONNEGATIVE_STEP,
                    proof=_second,
                    why="Cauchy–Schwarz for the square, and for −⟨x_t, Krum_t⟩ in the cubic term.",
                    breaks="With a negative step size the cubic term has the wrong sign.",
                ),
            ),
        ),
    ),
)

CONDITIONAL = Step(
    equation="2-4",
    title="The mean of one step",
    section="1.4.2",
    display=r"""\mathbb E(u_{t+1}-u_t|P_t) \le -2\gamma_t\langle x_t,\mathbb E(Krum_t)\rangle+\gamma_t^2 \mathbb E(\|Krum_t\|^2)\phi'(\|x_t\|^2)+4\gamma_t^2\|x_t\|^2 \mathbb E(\|Krum_t\|^2) \\
+ 4\gamma_t^3\|x_t\|\mathbb E(\|Krum_t\|^2) + \gamma_t^4\mathbb E(\|Krum_t\|^4) \tag{2-4}""",
    explanation=(
        "The mean of (2-3) given the past. Two things were lost: φ′(‖x_t‖²) behind the first term, "
        "which is the author's question about (2-5), and the third power."
    ),
    uses=("2-3",),
    claims=(
        Claim(
            "2-4",
            "the mean of (2-3), given the past",
            quote=r"\mathbb E(u_{t+1}-u_t|P_t) \le -2\gamma_t\langle x_t,\mathbb E(Krum_t)\rangle+\cdots",
            impact="slip",
            origin="both",
            compared=(
                "φ′ is missing in arXiv:1703.02757v1, p. 11, too, as far as a text extraction shows; "
                "the third power is a slip of the notes."
            ),
            comment="It answers “why φ′ can appear in (2-5)”: it was never gone, see (2-3).",
            readings=(
                Reading(
                    "as written",
                    growth <= as_printed,
                    needs={**NONNEGATIVE_STEP, **MOMENTS},
                    counterexample=still,
                    expected="REFUTED",
                    justification="NONE",
                    why=(
                        "x_t = 1, Krum_t = 1, D = 100, γ = 1/8: u stays 0, so the left side is 0, but "
                        "the first term on the right, without its factor φ′ = 0, is −1/4. The powers "
                        "of Krum_t are all 1 here: for the second fault see 2-4-power."
                    ),
                    ties="No ties are involved.",
                ),
                Reading(
                    "repaired",
                    growth <= bounded,
                    needs={**NONNEGATIVE_STEP, **MOMENTS},
                    proof=_conditional,
                    why="Take the mean of (2-3); x_t, γ_t and φ′(‖x_t‖²) are known at time t.",
                    breaks="Without a fourth moment of Krum_t the right side is infinite.",
                ),
            ),
        ),
        Claim(
            "2-4-power",
            "the mean of (2-3) with φ′ put back, but the second power in the fourth term",
            origin="ours",
            comment="The second fault of the line, alone.",
            readings=(
                Reading(
                    "as written",
                    growth <= second_power,
                    needs={**NONNEGATIVE_STEP, **MOMENTS},
                    counterexample=long_step,
                    expected="REFUTED",
                    justification="NONE",
                    why="x_t = 1, Krum_t = −2, D = 0, γ = 1: 81 − 1 = 80 on the left, 64 on the right.",
                    ties="No ties are involved.",
                ),
            ),
        ),
    ),
)
