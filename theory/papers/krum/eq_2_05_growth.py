"""(2-5), (2-6): the remaining terms of a step grow at most like 1 + u_t."""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.models import Model
from theory.kernel.rules import Line
from theory.kernel.terms import Relation, SomeConstant, Term
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import root
from theory.papers.krum.descent_setting import (
    MOMENTS,
    NONNEGATIVE_STEP,
    gamma,
    horizon,
    mean_step,
    positive_part,
    slope_t,
    step,
    u_t,
    x_t,
)
from theory.papers.krum.eq_2_02_phi import positive_part_lines
from theory.papers.krum.eq_2_03_one_step import (
    GROWTH,
    above,
    conditional_line,
    growth,
    largest_step,
    moment_bound,
    obligations,
    q,
    x1,
    x2,
)
from theory.papers.krum.models import krum_model
from theory.papers.krum.setting import C
from theory.search.prover import Proved, Prover

absorbed = moment_bound * (9 + 5 * largest_step + largest_step**2)
"""The constant of (2-5)."""
absorbed_sharp = moment_bound * (Fraction(29, 4) + 5 * largest_step + largest_step**2)
"""A smaller one: 6 (s + s^2) <= 29/4 (1 + s^2) for s = |x_t|^2, with equality near s = 12/5."""


def absorbed_line(p: Prover, constant: Term = absorbed) -> Line:
    """The four last terms of (2-4) are at most gamma^2 times the constant times 1 + |x_t|^4."""
    g = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
    second_m, third_m, fourth_m, small, d_line = (p.assume(f) for f in GROWTH.values())
    one = p.number(Fraction(1))
    s = p.norm_nonnegative(x_t)
    q_positive, _, _ = positive_part_lines(p, above)
    gg = p.multiply(g, g)
    slope_line = p.by(
        positive_part(above) <= x2,
        p.compare_squares(
            root(above**2),
            p.by(x2 + horizon >= 0, p.square(x_t), d_line),
            p.by(
                (x2 + horizon) ** 2 - root(above**2) ** 2 >= 0,
                p.root_square(p.square(above)),
                p.multiply(p.square(x_t), d_line),
            ),
        ),
    )
    m_nonneg = bound_nonnegative(p)
    quad = [p.square(x2 - 1), p.square(x1 - 1), p.square(x2), p.square(x_t)]
    if constant == absorbed_sharp:
        quad.append(p.square(5 * x2 - 12))
    scale = p.multiply(gg, m_nonneg)
    gap = p.by(largest_step - gamma >= 0, small)
    gap2 = p.by(
        largest_step**2 - gamma**2 >= 0, p.multiply(gap, p.by(largest_step + gamma >= 0, g, gap))
    )
    big = p.by(largest_step >= 0, g, gap)
    x_side = [*quad, one, s]
    return p.by(
        growth <= -2 * gamma * (x_t @ mean_step) * slope_t + gamma**2 * (constant * (1 + x1**4)),
        conditional_line(p),
        p.product(gg, q_positive, second_m),
        p.product(gg, p.square(x_t), second_m),
        p.product(gg, g, s, third_m),
        p.product(gg, gg, fourth_m),
        *(p.multiply(p.multiply(scale, slope_line), y) for y in (one, p.square(x_t))),
        *(p.multiply(scale, y) for y in x_side),
        *(p.product(scale, gap, y) for y in (*x_side, p.multiply(s, p.square(x_t)))),
        *(p.product(scale, big, y) for y in x_side),
        *(p.product(scale, gap2, y) for y in (one, p.square(x2))),
    )


def _absorbed(p: Prover) -> Proved:
    return Proved((absorbed_line(p),), obligations(p), value=absorbed)


def _absorbed_sharp(p: Prover) -> Proved:
    return Proved((absorbed_line(p, absorbed_sharp),), obligations(p))


def bound_nonnegative(p: Prover) -> Line:
    """M >= 0, since M (1 + |x_t|^2) >= E|Krum_t|^2 >= 0."""
    second_m = p.assume(GROWTH["E‖Krum_t‖² ≤ M(1+‖x_t‖²)"])
    positive = p.by(1 + x2 > 0, p.square(x_t), p.number(Fraction(1)))
    return p.cancel(
        p.by((1 + x2) * moment_bound >= 0, second_m, p.expect(p.square(step))),
        positive,
        moment_bound,
    )


