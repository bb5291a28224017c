"""The author's question: can the factor (n-f-1) of (1-7) be reduced to 1?"""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.rules import Line
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import differ, expectation, root, total
from theory.papers.krum.coin_models import (
    farthest_coin,
    nearest_coin,
    only_the_farthest,
    rare_far,
    triangle,
)
from theory.papers.krum.eq_1_01_neighbour_counts import (
    byzantine_neighbours,
    nonzero,
    some_correct_neighbour,
)
from theory.papers.krum.eq_1_07_byzantine_bias import (
    gap_of,
    integrable_zeta_term,
    unit,
    variance_nonnegative,
    zeta_terms,
    zeta_terms_line,
)
from theory.papers.krum.extreme_models import even_steps, rare_value, split_in_two
from theory.papers.krum.lemma_moments import integrable_distance
from theory.papers.krum.lemma_score import (
    all_distances,
    correct_count,
    far_part,
    near_part,
    one_at_least,
    one_more_outside,
)
from theory.papers.krum.question_1_single import (
    distances_integrable,
    prove_around_g,
    prove_below_notes,
    prove_sharp,
    zeta_as_sum,
)
from theory.papers.krum.setting import (
    V,
    a,
    b,
    chosen,
    d,
    delta_b,
    delta_c,
    distance2,
    f,
    i,
    j,
    k,
    l_correct,
    m,
    n,
    neighbour,
    variance,
    zeta,
)
from theory.papers.krum.zeta import to_zeta
from theory.search.prover import Proved, Prover

NEAREST = {
    "ζ is a nearest such worker": (distance2(a, j) <= distance2(a, l_correct)).when(
        zeta.of(a).equals(j), 1 - neighbour[a, l_correct], differ(a, l_correct)
    )
}
FARTHEST = {
    "ζ is a farthest correct worker": (distance2(a, l_correct) <= distance2(a, j)).when(
        zeta.of(a).equals(j)
    )
}
bracket = near_part(i) + delta_b[i] * to_zeta(i)
"""δ_c(k) times the right side of (1-6)."""


def nearest_below_far(p: Prover) -> Line:
    """(δ_b(i) + 1) |V_i - V_zeta(i)|^2 <= the distances to the correct non-neighbours."""
    (nearest,) = NEAREST.values()
    below = p.instance(p.assume(nearest), {a: i})
    one = p.choice_total("zeta", (i,), j)
    far = far_part(i)
    return p.by(
        (delta_b[i] + 1) * to_zeta(i) <= far,
        p.total(p.total(below, j), l_correct),
        p.times(one, far),
        p.times(zeta_as_sum(p), delta_b[i] + 1),
        p.times(one_more_outside(p, i), total(j, zeta.of(i).equals(j) * distance2(i, j))),
    )


def near_below_zeta(p: Prover) -> Line:
    """The distances to the correct neighbours are at most δ_c(i) |V_i - V_zeta(i)|^2."""
    farther = p.hypothesis("zeta is at least as far as every neighbour", {a: i, b: l_correct})
    one = p.choice_total("zeta", (i,), j)
    near = near_part(i)
    return p.by(
        near <= delta_c[i] * to_zeta(i),
        p.total(p.total(farther, j), l_correct),
        p.times(one, near),
        p.times(zeta_as_sum(p), delta_c[i]),
    )


def bracket_line(p: Prover) -> Line:
    """(n-f-1) bracket <= (n-f-2) Sum_j |V_i - V_j|^2, for the nearest ζ(i)."""
    counted = correct_count(p, i)
    near, z = near_part(i), to_zeta(i)
    itself = p.hypothesis("no worker is its own neighbour", {a: i})
    return p.by(
        (m - 1) * bracket <= (m - 2) * all_distances,
        p.multiply(one_at_least(p, m - 2), nearest_below_far(p)),
        near_below_zeta(p),
        p.times(counted, z * (delta_b[i] + 1)),
        p.times(counted, z),
        p.times(counted, near),
        p.times(itself, total(j, distance2(i, j))),
    )


def nonnegative_bracket(p: Prover) -> tuple[Line, Line]:
    """The two parts of the bracket are not negative."""
    near = p.total(p.multiply(p.square(neighbour[i, j]), p.square(V[i] - V[j])), j)
    z = V[i] - zeta.of(i).at(j, V[j])
    weighted = p.multiply(p.total(p.square(neighbour[i, k]), k), p.square(z))
    return near, weighted


