"""The moments of Krum against those of one correct vector, with explicit constants."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from theory.kernel.rules import Line
from theory.kernel.terms import Index, Integrable, Term, term
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import expectation, norm, root, squared, total
from theory.papers.krum.coin_models import nearest_coin
from theory.papers.krum.eq_1_02_decomposition import skewed_coin
from theory.papers.krum.extreme_models import pulled_from_zero
from theory.papers.krum.lemma_error import positive_root, weight_lines
from theory.papers.krum.lemma_score import one_at_least
from theory.papers.krum.setting import G, Krum, V, f, g, i, iid, j, m, n
from theory.search.prover import Proved, Prover

size = (n - f - 1) * (n - 2 * f - 1)
top = 6 * (n - f) - 10
C_2 = top * (n - f) / size
"""E|Krum|^2 <= C_2 E|G|^2, and E|Krum|^r <= C_2^(r/2) E|G|^r."""

squares_sum = total(j, squared(V[j]))


def power_of_norm(x: Term, r: int) -> Term:
    """|x|^r."""
    return norm(x) ** r


MOMENT_HYPOTHESIS = {2: "square integrable", 3: "third moment", 4: "fourth moment"}


def integrable_length(p: Prover, x: Term, of_square: Line) -> Line:
    """|x| is integrable, as it is at most (1 + |x|^2)/2."""
    bound = Fraction(1, 2) + Fraction(1, 2) * squared(x)
    squares = p.integrable(bound, of_square, p.integrable_deterministic(term(1)))
    return p.dominated(norm(x), bound, squares, p.square(norm(x) - 1), p.square(norm(x) + 1))


def integrable_moment(p: Prover, worker: Index, r: int) -> Line:
    """|V_i|^r is integrable for a correct worker, r = 1 to 4."""
    if r == 1:
        return integrable_length(p, V[worker], integrable_moment(p, worker, 2))
    given = p.hypothesis(MOMENT_HYPOTHESIS[r])
    return p.integrable_identical(iid, worker, power_of_norm(V[worker], r), given)


def mean_moment(p: Prover, worker: Index, r: int) -> Line:
    """E|V_i|^r = E|G|^r."""
    return p.identical(iid, worker, power_of_norm(V[worker], r))


def size_positive(p: Prover) -> Line:
    """(n-f-1)(n-2f-1) > 0."""
    return p.product(one_at_least(p, n - f - 1), one_at_least(p, n - 2 * f - 1))


def _pathwise(p: Prover) -> Proved:
    one = term(1)
    error = p.use("error-of-chosen", *weight_lines(p, one, one), z=0 * g, lam=one, mu=one)
    scores = p.use("score-of-chosen")
    goal = top * squares_sum - size * squared(Krum)
    scaled = p.by(
        m * goal >= 0,
        p.product(one_at_least(p, m), one_at_least(p, m - 1), error),
        scores,
        p.multiply(one_at_least(p, m - 2), p.square(total(j, V[j]))),
    )
    return Proved((p.cancel(scaled, one_at_least(p, m), goal),))


def krum_moment_integrable(p: Prover, r: int) -> Line:
    """|Krum|^r is integrable."""
    return p.use(f"krum-moment-{r}-integrable")


def pathwise_constants(r: int) -> tuple[Term, Term]:
    """(a, b) with a |Krum|^r <= b Sum |V_j|^r pathwise."""
    if r == 2:
        return size, top
    if r == 4:
        return size**2, top**2 * m
    return m, root(C_2) ** 3


def pathwise_factor(p: Prover, r: int) -> Line:
    """The b of `pathwise_constants` is not negative."""
    if r == 2:
        return one_at_least(p, top)
    if r == 4:
        return p.product(one_at_least(p, top), one_at_least(p, top), one_at_least(p, m))
    return p.product(*[p.root_nonnegative(C_2)] * 3)


def c_2_obligations(p: Prover, r: int) -> tuple[Line, ...]:
    """What the root of C_2 needs to denote, which is there for r = 3 alone."""
    positive = size_positive(p)
    return (p.multiply(positive, positive), p.weaken(c_2_positive(p))) if r == 3 else ()


def c_2_positive(p: Prover) -> Line:
    """C_2 > 0."""
    positive = size_positive(p)
    return p.by(
        C_2 > 0,
        p.product(one_at_least(p, top), one_at_least(p, m), p.inverse_nonnegative(positive)),
    )


def moment_line(p: Prover, r: int) -> Line:
    """a |Krum|^r <= b Sum |V_j|^r."""
    a, b = pathwise_constants(r)
    pathwise = p.use("krum-pathwise")
    goal = a * power_of_norm(Krum, r) <= b * total(j, power_of_norm(V[j], r))
    if r == 2:
        return p.by(goal, pathwise)
    if r == 4:
        squares = p.total(p.multiply(one_at_least(p, top), p.square(V[j])), j)
        mine = p.multiply(size_positive(p), p.square(Krum))
        both = p.by(top * squares_sum + size * squared(Krum) >= 0, squares, mine)
        spread = p.total(p.total(p.square(squared(V[i]) - squared(V[j])), i), j)
        return p.by(
            goal,
            p.multiply(pathwise, both),
            p.product(one_at_least(p, top), one_at_least(p, top), spread),
        )
    rho, u = root(C_2), norm(Krum)
    _, rho_square = positive_root(p, C_2, c_2_positive(p))
    cubic = p.multiply(
        p.square(rho * norm(V[j]) - u),
        p.by(
            2 * rho * norm(V[j]) + u >= 0,
            p.multiply(p.root_nonnegative(C_2), p.norm_nonnegative(V[j])),
            p.norm_nonnegative(Krum),
        ),
    )
    inverse = p.inverse_nonnegative(size_positive(p))
    one = p.inverse(size, size_positive(p))
    mean_square = p.by(
        m * squared(Krum) <= rho**2 * squares_sum,
        p.product(one_at_least(p, m), inverse, pathwise),
        p.times(one, m * squared(Krum)),
        p.times(rho_square, squares_sum),
    )
    return p.by(goal, p.total(cubic, j), p.multiply(p.norm_nonnegative(Krum), mean_square))


def _integrable(r: int) -> Callable[[Prover], Proved]:
    def proof(p: Prover) -> Proved:
        _, b = pathwise_constants(r)
        x = power_of_norm(Krum, r)
        bound = b * total(j, power_of_norm(V[j], r))
        integrable = p.integrable(bound, (b, (j,), integrable_moment(p, j, r)))
        a_positive = {
            2: lambda: size_positive(p),
            3: lambda: one_at_least(p, m),
            4: lambda: p.multiply(size_positive(p), size_positive(p)),
        }[r]()
        x_nonnegative = {
            2: lambda: p.square(Krum),
            3: lambda: p.multiply(p.norm_nonnegative(Krum), p.square(Krum)),
            4: lambda: p.square(squared(Krum)),
        }[r]()
        more = p.multiply(p.integer_gap(a_positive), x_nonnegative)
        return Proved((p.dominated(x, bound, integrable, moment_line(p, r), more, x_nonnegative),))

    return proof


def moment_constant(r: int) -> Term:
    """C_r = C_2^(r/2)."""
    return {2: C_2, 3: root(C_2) ** 3, 4: C_2**2}[r]


def explicit_line(p: Prover, r: int) -> Line:
    """E|Krum|^r <= C_r E|G|^r."""
    a, b = pathwise_constants(r)
    x = power_of_norm(Krum, r)
    opened = p.mean(
        b * total(j, power_of_norm(V[j], r)) - a * x,
        (b, (j,), integrable_moment(p, j, r)),
        (a, (), krum_moment_integrable(p, r)),
    )
    means = p.total(mean_moment(p, j, r), j)
    of_g = expectation(power_of_norm(G, r))
    scaled = p.by(
        a * expectation(x) <= b * m * of_g, p.expect(moment_line(p, r)), opened, p.times(means, b)
    )
    if r == 3:
        slack = moment_constant(3) * of_g - expectation(x)
        return p.cancel(scaled, one_at_least(p, m), slack)
    positive = size_positive(p)
    inverse, one = p.inverse_nonnegative(positive), p.inverse(size, positive)
    goal = expectation(x) <= moment_constant(r) * of_g
    if r == 2:
        return p.by(goal, p.multiply(inverse, scaled), p.times(one, expectation(x)))
    return p.by(
        goal,
        p.product(inverse, inverse, scaled),
        p.times(one, expectation(x)),
        p.times(one, size / size * expectation(x)),
    )


def moment_obligations(p: Prover, r: int) -> tuple[Line, ...]:
    """What the moments of order r need to denote."""
    positive = size_positive(p)
    return (
        krum_moment_integrable(p, r),
        p.hypothesis(MOMENT_HYPOTHESIS[r]),
        p.multiply(positive, positive),
        *((p.weaken(c_2_positive(p)),) if r == 3 else ()),
    )


STEP = Step(
    equation="lemma-krum-moments",
    title="The moments of Krum",
    section="ours",
    explanation=(
        "Krum is never longer than a multiple of the root mean square of the correct vectors, whatever "
        "the Byzantine workers send. All moments follow, with constants, by the power mean inequality."
    ),
    claims=(
        Claim(
            "krum-pathwise",
            "the length of Krum against the correct vectors, for every outcome",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    size * squared(Krum) <= top * squares_sum,
                    proof=_pathwise,
                    why="The error lemma around the point 0, and |V_i − V_j|² summed over all pairs.",
                    breaks="With 2f+2 ≥ n the Byzantine workers can be their own neighbours.",
                ),
            ),
            tightness=Tightness(
                examples=(skewed_coin, nearest_coin, pulled_from_zero),
                claimed="1",
                best_proved="1",
                comment=(
                    "Here three correct vectors are at 0, two beside it, and the Byzantine ones "
                    "beyond: 289/500. The factors of the lemma are attained one by one, but not on "
                    "one draw, and a search over draws with n ≤ 9 found no more."
                ),
            ),
        ),
        *(
            Claim(
                f"krum-moment-{r}-integrable",
                f"the moment of order {r} of Krum is finite",
                origin="ours",
                readings=(
                    Reading(
                        "as written",
                        Integrable(power_of_norm(Krum, r)),
                        proof=_integrable(r),
                        why="It is dominated by the moments of the correct vectors.",
                        breaks="If G has no such moment, Krum need not have one.",
                    ),
                ),
            )
            for r in (2, 3, 4)
        ),
    ),
)