by_u = 2 + 2 * horizon**2
"""The constant of (2-6)."""
by_u_sharp = 1 + horizon + horizon**2


def by_u_sharp_line(p: Prover) -> Line:
    """(1 + D + D^2) (1 + q^2) - 1 - (D + q)^2 = D (1 - q)^2 + D^2 q^2."""
    d_line = p.assume(GROWTH["D ≥ 0"])
    q_positive, q_above, _ = positive_part_lines(p, above)
    both = p.by(horizon + q + x2 >= 0, d_line, q_positive, p.square(x_t))
    return p.by(
        1 + x1**4 <= by_u_sharp * (1 + u_t),
        p.multiply(p.by(horizon + q - x2 >= 0, q_above), both),
        p.multiply(d_line, p.square(1 - q)),
        p.square(horizon * q),
    )


def by_u_line(p: Prover) -> Line:
    """|x_t|^2 <= D + q and (D + q)^2 <= 2 D^2 + 2 q^2."""
    d_line = p.assume(GROWTH["D ≥ 0"])
    q_positive, q_above, _ = positive_part_lines(p, above)
    both = p.by(horizon + q + x2 >= 0, d_line, q_positive, p.square(x_t))
    fourth = p.by(
        x1**4 <= (horizon + q) ** 2,
        p.multiply(p.by(horizon + q - x2 >= 0, q_above), both),
    )
    return p.by(
        1 + x1**4 <= by_u * (1 + u_t),
        fourth,
        p.square(horizon - q),
        p.square(q),
        p.multiply(p.square(horizon), p.square(q)),
        p.square(horizon),
        p.number(Fraction(1)),
    )


def absorbed_nonnegative(p: Prover, constant: Term = absorbed) -> Line:
    """The constant of (2-5) is not negative."""
    gamma_line, small = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"]), p.assume(GROWTH["γ_t ≤ Γ"])
    large = p.by(largest_step >= 0, gamma_line, small)
    bound = bound_nonnegative(p)
    return p.by(constant >= 0, bound, p.multiply(bound, large), p.product(bound, large, large))


def _by_u(p: Prover) -> Proved:
    return Proved((by_u_line(p),), (p.square(above),), value=by_u)


def _by_u_sharp(p: Prover) -> Proved:
    return Proved((by_u_sharp_line(p),), (p.square(above),))


def straight_out() -> Model:
    """d = 1, D = 0, x_t = 3/2, and small steps of length 1 outwards: all moments at their bound."""
    small = Fraction(1, 100)
    numbers = {"gamma": small, "largest_step": small, "moment_bound": Fraction(4, 13)}
    extra: dict[str, object] = {name: {(): value} for name, value in numbers.items()}
    extra |= {"x_t": {(): (Fraction(3, 2),)}}
    return krum_model(
        3, 0, [(1, 1)], extra=extra, also=lambda vectors: {"step": {(): (Fraction(-1),)}}
    )


def _absorbs(constant: Term) -> Relation:
    return growth <= -2 * gamma * (x_t @ mean_step) * slope_t + gamma**2 * (constant * (1 + x1**4))


rest = growth + 2 * gamma * (x_t @ mean_step) * slope_t
"""What is left of the growth besides the drift."""


NEEDS = {**NONNEGATIVE_STEP, **MOMENTS, **GROWTH}