def _bracket(p: Prover) -> Proved:
    line = bracket_line(p)
    near, weighted = nonnegative_bracket(p)
    more = p.by(bracket >= 0, near, weighted)
    smaller = p.by((m - 2) * bracket >= 0, p.multiply(one_at_least(p, m - 2), more))
    bound = (m - 2) * all_distances
    integrable = p.dominated(bracket, bound, distances_integrable(p, m - 2), line, smaller, more)
    opened = p.mean(
        bound - (m - 1) * bracket,
        (m - 2, (j,), integrable_distance(p, i, j)),
        (m - 1, (), integrable),
    )
    distances = p.total(p.use("mean-distance"), j)
    goal = (n - f - 2) * unit - expectation(bracket)
    scaled = p.by((m - 1) * goal >= 0, p.expect(line), opened, p.times(distances, m - 2))
    return Proved((p.cancel(scaled, one_at_least(p, m - 1), goal),), (integrable,))


def _single(p: Prover) -> Proved:
    return Proved((zeta_terms_line(p),), (integrable_zeta_term(p),))


def _weighted(p: Prover) -> Proved:
    """(f+1) δ_b z <= f (δ_b+1) z <= f times the far distances."""
    z = V[i] - zeta.of(i).at(j, V[j])
    f_line = p.hypothesis("byzantine count")
    fewer = p.multiply(byzantine_neighbours(p, i), p.square(z))
    near, weighted = nonnegative_bracket(p)
    pathwise = p.by(
        (f + 1) * delta_b[i] * to_zeta(i) <= f * all_distances,
        fewer,
        p.multiply(f_line, nearest_below_far(p)),
        p.multiply(f_line, near),
    )
    more = p.multiply(f_line, weighted)
    term_ = delta_b[i] * to_zeta(i)
    integrable = p.dominated(
        term_, f * all_distances, distances_integrable(p, f), pathwise, more, weighted
    )
    opened = p.mean(
        f * all_distances - (f + 1) * term_,
        (f, (j,), integrable_distance(p, i, j)),
        (f + 1, (), integrable),
    )
    distances = p.total(p.use("mean-distance"), j)
    positive = p.by(f + 1 > 0, f_line, p.number(Fraction(1)))
    scaled = p.by(
        (f + 1) * expectation(term_) <= f * (n - f - 1) * unit,
        p.expect(pathwise),
        opened,
        p.times(distances, f),
    )
    line = p.by(
        expectation(term_) <= f * ((n - f - 1) / (f + 1)) * unit,
        p.multiply(p.inverse_nonnegative(positive), scaled),
        p.times(p.inverse(f + 1, positive), expectation(term_)),
    )
    return Proved((line,), (integrable, p.multiply(positive, positive)))


reduced = ((n - f - 2) / (n - 2 * f - 2) + f / (n - 2 * f - 2) * 1) * unit


def _reduced(p: Prover) -> Proved:
    size = one_at_least(p, n - 2 * f - 2)
    extra = p.product(
        p.hypothesis("byzantine count"), p.inverse_nonnegative(size), variance_nonnegative(p)
    )
    line = p.by(expectation(gap_of(k) * chosen.equals(k)) <= reduced, p.use("1-7a:repaired"), extra)
    return Proved(
        (line,),
        (
            nonzero(p, some_correct_neighbour(p, k)),
            p.multiply(size, size),
            p.instance(p.use("gap-integrable"), {a: k}),
        ),
    )


