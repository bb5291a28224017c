"""From one step to a run: at each t, given the past, Krum_t is Krum of i.i.d. vectors around grad Q.

The law of the workers is that of G(x_t, .); g is its mean and variance is sigma^2(x_t). So
everything that is proved of Krum holds at each t, with E the conditional expectation given P_t.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from theory.kernel.models import Model, Outcome
from theory.kernel.rules import Line
from theory.kernel.terms import Formula, Relation, term
from theory.lemmas.jensen import centred_square, jensen_square, vector_integrable
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import Look, expectation, norm, root, squared
from theory.papers.krum.descent_setting import mean_step, step, x_t
from theory.papers.krum.eq_1_02_decomposition import krum_square_integrable, skewed_coin
from theory.papers.krum.eq_1_07_byzantine_bias import variance_nonnegative
from theory.papers.krum.eq_1_08_bias_bound import (
    dimension_nonnegative,
    krum_integrable,
    sigma_obligations,
)
from theory.papers.krum.eq_2_07_drift import ANGLES, gradient, sin_a
from theory.papers.krum.extreme_models import outer_steps, split_in_two
from theory.papers.krum.lemma_error import FIVE_SIXTHS, eta2_nonnegative, eta_obligations
from theory.papers.krum.lemma_krum_moments import (
    C_2,
    c_2_obligations,
    c_2_positive,
    explicit_line,
    krum_moment_integrable,
    moment_constant,
    power_of_norm,
    size_positive,
)
from theory.papers.krum.setting import G, Krum, d, eta, eta2, g, language, sigma, variance
from theory.search.prover import Proved, Prover

growth = {
    r: (language.scalar(f"A_{r}", Look(f"A_{r}")), language.scalar(f"B_{r}", Look(f"B_{r}")))
    for r in (2, 3, 4)
}
"""The constants of Proposition 2 (iii)."""

RULE: dict[str, Formula] = {"(2-1), 1.3: Krum_t is Krum of the vectors sent at t": step.eq(Krum)}
MEAN: dict[str, Formula] = {"(iii): E G(x_t, ·) = ∇Q(x_t), which is g": g.eq(gradient)}
NOISE: dict[str, Formula] = {
    "(iv): η√dσ ≤ sin α |∇Q|": eta * root(d) * sigma <= sin_a * norm(gradient)
}
SINE: dict[str, Formula] = {
    "0 ≤ α ≤ π/2: sin α ≥ 0": ANGLES["0 ≤ α ≤ π/2: sin α ≥ 0"],
    "sin α ≤ 1": sin_a <= 1,
}
rho = squared(gradient)
SHARE, MOST = Fraction(1, 12), 4
"""<E Krum_t, grad Q> >= SHARE |grad Q|^2 and E|Krum_t|^2 <= MOST |grad Q|^2, by (iv)."""

AT_T: dict[str, Formula] = {**RULE, **MEAN}
QUIET: dict[str, Formula] = {**AT_T, **NOISE, **SINE}


def moment_growth(r: int) -> dict[str, Formula]:
    """(iii) for one r."""
    a, b = growth[r]
    return {
        f"(iii): E‖G‖^{r} ≤ A_{r} + B_{r}‖x_t‖^{r}": expectation(power_of_norm(G, r))
        <= a + b * norm(x_t) ** r
    }


def is_krum(p: Prover) -> Line:
    """Krum_t = Krum."""
    return p.assume(next(iter(RULE.values())))


def is_gradient(p: Prover) -> Line:
    """g = grad Q(x_t)."""
    return p.assume(next(iter(MEAN.values())))


def step_square_integrable(p: Prover) -> Line:
    """|Krum_t|^2 has a mean."""
    same = p.dot(is_krum(p), step + Krum)
    return p.dominated(
        squared(step), squared(Krum), krum_square_integrable(p), same, p.square(step)
    )


def step_integrable(p: Prover) -> Line:
    """Krum_t has a mean."""
    return vector_integrable(p, step, step_square_integrable(p))


def mean_is_krum(p: Prover) -> Line:
    """E Krum_t = E Krum."""
    both = step_integrable(p), krum_integrable(p)
    opened = p.mean(step - Krum, both[0], (term(-1), (), both[1]))
    return p.by(mean_step.eq(expectation(Krum)), p.expect(is_krum(p)), opened)


def squares_agree(p: Prover) -> Line:
    """E|Krum_t - grad|^2 = E|Krum - g|^2."""
    mine, theirs = step_square_integrable(p), krum_square_integrable(p)
    lengths = p.dot(is_krum(p), step + Krum)
    opened = p.mean(squared(step) - squared(Krum), mine, (term(-1), (), theirs))
    mean = mean_is_krum(p)
    return p.by(
        expectation(squared(step - gradient)).eq(expectation(squared(Krum - g))),
        centred_square(p, step, gradient, mine),
        centred_square(p, Krum, g, theirs),
        p.expect(lengths),
        opened,
        p.dot(mean, gradient),
        p.dot(is_gradient(p), expectation(Krum)),
        p.dot(is_gradient(p), g + gradient),
    )


spread = eta**2 * (d * variance)
"""(eta sqrt(d) sigma)^2 at x_t."""


def error_line(p: Prover) -> Line:
    """E|Krum_t - grad|^2 <= 5/6 eta^2 d sigma^2."""
    more = p.multiply(p.use("below-eta-sharp"), variance_nonnegative(p))
    return p.by(
        expectation(squared(step - gradient)) <= FIVE_SIXTHS * spread,
        squares_agree(p),
        p.use("error-rational"),
        more,
        p.times(p.root_square(eta2_nonnegative(p)), d * variance),
    )


def jensen_line(p: Prover) -> Line:
    """|E Krum_t - grad|^2 <= E|Krum_t - grad|^2."""
    of_square = step_square_integrable(p)
    mean = mean_step
    slack = p.expect(p.square(step - mean))
    return p.by(
        squared(mean - gradient) <= expectation(squared(step - gradient)),
        slack,
        centred_square(p, step, mean, of_square),
        centred_square(p, step, gradient, of_square),
    )


def error_integrable(p: Prover) -> Line:
    """|Krum_t - grad|^2 has a mean."""
    bound = 2 * squared(step) + 2 * squared(gradient)
    parts = step_square_integrable(p), p.integrable_deterministic(squared(gradient))
    return p.dominated(
        squared(step - gradient),
        bound,
        p.integrable(bound, *parts),
        p.square(step + gradient),
        p.square(step - gradient),
    )


def root_lines(p: Prover) -> Line:
    """(eta sqrt(d) sigma)^2 is eta^2 d sigma^2."""
    dimension = p.root_square(dimension_nonnegative(p))
    deviation = p.root_square(p.hypothesis("variance is not negative"))
    return p.by(
        ((eta * root(d) * sigma) ** 2).eq(spread),
        p.times(dimension, eta**2 * root(variance) ** 2),
        p.times(deviation, eta**2 * d),
    )


def radius_nonnegative(p: Prover) -> Line:
    """eta sqrt(d) sigma >= 0."""
    return p.product(*map(p.root_nonnegative, (eta2, d, variance)))


def noise_line(p: Prover) -> Line:
    """(iv), squared: eta^2 d sigma^2 <= sin^2(alpha) |grad|^2."""
    inside = p.assume(next(iter(NOISE.values())))
    edge = p.multiply(p.assume(SINE["0 ≤ α ≤ π/2: sin α ≥ 0"]), p.norm_nonnegative(gradient))
    both = p.by(sin_a * norm(gradient) + eta * root(d) * sigma >= 0, edge, radius_nonnegative(p))
    return p.by(spread <= sin_a**2 * rho, root_lines(p), p.multiply(inside, both))


def quiet_line(p: Prover) -> Line:
    """eta^2 d sigma^2 <= |grad|^2, as sin(alpha) <= 1."""
    below, sign = p.assume(SINE["sin α ≤ 1"]), p.assume(SINE["0 ≤ α ≤ π/2: sin α ≥ 0"])
    one = p.by(1 + sin_a >= 0, sign, p.number(Fraction(1)))
    return p.by(spread <= rho, noise_line(p), p.product(below, one, p.square(gradient)))


def _less(p: Prover) -> Line:
    """5/6 of eta^2 d sigma^2 is less than all of it."""
    return p.multiply(p.square(eta), variance_nonnegative(p))


def ball_line(p: Prover) -> Line:
    """|E Krum_t - grad| <= eta sqrt(d) sigma."""
    goal = (eta * root(d) * sigma) ** 2 - norm(mean_step - gradient) ** 2 >= 0
    squares = p.by(goal, jensen_line(p), error_line(p), _less(p), root_lines(p))
    return p.compare_squares(norm(mean_step - gradient), radius_nonnegative(p), squares)


def angle_line(p: Prover) -> Line:
    """|E Krum_t - grad| <= sin(alpha) |grad|."""
    inside = p.assume(next(iter(NOISE.values())))
    return p.by(norm(mean_step - gradient) <= sin_a * norm(gradient), ball_line(p), inside)


def descent_line(p: Prover) -> Line:
    """<E Krum_t, grad> >= |grad|^2 / 12: 2 <k, g> >= |g|^2 - |k - g|^2, and that is a sixth left."""
    return p.by(
        mean_step @ gradient >= SHARE * rho,
        jensen_line(p),
        error_line(p),
        quiet_line(p),
        p.square(mean_step),
    )


def second_line(p: Prover) -> Line:
    """E|Krum_t|^2 <= 4 |grad|^2: |k|^2 <= 2 |k - g|^2 + 2 |g|^2."""
    of_square = step_square_integrable(p)
    double = 2 * squared(step - gradient) + 2 * squared(gradient) - squared(step)
    of_error = error_integrable(p)
    fixed = p.integrable_deterministic(squared(gradient))
    opened = p.mean(
        double, (term(2), (), of_error), (term(2), (), fixed), (term(-1), (), of_square)
    )
    return p.by(
        expectation(squared(step)) <= MOST * rho,
        p.expect(p.square(step - 2 * gradient)),
        opened,
        error_line(p),
        _less(p),
        quiet_line(p),
    )


def jensen_of_gradient(p: Prover) -> tuple[Line, ...]:
    """What gives |grad|^2 <= E|G|^2: |E G|^2 <= E|G|^2, and E G is g, which is grad."""
    return (
        jensen_square(p, G, p.hypothesis("square integrable")),
        p.dot(p.hypothesis("unbiased"), expectation(G) + g),
        p.dot(is_gradient(p), g + gradient),
    )


def gradient_growth(p: Prover) -> Line:
    """|grad|^2 <= A_2 + B_2 |x_t|^2: the mean of G is no longer than G in the mean."""
    a, b = growth[2]
    given = p.assume(next(iter(moment_growth(2).values())))
    return p.by(rho <= a + b * squared(x_t), *jensen_of_gradient(p), given)


def moments_agree(p: Prover, r: int) -> tuple[Line, Line]:
    """|Krum_t|^r has a mean, and it is E|Krum|^r."""
    lengths = p.dot(is_krum(p), step + Krum)
    up, down = (
        p.compare_squares(
            norm(u), p.norm_nonnegative(v), p.by(squared(v) - squared(u) >= 0, lengths)
        )
        for u, v in ((step, Krum), (Krum, step))
    )
    same = p.both(up, down)
    k, m = norm(step), norm(Krum)
    powers = p.by((k**r - m**r).eq(0), *(p.times(same, k**s * m ** (r - 1 - s)) for s in range(r)))
    of_krum = krum_moment_integrable(p, r)
    size = p.product(*[p.norm_nonnegative(step)] * r)
    mine = p.dominated(k**r, power_of_norm(Krum, r), of_krum, powers, size)
    opened = p.mean(k**r - power_of_norm(Krum, r), mine, (term(-1), (), of_krum))
    line = p.by(expectation(k**r).eq(expectation(power_of_norm(Krum, r))), p.expect(powers), opened)
    return mine, line


def moment_line(p: Prover, r: int) -> Line:
    """E|Krum_t|^r <= C_r (A_r + B_r |x_t|^r)."""
    a, b = growth[r]
    factor = {
        2: lambda: p.weaken(c_2_positive(p)),
        3: lambda: p.product(*[p.root_nonnegative(C_2)] * 3),
        4: lambda: p.square(C_2),
    }[r]()
    _, agree = moments_agree(p, r)
    return p.by(
        expectation(norm(step) ** r) <= moment_constant(r) * (a + b * norm(x_t) ** r),
        agree,
        explicit_line(p, r),
        p.multiply(factor, p.assume(next(iter(moment_growth(r).values())))),
    )


def _obliged(line: Callable[[Prover], Line], *, roots: bool = False) -> Callable[[Prover], Proved]:
    """A proof by the line, with what E Krum_t, and eta and sigma where they occur, need."""

    def proof(p: Prover) -> Proved:
        owed = sigma_obligations(p) if roots else eta_obligations(p)
        means = step_integrable(p), step_square_integrable(p), error_integrable(p)
        return Proved((line(p),), (*means, *owed))

    return proof


def _moment(r: int) -> Callable[[Prover], Proved]:
    def proof(p: Prover) -> Proved:
        positive = size_positive(p)
        known = moments_agree(p, r)[0], p.multiply(positive, positive)
        return Proved((moment_line(p, r),), (*known, *c_2_obligations(p, r)))

    return proof


def at_t(model: Model, **numbers: Any) -> Model:
    """A model of Krum as one step of a run: Krum_t is its Krum, and the gradient is its g."""

    def chosen(tables: Mapping[str, Any]) -> Any:
        (winner,) = (key for key, one in tables["chosen"].items() if one == 1)
        return tables["V"][winner]

    known: dict[str, Any] = {name: {(): Fraction(value)} for name, value in numbers.items()}
    return Model(
        {**model.tables, "gradient": model.tables["g"], **known},
        [
            Outcome(o.probability, {**o.tables, "step": {(): chosen(o.tables)}})
            for o in model.outcomes
        ],
    )


def outer_steps_at_t() -> Model:
    """The law with the largest mean squared error known here, as one step."""
    return at_t(outer_steps(), sine_alpha=1)


def skewed_at_t() -> Model:
    """Three workers that send 1 with probability 1/4 and 2 with 3/4, and the least sin alpha for it."""
    return at_t(skewed_coin(), sine_alpha=Fraction(607, 1000))


def split_at_t() -> Model:
    """A fair coin with n = 7, f = 2, whose moments are all 1: (iii) with A_r = 1 and B_r = 0."""
    return at_t(split_in_two(), A_2=1, A_3=1, A_4=1)


def _claim(
    name: str,
    title: str,
    statement: Relation,
    needs: Mapping[str, Formula],
    proof: Callable[[Prover], Proved],
    why: str,
    tightness: Tightness,
    breaks: str = "",
) -> Claim:
    reading = Reading("as written", statement, needs=needs, proof=proof, why=why, breaks=breaks)
    return Claim(name, title, (reading,), origin="ours", tightness=tightness)


STEP = Step(
    equation="bridge",
    title="At each step Krum_t is Krum of i.i.d. vectors around ∇Q(x_t)",
    section="ours",
    explanation=(
        "Section 1.4.2 of the notes uses of Krum_t what Proposition 1 says of Krum, at every t. That is "
        "right, but has to be said: given the past, the correct V_i are i.i.d. with the law of G(x_t, ·), "
        "whose mean g is ∇Q(x_t) and whose variance is dσ²(x_t). All that was proved of Krum holds for "
        "that law, with E the conditional expectation. So the ball, and what (iii) says of the moments "
        "of G, hold at every t. As the error is at most 5/6 of η²dσ², (iv) leaves a definite part of "
        "the gradient even where sin α = 1."
    ),
    uses=("proposition-1", "lemma-error", "lemma-krum-moments"),
    claims=(
        _claim(
            "bridge-error",
            "the mean squared error of Krum_t, given the past",
            expectation(squared(step - gradient)) <= FIVE_SIXTHS * spread,
            AT_T,
            _obliged(error_line),
            "error-rational for the law of the workers at t, and below-eta-sharp.",
            Tightness(
                (outer_steps_at_t,),
                claimed="1",
                best_proved="1",
                comment="As for error-eta: η² is large, and the sharp constant is open.",
            ),
        ),
        _claim(
            "bridge-ball",
            "E Krum_t is in the ball around ∇Q(x_t)",
            norm(mean_step - gradient) <= eta * root(d) * sigma,
            AT_T,
            _obliged(ball_line, roots=True),
            "The mean of an error is no longer than its root mean square.",
            Tightness(
                (skewed_at_t,),
                claimed="1",
                best_proved="1",
                comment="As for ball-a: η is large, and the sharp constant is open.",
            ),
            "A rule with Definition 1 (i) alone need not be in the ball.",
        ),
        _claim(
            "bridge-angle",
            "E Krum_t is within sin α|∇Q| of the gradient",
            norm(mean_step - gradient) <= sin_a * norm(gradient),
            QUIET,
            _obliged(angle_line),
            "The ball, and (iv).",
            Tightness(
                (skewed_at_t,),
                claimed="1",
                best_proved="1",
                comment="The ratio of the ball, where sin α is as small as (iv) allows.",
            ),
        ),
        _claim(
            "bridge-descent",
            "Krum_t leads downhill, also where sin α = 1",
            mean_step @ gradient >= SHARE * rho,
            QUIET,
            _obliged(descent_line),
            "2⟨E Krum_t, ∇Q⟩ ≥ ‖∇Q‖² − ‖E Krum_t − ∇Q‖², and the last is at most 5/6 of ‖∇Q‖².",
            Tightness(
                (skewed_at_t,),
                claimed="1",
                best_proved="1",
                comment="1/12 is what the bound of the error leaves; no law is known that comes near.",
            ),
            "With the radius η√dσ itself, and sin α = 1, nothing would be left.",
        ),
        _claim(
            "bridge-second",
            "the second moment of Krum_t against the gradient",
            expectation(squared(step)) <= MOST * rho,
            QUIET,
            _obliged(second_line),
            "‖Krum_t‖² ≤ 2‖Krum_t − ∇Q‖² + 2‖∇Q‖². The moment of G is not used.",
            Tightness(
                (skewed_at_t,),
                claimed="1",
                best_proved="1",
                comment="The error may be 5/6 of the squared gradient at most; 4 is a round number.",
            ),
        ),
        *(
            _claim(
                f"bridge-moment-{r}",
                f"the moment of order {r} of Krum_t grows as (iii) says",
                expectation(norm(step) ** r)
                <= moment_constant(r) * (growth[r][0] + growth[r][1] * norm(x_t) ** r),
                {**RULE, **moment_growth(r)},
                _moment(r),
                f"moment-constant-r{r} for the law of the workers at t, and (iii).",
                Tightness(
                    (split_at_t,),
                    claimed="1",
                    best_proved="1",
                    comment=f"The ratio of moment-constant-r{r}, where (iii) is an equality.",
                ),
            )
            for r in (2, 3, 4)
        ),
    ),
)
