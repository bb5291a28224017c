"""Sentences of section 1.4.2 that are not displayed: the region, continuous functions, grad h_t."""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.models import Model
from theory.kernel.rules import Line
from theory.kernel.terms import AlmostSure, Formula, Relation, term
from theory.notation.document import Claim, Reading, Step
from theory.notation.language import Look, expectation, norm, squared
from theory.papers.krum import bridge, krum_run
from theory.papers.krum.confined import SQUARES, distance_obligations, excess, excess_lines
from theory.papers.krum.descent_setting import NONNEGATIVE_STEP, horizon, positive_part, x_t
from theory.papers.krum.eq_2_02_phi import positive_part_lines
from theory.papers.krum.eq_2_07_drift import BEYOND, epsilon, gradient
from theory.papers.krum.rule_at_t import KRUM, beyond_line
from theory.papers.krum.run_claims import run_claim
from theory.papers.krum.setting import G, language
from theory.papers.krum.smooth_cost import rho
from theory.papers.krum.witnesses import WITNESSES
from theory.search.prover import Proved, Prover

gradient_of_h = language.scalar("gradient_of_h", Look("∇h_t"))
"""h_t is the number Q(x_t), not a function; so this would be a derivative of a number."""

SHORT_BEYOND: dict[str, Formula] = {
    name: formula for name, formula in BEYOND.items() if "cos" not in name
}
CONFINED_NEEDS: dict[str, Formula] = {**SQUARES, **NONNEGATIVE_STEP, **KRUM.needs}
STEP_NEEDS: dict[str, Formula] = {
    name: formula
    for name, formula in {**krum_run.PRINTED_NEEDS, **BEYOND}.items()
    if isinstance(formula, Relation) and not name.startswith("damping")
}


def outside() -> Model:
    """The first witness model: one step of descent by Krum, far beyond the horizon."""
    return WITNESSES[0][1]()


near = positive_part(1 - rho / epsilon / epsilon)
"""Positive where the gradient is shorter than epsilon."""


def _never_both(p: Prover) -> Line:
    """e_t max(1 - rho/epsilon^2, 0) = 0: beyond the horizon the gradient is not short."""
    size, positive = (p.assume(formula) for formula in SHORT_BEYOND.values())
    there = beyond_line(p)
    long = p.cancel(size, there, norm(gradient) - epsilon)
    one = p.inverse(epsilon, positive)
    inverse = p.inverse_nonnegative(positive)
    both = p.by(norm(gradient) + epsilon >= 0, long, positive, positive)
    y = 1 - rho / epsilon / epsilon
    below = p.by(
        -y >= 0,
        p.product(inverse, inverse, p.multiply(long, both)),
        p.times(one, term(1)),
        p.times(one, epsilon / epsilon),
    )
    sign, _, product = positive_part_lines(p, y)
    square = p.by(-(near**2) >= 0, product, p.multiply(sign, below))
    zero = p.both(sign, p.compare_squares(near, p.zero(), square))
    far = p.times(zero, excess)
    none = p.both(excess_lines(p)[0], p.by(-excess >= 0, p.assume(excess <= 0)))
    goal = (excess * near).eq(0)
    return p.cases(excess, p.by(goal, far), p.by(goal, p.times(none, near)))


def _in_the_end(p: Prover) -> Proved:
    """Where the gradient is short the run is inside, and in the end it is short."""
    scale = p.constant(1 / epsilon)
    short = p.damped(p.damped(p.use("proposition-2"), scale), scale)
    above = positive_part_lines(p, 1 - rho / epsilon / epsilon)[1]
    line = p.eventually(excess, near, short, _never_both(p), above)
    return Proved((line,), distance_obligations(p))


def _second_moment(p: Prover) -> Proved:
    """E|G|^2 <= A_2 + B_2 |x_t|^2 <= 1 + A_2^2 + (1 + B_2^2) |x_t|^2."""
    a, b = bridge.growth[2]
    of_square = p.hypothesis("square integrable")
    moment = expectation(squared(G))
    sizes = p.added(
        p.constant(1 + a**2),
        p.comparison(
            "bounded",
            (1 + b**2) * squared(x_t),
            1 + b**2,
            p.use("confined"),
            p.multiply(p.by(1 + b**2 >= 0, p.square(b), p.number(Fraction(1))), p.square(x_t)),
            p.zero(),
        ),
    )
    below = p.by(
        1 + a**2 + (1 + b**2) * squared(x_t) - moment >= 0,
        p.assume(next(iter(bridge.moment_growth(2).values()))),
        p.square(a - Fraction(1, 2)),
        p.multiply(p.square(b - Fraction(1, 2)), p.square(x_t)),
        p.square(x_t),
        p.number(Fraction(1)),
    )
    sign = p.expect(p.square(G))
    return Proved((p.comparison("bounded", moment, term(1), sizes, sign, below),), (of_square,))


