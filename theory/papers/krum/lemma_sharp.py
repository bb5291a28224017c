"""What a robustness coefficient gives in expectation: the sharp one is `byzproof kappa`."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from theory.kernel.rules import Line
from theory.kernel.terms import Formula, Term, term
from theory.lemmas.jensen import jensen_square
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import Look, expectation, norm, root, squared, total
from theory.papers.krum.eq_1_08_bias_bound import krum_integrable
from theory.papers.krum.extreme_models import leaning_out
from theory.papers.krum.lemma_error import positive_root
from theory.papers.krum.lemma_krum_moments import (
    MOMENT_HYPOTHESIS,
    integrable_moment,
    krum_moment_integrable,
    mean_moment,
    power_of_norm,
)
from theory.papers.krum.lemma_moments import (
    integrable_distance,
    integrable_error,
    integrable_vector,
    mean_error,
    mean_is_g,
)
from theory.papers.krum.lemma_score import all_distances, one_at_least
from theory.papers.krum.setting import G, Krum, V, d, f, g, i, j, language, m, n, variance
from theory.search.prover import Proved, Prover

kappa = language.scalar("kappa", Look("κ"))
centre = total(j, V[j]) / (n - f)
"""The mean of the correct vectors."""

COEFFICIENT: dict[str, Formula] = {
    "κ is a robustness coefficient": squared(Krum - centre)
    <= kappa / (n - f) * total(i, squared(V[i] - centre)),
}


PER_PAIR = Fraction(1, 2) * kappa / m / m


def _below_distances(p: Prover) -> Line:
    """|Krum - mean|^2 <= kappa/(2m^2) Sum |V_i - V_j|^2, as the sum is 2 m times the scatter."""
    one = p.inverse(m, one_at_least(p, m))
    squares, whole = total(i, squared(V[i])), squared(total(j, V[j]))
    return p.by(
        squared(Krum - centre) <= PER_PAIR * total(i, all_distances),
        p.assume(COEFFICIENT["κ is a robustness coefficient"]),
        p.times(one, kappa / m * squares),
        p.times(one, kappa / m / m * whole),
    )


def _bias_by_coefficient(p: Prover) -> Proved:
    error = Krum - centre
    bound = PER_PAIR * total(i, all_distances)
    parts = (PER_PAIR, (i, j), integrable_distance(p, i, j))
    below = _below_distances(p)
    of_square = p.dominated(
        squared(error), bound, p.integrable(bound, parts), below, p.square(error)
    )
    one = p.inverse(m, one_at_least(p, m))
    opened = p.mean(error, krum_integrable(p), (-1 / m, (j,), integrable_vector(p, j)))
    means = p.total(mean_is_g(p, j), j)
    of_error = p.by(
        expectation(error).eq(expectation(Krum) - g),
        opened,
        p.times(means, 1 / m),
        p.times(one, g),
    )
    split = p.dot(of_error, expectation(error) + expectation(Krum) - g)
    mean_bound = p.mean(bound - squared(error), parts, of_square)
    distances = p.total(p.total(p.use("mean-distance"), i), j)
    of_mean = p.by(
        squared(expectation(Krum) - g) <= expectation(squared(error)),
        jensen_square(p, error, of_square),
        split,
    )
    line = p.by(
        squared(expectation(Krum) - g) <= kappa * (n - f - 1) / (n - f) * (d * variance),
        of_mean,
        p.expect(below),
        mean_bound,
        p.times(distances, PER_PAIR),
        p.times(one, kappa / m * m * d * variance),
        p.times(one, kappa / m * d * variance),
    )
    size = one_at_least(p, m)
    return Proved((line,), (krum_integrable(p), p.multiply(size, size)))


POSITIVE: dict[str, Formula] = {"κ > 0": kappa > 0}
lengths = total(j, squared(V[j]))


def pathwise_line(p: Prover) -> Line:
    """m |Krum|^2 <= (1 + kappa) Sum |V_j|^2: Young for Krum = (Krum - mean) + mean."""
    size, positive = one_at_least(p, m), p.assume(POSITIVE["κ > 0"])
    one = p.inverse(m, size)
    error = Krum - centre
    plus = p.by(1 + kappa >= 0, positive, p.number(Fraction(1)))
    scatter = total(i, squared(V[i] - centre))
    spread_ = p.by(
        (scatter - lengths + m * squared(centre)).eq(0),
        p.times(one, squared(centre) * m),
        p.times(one, total(j, V[j]) @ centre),
    )
    goal = (1 + kappa) * lengths - m * squared(Krum)
    scaled = p.by(
        kappa * goal >= 0,
        p.multiply(p.weaken(size), p.square(error - kappa * centre)),
        p.product(size, plus, p.assume(COEFFICIENT["κ is a robustness coefficient"])),
        p.times(one, kappa * (1 + kappa) * scatter),
        p.times(spread_, kappa * (1 + kappa)),
    )
    return p.cancel(scaled, positive, goal)


CONSTANTS: dict[int, Term] = {2: 1 + kappa, 3: root(1 + kappa) ** 3, 4: (1 + kappa) ** 2}
"""(1 + kappa)^(r/2)."""


def _more_than_one(p: Prover) -> Line:
    """1 + kappa > 0."""
    return p.by(1 + kappa > 0, p.assume(POSITIVE["κ > 0"]), p.number(Fraction(1)))


def moment_line(p: Prover, r: int) -> Line:
    """m |Krum|^r <= (1 + kappa)^(r/2) Sum |V_j|^r, for r = 4 times m."""
    pathwise = pathwise_line(p)
    plus, bound = p.weaken(_more_than_one(p)), CONSTANTS[r] * total(j, power_of_norm(V[j], r))
    if r == 2:
        return pathwise
    if r == 4:
        both = p.by(
            (1 + kappa) * lengths + m * squared(Krum) >= 0,
            p.total(p.multiply(plus, p.square(V[j])), j),
            p.multiply(one_at_least(p, m), p.square(Krum)),
        )
        spread_ = p.total(p.total(p.square(squared(V[i]) - squared(V[j])), i), j)
        goal = m * m * power_of_norm(Krum, 4) <= m * bound
        return p.by(goal, p.multiply(pathwise, both), p.product(plus, plus, spread_))
    ratio, u = root(1 + kappa), norm(Krum)
    square = p.root_square(plus)
    sizes = p.multiply(p.root_nonnegative(1 + kappa), p.norm_nonnegative(V[j]))
    cubic = p.multiply(
        p.square(ratio * norm(V[j]) - u),
        p.by(2 * ratio * norm(V[j]) + u >= 0, sizes, p.norm_nonnegative(Krum)),
    )
    return p.by(
        m * power_of_norm(Krum, 3) <= bound,
        p.total(cubic, j),
        p.multiply(p.norm_nonnegative(Krum), pathwise),
        p.times(square, u * lengths),
    )


def _moment(r: int) -> Callable[[Prover], Proved]:
    """E|Krum|^r <= (1 + kappa)^(r/2) E|G|^r."""

    def proof(p: Prover) -> Proved:
        scale = m if r == 4 else term(1)
        x, constant = power_of_norm(Krum, r), CONSTANTS[r]
        of_krum = krum_moment_integrable(p, r)
        gap = scale * (constant * total(j, power_of_norm(V[j], r)) - m * x)
        parts = (scale * constant, (j,), integrable_moment(p, j, r)), (scale * m, (), of_krum)
        opened = p.mean(gap, *parts)
        means = p.total(mean_moment(p, j, r), j)
        slack = constant * expectation(power_of_norm(G, r)) - expectation(x)
        scaled = p.by(
            scale * m * slack >= 0,
            p.expect(moment_line(p, r)),
            opened,
            p.times(means, scale * constant),
        )
        size = one_at_least(p, m)
        positive = p.multiply(size, size) if r == 4 else size
        owed = of_krum, p.hypothesis(MOMENT_HYPOTHESIS[r]), p.weaken(_more_than_one(p))
        return Proved((p.cancel(scaled, positive, slack),), owed)

    return proof


of_error, of_mean = root(kappa * (m - 1) / m), root(1 / m)
"""The roots of the mean squares of Krum less the mean, by kappa, and of the mean less g."""


def _error(p: Prover) -> Proved:
    """Young with the two roots as weights; the mean of m vectors is off g by d sigma^2 / m."""
    size, positive = one_at_least(p, m), p.assume(POSITIVE["κ > 0"])
    one, inverse = p.inverse(m, size), p.inverse_nonnegative(size)
    x, y = of_error, of_mean
    under = p.product(positive, one_at_least(p, m - 1), inverse)
    x_positive, x_square = positive_root(p, kappa * (m - 1) / m, under)
    y_positive, y_square = positive_root(p, 1 / m, inverse)
    error, off = Krum - centre, centre - g
    plus = p.by(x + y >= 0, p.weaken(x_positive), p.weaken(y_positive))
    pairs = total(i, all_distances)
    errors = total(j, squared(V[j] - g))
    of_mean_ = p.by(
        squared(off).eq(errors / m - Fraction(1, 2) * pairs / m / m),
        p.times(one, squared(g)),
        p.times(one, g @ total(j, V[j]) / m),
        p.times(one, lengths / m),
    )
    bound = (x + y) * (y * PER_PAIR * pairs + x * (errors / m - Fraction(1, 2) * pairs / m / m))
    young = p.by(
        x * y * squared(Krum - g) <= (x + y) * (y * squared(error) + x * squared(off)),
        p.square(y * error - x * off),
    )
    pathwise = p.by(
        x * y * squared(Krum - g) <= bound,
        young,
        p.product(plus, p.weaken(y_positive), _below_distances(p)),
        p.times(of_mean_, (x + y) * x),
    )
    rate = (x + y) * (y * PER_PAIR - x * Fraction(1, 2) / m / m)
    of_square = p.use("error-integrable")
    opened = p.mean(
        bound - x * y * squared(Krum - g),
        (rate, (i, j), integrable_distance(p, i, j)),
        ((x + y) * x / m, (j,), integrable_error(p, j)),
        (x * y, (), of_square),
    )
    distances = p.total(p.total(p.use("mean-distance"), i), j)
    unit = d * variance
    goal = (x + y) ** 2 * unit - expectation(squared(Krum - g))
    scaled = p.by(
        x * y * goal >= 0,
        p.expect(pathwise),
        opened,
        p.times(distances, rate),
        p.times(p.total(mean_error(p, j), j), (x + y) * x / m),
        p.times(one, (x + y) * y * kappa * unit),
        p.times(one, (x + y) * y * kappa / m * unit),
        p.times(one, (x + y) * x * unit),
        p.times(one, (x + y) * x / m * unit),
        p.times(one, (x + y) * y * kappa * unit * m / m),
        p.times(one, (x + y) * x * unit * m / m),
        p.times(x_square, (x + y) * y * unit),
        p.times(y_square, (x + y) * x * unit),
    )
    line = p.cancel(scaled, p.multiply(x_positive, y_positive), goal)
    owed = of_square, p.multiply(size, size), p.weaken(under), p.weaken(inverse)
    return Proved((line,), owed)


STEP = Step(
    equation="lemma-sharp",
    title="From a robustness coefficient to the mean of Krum",
    uses=("1-1",),
    section="ours",
    explanation=(
        "A robustness coefficient bounds the distance of Krum to the mean of the correct vectors, on "
        "every draw. Its sharp value needs no law of the vectors, and has certificates of its own; "
        "here is what it gives for independent workers."
    ),
    claims=(
        Claim(
            "bias-by-coefficient",
            "|E Krum − g|² from a robustness coefficient",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    squared(expectation(Krum) - g)
                    <= kappa * (n - f - 1) / (n - f) * (d * variance),
                    needs=COEFFICIENT,
                    proof=_bias_by_coefficient,
                    why=(
                        "E of the mean is g, so |E Krum − g|² is at most E|Krum − mean|² by Jensen, "
                        "and the mean of the scatter about the mean is (n-f-1)/(n-f) dσ²."
                    ),
                    breaks=(
                        "The scatter is about the mean of the draw; about g it would be dσ², and the "
                        "factor (n-f-1)/(n-f) would be lost."
                    ),
                ),
            ),
            tightness=Tightness(
                examples=(leaning_out,),
                claimed="1",
                best_proved="1",
                comment=(
                    "For n = 5, f = 1 and the sharp κ. The worst law known comes to 0.63 of it "
                    "(`byzproof worst-case`); whether any comes close is open."
                ),
            ),
        ),
        Claim(
            "error-by-coefficient",
            "E|Krum − g|² from a robustness coefficient",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    expectation(squared(Krum - g)) <= (of_error + of_mean) ** 2 * (d * variance),
                    needs={**COEFFICIENT, **POSITIVE},
                    proof=_error,
                    why=(
                        "Krum − g is Krum less the mean of the correct vectors, and that mean less g; "
                        "their mean squares are at most κ(m-1)/m and 1/m times dσ², with m = n-f."
                    ),
                ),
            ),
            tightness=Tightness(
                examples=(leaning_out,),
                claimed="1",
                best_proved="1",
                comment="Both parts cannot be largest on one draw; the sharp constant is open.",
            ),
        ),
        *(
            Claim(
                f"moment-by-coefficient-{r}",
                f"E|Krum|^{r} from a robustness coefficient",
                origin="ours",
                readings=(
                    Reading(
                        "as written",
                        expectation(power_of_norm(Krum, r))
                        <= CONSTANTS[r] * expectation(power_of_norm(G, r)),
                        needs={**COEFFICIENT, **POSITIVE},
                        proof=_moment(r),
                        why=(
                            "|Krum|² ≤ (1+κ)(1/m) Σ|V_j|² on every draw: Krum is its distance to the "
                            "mean, and the mean. Power means do the rest."
                        ),
                    ),
                ),
                tightness=Tightness(
                    examples=(leaning_out,),
                    claimed="1",
                    best_proved="1",
                    comment="For the law of the example g is 0; the sharp constant is open.",
                ),
            )
            for r in (2, 3, 4)
        ),
    ),
)