ABSORBED = Step(
    equation="2-5",
    title="The remaining terms grow at most like ‖x_t‖⁴",
    section="1.4.2",
    display=r"""\mathbb E(u_{t+1}-u_t|P_t) \le -2 \gamma_t \langle x_t,\mathbb E(Krum_t)\rangle \phi'(\|x_t\|^2) + \gamma_t^2(A_0+B_0\|x_t\|^4) \tag{2-5}""",
    explanation=(
        "Resilience (ii) and hypothesis (iii) bound the moments of Krum_t by M(1+‖x_t‖^r). The step "
        "sizes are bounded by some Γ, since Σγ_t² is finite. Then one constant serves as A_0 and B_0."
    ),
    uses=("2-4", "definition-1"),
    claims=(
        Claim(
            "2-5",
            "constants A_0 and B_0",
            quote=r"\mathbb E(u_{t+1}-u_t|P_t) \le -2 \gamma_t \langle x_t,\mathbb E(Krum_t)\rangle \phi'(\|x_t\|^2) + \gamma_t^2(A_0+B_0\|x_t\|^4)",
            origin="none",
            compared="arXiv:1703.02757v1, p. 11, has the same line.",
            comment="φ′ is there because it is in (2-3); its loss in (2-4) was a slip.",
            readings=(
                Reading(
                    "as written",
                    SomeConstant("constant", ("moment_bound", "largest_step"), _absorbs(C)),
                    needs=NEEDS,
                    proof=_absorbed,
                    justification="GAP",
                    gap="It starts from (2-4), which is false without φ′; that the step sizes are bounded is not said.",
                    why="With A_0 = B_0 = M(9 + 5Γ + Γ²).",
                    breaks="Unbounded step sizes: γ⁴ is then not a multiple of γ².",
                ),
            ),
            tightness=Tightness(
                examples=(straight_out,),
                claimed="A_0, B_0, open",
                best_proved="M(29/4 + 5Γ + Γ²), see 2-5-sharp",
                comment="The ratio is that of the terms without the drift to γ²M(9+5Γ+Γ²)(1+‖x_t‖⁴).",
                sides=(rest, gamma**2 * (absorbed * (1 + x1**4))),
            ),
        ),
        Claim(
            "2-5-sharp",
            "smaller constants A_0 and B_0",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    _absorbs(absorbed_sharp),
                    needs=NEEDS,
                    proof=_absorbed_sharp,
                    why="With A_0 = B_0 = M(29/4 + 5Γ + Γ²): 6(s + s²) ≤ (29/4)(1 + s²), s = ‖x_t‖².",
                ),
            ),
            tightness=Tightness(
                examples=(straight_out,),
                claimed="1",
                best_proved="1",
                comment=(
                    "Nearly attained by small steps outwards at ‖x_t‖ = 3/2: the least constant for "
                    "Γ → 0 is 3(1+√2)M, which is 7.2426 M."
                ),
                sides=(rest, gamma**2 * (absorbed_sharp * (1 + x1**4))),
            ),
        ),
    ),
)

BY_U = Step(
    equation="2-6",
    title="‖x_t‖⁴ is at most a multiple of 1 + u_t",
    section="1.4.2",
    display=r"""\mathbb E(u_{t+1}-u_t|P_t) \le -2 \gamma_t \langle x_t,\mathbb E(Krum_t)\rangle \phi'(\|x_t\|^2) + \gamma_t^2(A+B·u_t) \tag{2-6}""",
    explanation="Beyond D, u_t = (‖x_t‖² − D)² grows like ‖x_t‖⁴; below D, ‖x_t‖⁴ is at most D².",
    uses=("2-5",),
    claims=(
        Claim(
            "2-6",
            "constants A and B",
            quote=r"\gamma_t^2(A+B·u_t)",
            origin="none",
            compared="arXiv:1703.02757v1, p. 11, has the same line.",
            readings=(
                Reading(
                    "as written",
                    SomeConstant("constant", ("horizon",), 1 + x1**4 <= C * (1 + u_t)),
                    needs={"D ≥ 0": GROWTH["D ≥ 0"]},
                    proof=_by_u,
                    why="With 2 + 2D², so A = B = (2 + 2D²) times the constant of (2-5).",
                    breaks="D must not be negative, or be replaced by |D|.",
                ),
            ),
            tightness=Tightness(
                claimed="A, B, open",
                best_proved="1 + D + D², see 2-6-sharp",
                comment="The ratio is to (2 + 2D²)(1 + u_t).",
            ),
        ),
        Claim(
            "2-6-sharp",
            "smaller constants A and B",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    1 + x1**4 <= by_u_sharp * (1 + u_t),
                    needs={"D ≥ 0": GROWTH["D ≥ 0"]},
                    proof=_by_u_sharp,
                    why="With 1 + D + D²: the difference is D(1 − q)² + D²q², where u_t = q².",
                ),
            ),
            tightness=Tightness(
                examples=(straight_out,),
                claimed="1",
                best_proved="1",
                comment="Equality for D = 0.",
            ),
        ),
    ),
)