def _gradient_bounded(p: Prover) -> Proved:
    """|grad|^2 = |E G|^2 <= E|G|^2."""
    below = p.by(expectation(squared(G)) - rho >= 0, *bridge.jensen_of_gradient(p))
    return Proved(
        (p.comparison("bounded", rho, term(1), p.use("continuous"), p.square(gradient), below),)
    )


REGION = Step(
    equation="region",
    title="Is x_t confined to the region?",
    section="1.4.2",
    display=(r"x_t \text{ is almost surely globally confined within the region } \|x\|^2 \le D."),
    explanation=(
        "Not at every t: the run may start outside, and a step may leave the region. What is true is "
        "that with ‖∇Q‖ ≥ ε beyond the horizon it is inside in the end, since the gradient tends to "
        "zero; and that it is bounded even without ε (confined)."
    ),
    uses=("proposition-2",),
    claims=(
        Claim(
            "region",
            "‖x_t‖² ≤ D",
            quote=r"x_t \text{ is almost surely globally confined within the region } \|x\|^2 \le D",
            impact="local repair",
            origin="both",
            compared="arXiv:1703.02757v1, p. 10, has the same sentence.",
            comment="The notes go on to prove that u_t tends to 0, which is less.",
            readings=(
                Reading(
                    "as written",
                    squared(x_t) <= horizon,
                    needs=STEP_NEEDS,
                    counterexample=outside,
                    expected="REFUTED",
                    justification="NONE",
                    why="Nothing says where the run starts: here x_1 is beyond the horizon.",
                    ties="No ties are involved.",
                ),
                Reading(
                    "repaired",
                    AlmostSure("vanishes", excess),
                    needs={**krum_run.PRINTED_NEEDS, **SHORT_BEYOND},
                    proof=_in_the_end,
                    expected=krum_run.DAMPED,
                    justification="GAP",
                    gap="The notes show that u_t tends to 0, not that it is 0 from some time on.",
                    why=(
                        "ρ_t tends to 0 (proposition-2), and beyond the horizon ρ_t ≥ ε². So e_t is 0 "
                        "from some time on."
                    ),
                    breaks="Without ε the gradient may tend to zero outside of the region.",
                    sampled=False,
                ),
            ),
        ),
    ),
)

CONTINUOUS = Step(
    equation="continuous",
    title="What is bounded along the run",
    section="1.4.2",
    display=(
        r"\text{any continuous function of } x_t \text{ is also bounded, such as } "
        r"\|x_t\|^2,\mathbb E\|G(x,\xi)\|^2 \text{ and all the derivatives of } Q(x_t)."
    ),
    explanation=(
        "A continuous function is bounded on a ball, so along a bounded run; each path has its own "
        "bound. For a general function that is Weierstrass's theorem, not a claim here. That "
        "E‖G(x, ξ)‖² is continuous in x is not among the hypotheses; it is bounded by (iii)."
    ),
    uses=("confined",),
    claims=(
        run_claim(
            "continuous",
            "E‖G(x_t, ξ)‖² is bounded",
            AlmostSure("bounded", expectation(squared(G))),
            CONFINED_NEEDS,
            _second_moment,
            krum_run.SIEGMUND,
            quote=r"\text{any continuous function of } x_t \text{ is also bounded, such as } \mathbb E\|G(x,\xi)\|^2",
            gap="That E‖G‖² is continuous in x is not assumed; (iii) bounds it all the same.",
            why="(iii), and ‖x_t‖² is bounded.",
            comment="By a bound that depends on the path.",
        ),
        run_claim(
            "continuous-gradient",
            "‖∇Q(x_t)‖² is bounded",
            AlmostSure("bounded", rho),
            CONFINED_NEEDS,
            _gradient_bounded,
            krum_run.SIEGMUND,
            quote=r"\text{all the derivatives of } Q(x_t)",
            gap="That the derivative is bounded is taken from continuity; (iii) bounds it without.",
            why="‖∇Q‖² = ‖E G‖² ≤ E‖G‖².",
            comment="The first derivative alone; for the others Q must have them, and be continuous.",
        ),
    ),
)

GRADIENT_OF_H = Step(
    equation="grad-h",
    title="The gradient of h_t",
    section="1.4.2",
    display=r"\nabla Q(x_t) = \nabla h_t",
    explanation="h_t = Q(x_t) is a number, and has no gradient. Nothing depends on the notation.",
    claims=(
        Claim(
            "grad-h",
            "the gradient of the number h_t",
            quote=r"\nabla Q(x_t) = \nabla h_t",
            impact="slip",
            origin="not compared",
            readings=(
                Reading(
                    "as written",
                    gradient.eq(gradient_of_h),
                    expected="ILL-TYPED",
                    justification="NONE",
                    why="h_t is a number at each t, not a function of x; ∇Q(x_t) is a vector.",
                ),
            ),
        ),
    ),
)
