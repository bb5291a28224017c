"""Ours: the algebra of the run that refutes Proposition 2 with Definition 1 alone.

The run, its cost and the rest of its proof are in `empirics.dynamics.spiral`.
"""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.models import Model
from theory.kernel.rules import Line
from theory.kernel.terms import Formula, term
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import Look, squared
from theory.papers.krum.descent_setting import NONNEGATIVE_STEP, gamma, x_t
from theory.papers.krum.models import krum_model
from theory.papers.krum.setting import language
from theory.search.prover import Proved, Prover

turned = language.plain_vector("turned", Look("Jx_t"), varies=True)
"""x_t after a quarter turn in the plane."""
spiral_gradient = language.abbreviation(
    "spiral_gradient", x_t + Fraction(3, 5) * turned, Look("g", subscript="t")
)
turned_gradient = turned - Fraction(3, 5) * x_t
outward = language.abbreviation(
    "outward",
    term(1) / 2 * spiral_gradient + Fraction(5, 2) * turned_gradient,
    Look("F", subscript="t"),
)

QUARTER_TURN: dict[str, Formula] = {
    "J is a quarter turn: ⟨x_t, Jx_t⟩ = 0": (x_t @ turned).eq(0),
    "J is a quarter turn: |Jx_t| = |x_t|": squared(turned).eq(squared(x_t)),
}


def _lines(p: Prover) -> list[Line]:
    return [p.assume(formula) for formula in QUARTER_TURN.values()]


def _along(p: Prover) -> Proved:
    return Proved((p.by((outward @ spiral_gradient).eq(squared(spiral_gradient) / 2), *_lines(p)),))


def _long(p: Prover) -> Proved:
    goal = squared(outward).eq(Fraction(13, 2) * squared(spiral_gradient))
    return Proved((p.by(goal, *_lines(p)),))


def _outward(p: Prover) -> Proved:
    across, equal = _lines(p)
    gamma_line = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
    facts = (
        p.times(across, gamma),
        p.times(across, gamma**2),
        p.times(equal, gamma**2),
        p.multiply(p.square(gamma), p.square(x_t)),
        p.multiply(gamma_line, p.square(x_t)),
    )
    goal = squared(x_t - gamma * outward) >= (1 + gamma) ** 2 * squared(x_t)
    return Proved((p.by(goal, *facts),))


def short_step() -> Model:
    """A step of 1/100 from the first unit vector of the plane."""
    zero, one = Fraction(0), Fraction(1)
    known = {"x_t": {(): (one, zero)}, "turned": {(): (zero, one)}}
    return krum_model(3, 0, [((1, 0), 1)], extra={**known, "gamma": {(): Fraction(1, 100)}})


STEP = Step(
    equation="spiral",
    title="In the cone of Definition 1, and outward at every step",
    section="ours",
    explanation=(
        "In the plane let the gradient at x_t be g_t = x_t + (3/5)Jx_t, and the rule F_t = g_t/2 + "
        "(5/2)Jg_t, where J is a quarter turn. F_t makes the angle of Definition 1 (i) with sin α = 1/2, "
        "and it is no longer than (ii) allows; but it has a large part across g_t, which leads away from "
        "the minimum. A cost with these gradients, with three continuous derivatives, is built in the "
        "program (by hand: that it is smooth, and has (iii) and (v), is not machine-checked)."
    ),
    uses=("definition-1",),
    claims=(
        Claim(
            "spiral-cone",
            "F_t satisfies Definition 1 (i) with sin α = 1/2, with equality",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    (outward @ spiral_gradient).eq(squared(spiral_gradient) / 2),
                    needs=QUARTER_TURN,
                    proof=_along,
                    why="Jg_t is orthogonal to g_t.",
                ),
            ),
        ),
        Claim(
            "spiral-length",
            "F_t is no longer than a multiple of g_t, as Definition 1 (ii) asks",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    squared(outward).eq(Fraction(13, 2) * squared(spiral_gradient)),
                    needs=QUARTER_TURN,
                    proof=_long,
                    why="(1/2)² + (5/2)² = 13/2.",
                ),
            ),
        ),
        Claim(
            "spiral",
            "every step leads outward, by the factor 1 + γ_t at least",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    squared(x_t - gamma * outward) >= (1 + gamma) ** 2 * squared(x_t),
                    needs={**QUARTER_TURN, **NONNEGATIVE_STEP},
                    proof=_outward,
                    why="F_t = −x_t + (14/5)Jx_t, so |x_{t+1}|² = ((1 + γ_t)² + (14γ_t/5)²)|x_t|².",
                    breaks="With γ_t = 1/t and |x_1| = 1, |x_t| ≥ t: the run leaves for infinity.",
                ),
            ),
            tightness=Tightness(
                examples=(short_step,),
                claimed="1",
                best_proved="1",
                comment="The ratio tends to 1 as γ_t → 0; what is dropped is (14γ_t/5)²|x_t|².",
            ),
        ),
    ),
)
