"""What a robustness coefficient gives in expectation: the sharp one is `byzproof kappa`."""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.rules import Line
from theory.kernel.terms import Formula
from theory.lemmas.jensen import jensen_square
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import Look, expectation, squared, total
from theory.papers.krum.eq_1_08_bias_bound import krum_integrable
from theory.papers.krum.extreme_models import leaning_out
from theory.papers.krum.lemma_moments import integrable_distance, integrable_vector, mean_is_g
from theory.papers.krum.lemma_score import all_distances, one_at_least
from theory.papers.krum.setting import Krum, V, d, f, g, i, j, language, m, n, variance
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
    ),
)