STEP = Step(
    equation="question-1",
    title="The author's question: can (n-f-1) be reduced to 1?",
    section="1.4.1",
    display=(
        r"\text{!!! I have a question for the } (n-f-1). "
        r"\text{ Although it is true, it can be reduce to } 1. \text{ !!!}"
    ),
    explanation=(
        "Exactly one of the indicators I(ζ(i) = j) is 1, so the sum over j is E|V_i − V_ζ(i)|², one "
        "term. But ζ(i) depends on the vectors: it is a far worker, and a far worker is farther than "
        "2dσ² in the mean. For the single term the answer is no, whatever ζ(i) is chosen. For the "
        "whole bracket of (1-7) the answer is yes, if ζ(i) is a nearest correct worker that is no "
        "neighbour: the near distances make up for the far one."
    ),
    uses=("1-7", "zeta"),
    claims=(
        Claim(
            "question-1a",
            "the single term, whatever ζ(i) is chosen",
            quote=r"\sum_{correct \: j \ne i} \mathbb E\|V_i-V_j\|^2 \mathbb I(\zeta(i)=j) \le 1·2d\sigma^2",
            impact="conclusion fails",
            origin="transcription",
            compared="The remark is the author's own; the paper keeps n-f-1.",
            readings=(
                Reading(
                    "as written",
                    zeta_terms <= unit,
                    counterexample=only_the_farthest,
                    expected="REFUTED",
                    justification="NONE",
                    why=(
                        "Four fair coins. With the Byzantine vector far away, the neighbours of i are "
                        "its two closest correct workers and ζ(i) must be the third, the farthest."
                    ),
                    ties="However ties are broken, ζ(i) is at the largest distance.",
                ),
                Reading(
                    "repaired",
                    zeta_terms <= (n - f - 1) * unit,
                    proof=_single,
                    why="The notes' own bound: each indicator is at most 1.",
                    breaks="Nothing; but it is not the best, see the next claim.",
                ),
            ),
            tightness=Tightness(
                examples=(only_the_farthest, rare_far, even_steps),
                claimed="1",
                best_proved="n-f-1",
                comment="With m = n-f, (m-2+√m)²/(2(m-1)) in the place of n-f-1: question-1b-sharp.",
            ),
        ),
        Claim(
            "question-1b",
            "a true version for the single term, around g",
            origin="ours",
            comment=(
                "About half of n-f-1 for many workers, but more than n-f-1 for n-f ≤ 6; question-1b-sharp "
                "is less than both. A rare spike attains (n-f)/2 in the limit, so "
                "no constant factor of 2dσ² that does not grow with n-f is possible."
            ),
            readings=(
                Reading(
                    "as written",
                    expectation(to_zeta(i)) <= (1 + root(n - f - 1)) ** 2 * (d * variance),
                    proof=prove_around_g,
                    why=(
                        "|V_i − V_ζ(i)| ≤ |V_i − g| + |V_ζ(i) − g|, and the square of the second is at "
                        "most the sum over all correct workers other than i."
                    ),
                    breaks="Without a variance there is no bound.",
                ),
            ),
            tightness=Tightness(
                examples=(only_the_farthest, rare_far, rare_value),
                claimed="(1+√(n-f-1))²/(2(n-f-1)) of the notes' bound",
                best_proved="(m-2+√m)²/(m-1) dσ² with m = n-f, see question-1b-sharp",
                comment=(
                    "A rare value, with ζ(i) farthest, gives (n-f)/(1+√(n-f-1))² in the limit, which "
                    "tends to 1 as n-f grows; the example has n = 4, f = 0."
                ),
            ),
        ),
        Claim(
            "question-1b-sharp",
            "the best bound for the single term that is proved here",
            origin="ours",
            comment=(
                "With m = n-f it is less than (m-1)·2dσ² for every m (question-1b-below), and about "
                "(m/2 + √m)·2dσ² for large m. A rare spike comes to m/2: the best constant is "
                "between m and (m-2+√m)²/(m-1), in units of dσ²."
            ),
            readings=(
                Reading(
                    "as written",
                    expectation(to_zeta(i)) <= (m - 2 + root(m)) ** 2 / (m - 1) * (d * variance),
                    proof=prove_sharp,
                    why=(
                        "|V_i − V_j|² against the distances of i and j to each other worker (Young, with "
                        "1 + √m); and the distances of j to the others are at most all distances among "
                        "the others. The mean of each squared distance is 2dσ²."
                    ),
                    breaks="It is the best of its kind: with other weights the constant is larger.",
                ),
            ),
            tightness=Tightness(
                examples=(only_the_farthest, rare_far, rare_value),
                claimed="1",
                best_proved="1",
                comment="A rare value gives m(m-1)/(m-2+√m)² in the limit, which tends to 1 as m grows.",
            ),
        ),
        Claim(
            "question-1b-below",
            "that bound is below the one of the notes, for every n-f",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    (m - 2 + root(m)) ** 2 / (m - 1) <= 2 * (m - 1),
                    proof=prove_below_notes,
                    why="With m = n-f, 2(m-1)² − (m-2+√m)² = (m-2)(√m-1)².",
                ),
            ),
            tightness=Tightness(
                claimed="1",
                best_proved="1",
                comment="0.93 for m = 3, the least number of correct workers; 1/2 in the limit.",
            ),
        ),
        Claim(
            "question-1c",
            "the single term with its factor δ_b(i), ζ(i) nearest",
            impact="conclusion fails",
            origin="transcription",
            compared="The remark is the author's own.",
            readings=(
                Reading(
                    "as written",
                    expectation(delta_b[i] * to_zeta(i)) <= f * unit,
                    needs=NEAREST,
                    counterexample=triangle,
                    expected="REFUTED",
                    justification="NONE",
                    why=(
                        "Three nearly equidistant points of the plane. The Byzantine worker copies "
                        "worker 1, which pushes the second closest correct worker out to be ζ(1); it is "
                        "elsewhere with probability 20/27, and 20/27 > 2/3."
                    ),
                    ties="With ties between workers at one place in favour of the Byzantine one.",
                ),
                Reading(
                    "repaired",
                    expectation(delta_b[i] * to_zeta(i)) <= f * ((n - f - 1) / (f + 1)) * unit,
                    needs=NEAREST,
                    proof=_weighted,
                    why=(
                        "There are δ_b(i)+1 correct non-neighbours, all at least as far as the nearest, "
                        "and δ_b/(δ_b+1) ≤ f/(f+1)."
                    ),
                    breaks="For a farthest ζ(i) the factor is not there.",
                ),
            ),
            tightness=Tightness(
                examples=(triangle, nearest_coin),
                claimed="1",
                best_proved="(n-f-1)/(f+1)",
                comment=(
                    "Equality needs that the near workers sent the very vector of i, and the far ones "
                    "are all as far; how near independent draws come is open."
                ),
            ),
        ),
        Claim(
            "question-1d",
            "the whole bracket, ζ(i) nearest: the author is right",
            quote=r"\delta_c(i) + \delta_b(i)·1 = n-f-2",
            origin="ours",
            comment="δ_c(i) + δ_b(i)·1 = n-f-2: this is (1-7) with 1 in the place of n-f-1.",
            readings=(
                Reading(
                    "as written",
                    expectation(bracket) <= (n - f - 2) * unit,
                    needs=NEAREST,
                    proof=_bracket,
                    why=(
                        "The bracket is at most the sum of the n-f-2 smallest of the n-f-1 distances to "
                        "correct workers, hence at most (n-f-2)/(n-f-1) of all of them."
                    ),
                    breaks="With a farthest ζ(i) it is false: see the next claim.",
                ),
            ),
            tightness=Tightness(
                examples=(nearest_coin, triangle),
                claimed="1",
                best_proved="1",
                comment="Approached: for n = 3 and N equidistant values it is 1 − 1/N.",
            ),
        ),
        Claim(
            "question-1e",
            "the whole bracket, ζ(i) farthest",
            impact="conclusion fails",
            origin="transcription",
            compared="The remark is the author's own.",
            readings=(
                Reading(
                    "as written",
                    expectation(bracket) <= (n - f - 2) * unit,
                    needs=FARTHEST,
                    counterexample=farthest_coin,
                    expected="REFUTED",
                    justification="NONE",
                    why="An uneven coin: the farthest worker is often elsewhere, and the near ones too.",
                    ties="With ties in favour of the Byzantine worker.",
                ),
            ),
        ),
        Claim(
            "question-1f",
            "the last line of (1-7) with 1 in the place of (n-f-1)",
            quote=r"(\frac{n-f-2}{n-2f-2}+\frac{f}{n-2f-2}·1)·2d\sigma^2",
            origin="ours",
            comment="True with the indicator, and still wasteful: the second fraction is not needed.",
            readings=(
                Reading(
                    "as written",
                    expectation(gap_of(k) * chosen.equals(k)) <= reduced,
                    proof=_reduced,
                    why="The repaired (1-7) has the first fraction alone.",
                    breaks="Without the indicator I(i* = k) it is false.",
                ),
            ),
            tightness=Tightness(
                examples=(split_in_two,),
                claimed="(n-f-2)/(n-2f-2) + f/(n-2f-2)",
                best_proved="(n-f-2)/(n-2f-1), see 1-7-gap",
                comment="The example is that of 1-7-gap; along n = 2f+3 it tends to 1/4.",
            ),
        ),
    ),
)
