"""Sections 1.2 and 1.3: are the definitions well posed, and is convexity needed?"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from theory.kernel.models import Model
from theory.kernel.rules import Line
from theory.kernel.terms import Exists, Formula, Integrable, Term
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import Look, differ, total
from theory.papers.krum.eq_1_08_bias_bound import krum_integrable
from theory.papers.krum.lemma_score import one_at_least
from theory.papers.krum.models import Law, Vector, krum_model, krum_tables
from theory.papers.krum.setting import (
    Krum,
    Q_left,
    Q_middle,
    Q_right,
    V,
    a,
    b,
    chosen,
    chosen_2,
    distance2,
    f,
    language,
    n,
    neighbour,
    neighbour_2,
    score,
    w,
)
from theory.search.prover import Proved, Prover

SECOND_NEIGHBOURS = {
    "second neighbour count": total(b, neighbour_2[a, b]).eq(n - f - 2),
    "second: no worker is its own neighbour": neighbour_2[a, a].eq(0),
    "second neighbours are closest": (distance2(a, b) <= distance2(a, w)).when(
        neighbour_2[a, b], 1 - neighbour_2[a, w], differ(a, w)
    ),
}
SECOND_CHOSEN = {
    "second chosen has the least score": (score[a] <= score[b]).when(chosen_2.equals(a))
}
Krum_2 = chosen_2.at(w, V[w])


def _enough(p: Prover) -> Proved:
    at_least_one = p.integer_gap(one_at_least(p, n - 2 * f - 2))
    return Proved((p.by(n - f - 2 >= 1, at_least_one, p.hypothesis("byzantine count")),))


def _others(p: Prover) -> Proved:
    return Proved(
        (p.by(n - f - 2 <= n - 1, p.hypothesis("byzantine count"), p.number(Fraction(1))),)
    )


def _least(p: Prover) -> Proved:
    return Proved((one_at_least(p, n),))


def _integrable(p: Prover) -> Proved:
    return Proved((krum_integrable(p),))


def _with_second(law: Law) -> Model:
    """Three workers; ties to the smallest index, and in the second choice to the largest."""

    def second(vectors: Sequence[Vector]) -> dict[str, Any]:
        tables = krum_tables(3, 0, vectors, [2, 1, 0], "nearest")
        return {"neighbour_2": tables["neighbour"], "chosen_2": tables["chosen"]}

    return krum_model(3, 0, law, also=second)


def all_equal_twice() -> Model:
    """Three workers send 1."""
    return _with_second([(1, 1)])


def equally_spaced_twice() -> Model:
    """Three workers on three equally spaced points: all scores are 1."""
    third = Fraction(1, 3)
    return _with_second([(5, third), (6, third), (7, third)])


y, h = language.scalar("place", Look("y")), language.scalar("apart", Look("h"))


def well(x: Term) -> Term:
    """(x^2 - 1)^2 / (1 + x^2): two minima, at -1 and 1."""
    return (x**2 - 1) ** 2 / (1 + x**2)


def well_slope(x: Term) -> Term:
    """The derivative of `well`, as (x^2 - 1)^2 / (1 + x^2) = x^2 - 3 + 4/(1 + x^2)."""
    return 2 * x * (1 - 4 / (1 + x**2) ** 2)


Q_at = language.abbreviation("Q_at", well(y), Look("Q(y)"))
slope_at = language.abbreviation("slope_at", well_slope(y), Look("Q′(y)"))
COST: dict[str, Formula] = {
    "Q at y − h": Q_left.eq(well(y - h)),
    "Q at y": Q_middle.eq(Q_at),
    "Q at y + h": Q_right.eq(well(y + h)),
}
FAR_OUT: dict[str, Formula] = {"y² ≥ 2": y**2 >= 2}


def two_wells() -> Model:
    """y = 0 and h = 1: the hump between the two minima of Q, without noise."""
    values = {"Q_left": 0, "Q_middle": 1, "Q_right": 0, "place": 0, "apart": 1}
    return krum_model(3, 0, [(1, 1)], extra={name: {(): Fraction(v)} for name, v in values.items()})


def beside_the_hump() -> Model:
    """y = 1/100."""
    return _at(Fraction(1, 100))


def just_beyond() -> Model:
    """y = 99/70, just above the root of 2."""
    return _at(Fraction(99, 70))


def _at(place: Fraction) -> Model:
    return krum_model(3, 0, [(1, 1)], extra={"place": {(): place}})


def _denominator(p: Prover) -> Line:
    """1 + y^2 > 0."""
    return p.by(1 + y**2 > 0, p.square(y), p.number(Fraction(1)))


def _owed(p: Prover) -> tuple[Line, ...]:
    """What Q and its derivative need to denote."""
    positive = _denominator(p)
    square = p.multiply(positive, positive)
    return square, p.multiply(square, square)


def _not_negative(p: Prover) -> Proved:
    line = p.multiply(p.square(y**2 - 1), p.inverse_nonnegative(_denominator(p)))
    return Proved((line,), _owed(p))


def _slope_lines(p: Prover) -> tuple[Line, Line, Line]:
    """z = 1/(1 + y^2)^2 has z >= 0, z <= 1, and (1 + y^2)^2 z = 1."""
    positive = _denominator(p)
    square = p.multiply(positive, positive)
    z = 1 / (1 + y**2) ** 2
    inverse, one = p.inverse_nonnegative(square), p.inverse((1 + y**2) ** 2, square)
    more = p.by((1 + y**2) ** 2 - 1 >= 0, p.square(y), p.square(y**2))
    return p.weaken(inverse), p.by(z <= 1, p.multiply(p.weaken(inverse), more), one), one


def _slope_grows(p: Prover) -> Proved:
    """(1 - 4z)^2 <= 9 for 0 <= z <= 1."""
    sign, below, _ = _slope_lines(p)
    line = p.by(
        slope_at**2 <= 36 * y**2,
        p.multiply(
            p.square(y),
            p.multiply(sign, p.by(6 - 4 / (1 + y**2) ** 2 >= 0, below, p.number(Fraction(1)))),
        ),
        p.multiply(p.square(y), p.multiply(sign, below)),
        p.multiply(p.square(y), sign),
        p.multiply(p.square(y), below),
    )
    return Proved((line,), _owed(p))


def _slope_outward(p: Prover) -> Proved:
    """4z <= 4/9 where y^2 >= 2, so y Q' is at least 10/9 y^2."""
    sign, _, one = _slope_lines(p)
    far = p.assume(FAR_OUT["y² ≥ 2"])
    size = p.multiply(far, far)
    ninth = p.by(9 / (1 + y**2) ** 2 <= 1, one, p.multiply(sign, far), p.multiply(sign, size))
    line = p.by(y * slope_at >= Fraction(10, 9) * y**2, p.multiply(p.square(y), ninth))
    return Proved((line,), _owed(p))


KRUM = Step(
    equation="definition-krum",
    title="Krum: neighbours, scores, the winner",
    section="1.3",
    display=(
        r"\text{For any } i \ne j, \text{ we denote by } i \rarr j \text{ the fact that } V_j "
        r"\text{ belongs to the } n-f-2 \text{ closest vectors to } V_i. \\ "
        r"s(i)=\sum_{i \rarr j}\|V_i-V_j\|^2, \quad Krum(V_1,...,V_n)=V_{i_*} "
        r"\text{ where } i_* \text{ refers to the worker which has the lowest score.}"
    ),
    explanation=(
        "Left out: that 2f+2 < n (else n-f-2 may be 0, or Byzantine workers may be their own only "
        "neighbours), that i itself does not count, and what happens at ties. Neither the neighbours, "
        "nor i*, nor even the vector Krum is unique at ties. Everything proved here holds for every "
        "choice; arXiv:1703.02757v1 breaks ties among winners by the smallest identifier."
    ),
    claims=(
        Claim(
            "krum-a",
            "there is at least one neighbour to be had",
            origin="none",
            readings=(
                Reading(
                    "as written",
                    n - f - 2 >= 1,
                    proof=_enough,
                    why="n > 2f+2 gives n-f-2 ≥ f+1.",
                    breaks="For n = f+2 Krum would compare empty sums.",
                ),
            ),
        ),
        Claim(
            "krum-b",
            "there are enough other workers",
            origin="none",
            readings=(
                Reading(
                    "as written",
                    n - f - 2 <= n - 1,
                    proof=_others,
                    why="f ≥ 0. Sort the others by distance, and take the first n-f-2.",
                ),
            ),
            tightness=Tightness(
                claimed="1",
                best_proved="1",
                comment="(n-2)/(n-1) for f = 0, which tends to 1.",
            ),
        ),
        Claim(
            "krum-c",
            "“the n-f-2 closest vectors” are determined",
            quote=r"\text{the } n-f-2 \text{ closest vectors to } V_i",
            impact="local repair",
            origin="both",
            compared="arXiv:1703.02757v1, p. 5, has the same definition.",
            comment="Unique without ties. No proof below uses which neighbours a tie gives.",
            readings=(
                Reading(
                    "as written",
                    neighbour[a, b].eq(neighbour_2[a, b]),
                    needs=SECOND_NEIGHBOURS,
                    counterexample=all_equal_twice,
                    expected="REFUTED",
                    justification="NONE",
                    why="Three equal vectors: the one closest other worker can be either.",
                    ties="It is about ties.",
                ),
            ),
        ),
        Claim(
            "krum-d",
            "some worker has the lowest score",
            quote=r"i_* \text{ refers to the worker which has the lowest score}",
            origin="none",
            readings=(
                Reading(
                    "as written",
                    Exists(a, (score[a] <= score[b],), (b,)),
                    proof=_least,
                    why="A finite set of numbers with at least one element has a least one.",
                ),
            ),
        ),
        Claim(
            "krum-e",
            "“the worker which has the lowest score” is unique",
            quote=r"\text{the worker which has the lowest score}",
            impact="local repair",
            origin="transcription",
            compared="arXiv:1703.02757v1, p. 6, footnote 3, breaks ties by the smallest identifier.",
            readings=(
                Reading(
                    "as written",
                    chosen.equals(a).eq(chosen_2.equals(a)),
                    needs=SECOND_CHOSEN,
                    counterexample=all_equal_twice,
                    expected="REFUTED",
                    justification="NONE",
                    why="Three equal vectors have three equal scores.",
                    ties="It is about ties; for n = 3 the closest pair always ties.",
                ),
            ),
        ),
        Claim(
            "krum-f",
            "the vector Krum is determined all the same",
            impact="local repair",
            origin="transcription",
            compared="With the paper's tie rule it is, up to ties among neighbours.",
            readings=(
                Reading(
                    "as written",
                    Krum.eq(Krum_2),
                    needs=SECOND_CHOSEN,
                    counterexample=equally_spaced_twice,
                    expected="REFUTED",
                    justification="NONE",
                    why="Three equally spaced points: every worker has score 1, and all vectors differ.",
                    ties="It is about ties; the score is the same, the vector is not.",
                ),
            ),
        ),
    ),
)

RESILIENCE = Step(
    equation="definition-1",
    title="(α, f)-Byzantine resilience",
    section="1.3",
    display=(
        r"\text{(i)}\quad \langle \mathbb EF,g \rangle \ge (1-\sin \alpha)·\|g\|^2 > 0 \\ "
        r"\text{(ii) for } r=2,3,4, \mathbb E\|F\|^r \text{ is bounded above by a linear combination of "
        r"terms } \mathbb E\|G\|^{r_1}...E\|G\|^{r_{n-1}} \text{ with } r_1+...+r_{n-1}=r."
    ),
    explanation=(
        "Left out by the notes: 0 ≤ α < π/2, the Byzantine vectors (which may depend on the V_i), their "
        "positions, and on what the coefficients of (ii) may depend: here on n, f and r alone. The "
        "paper's exponents run to n-1, its proof ends with n-f of them; one is enough, see Proposition 1."
    ),
    claims=(
        Claim(
            "definition-1a",
            "E Krum exists",
            origin="none",
            comment="Not obvious, since Byzantine vectors need not have a mean. Averaging has none.",
            readings=(
                Reading(
                    "as written",
                    Integrable(Krum),
                    proof=_integrable,
                    why="|Krum|² is dominated by an integrable sum of correct vectors.",
                    breaks="For averaging it fails with one Byzantine vector that has no mean.",
                ),
            ),
        ),
    ),
)

CONVEXITY = Step(
    equation="prerequisite-iii",
    title="Is the convexity of Q used?",
    section="1.2.2",
    display=r"\text{(iii) (Convex cost function) The cost function } Q(x) \text{ needs to be convex.}",
    explanation=(
        "No theorem assumes that Q is convex. Nor does convexity follow from what the propositions do "
        "assume: Q(y) = (y² − 1)²/(1 + y²) is not convex, and meets all of it, without noise (then "
        "σ = 0, so (iv) holds with α = 0). It is smooth and not negative; |Q′| ≤ 6|y|, so (iii) holds; "
        "and for y² ≥ 2 the slope points outward and is not short, so (v) holds with D = 2 and β = 0. "
        "arXiv:1703.02757v1 says that Q is (a priori) non-convex."
    ),
    claims=(
        Claim(
            "convexity",
            "wherever everything else holds, Q is convex",
            quote=r"\text{The cost function } Q(x) \text{ needs to be convex}",
            impact="local repair",
            origin="transcription",
            compared="arXiv:1703.02757v1, p. 9: “(a priori) non-convex cost function”.",
            comment=(
                "Read as: the hypotheses and the proposition cannot hold unless Q is convex. That this Q "
                "meets the hypotheses is in the three claims that follow."
            ),
            readings=(
                Reading(
                    "as written",
                    2 * Q_middle <= Q_left + Q_right,
                    needs=COST,
                    counterexample=two_wells,
                    expected="REFUTED",
                    justification="NONE",
                    why="Q(y) = (y² − 1)²/(1 + y²) is 0 at −1 and 1, and 1 between them, at 0.",
                    ties="No ties matter.",
                ),
            ),
        ),
        Claim(
            "wells-i",
            "(i) that Q is not negative",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    Q_at >= 0,
                    proof=_not_negative,
                    why="A square over a positive number. Its denominator is never 0, so Q is smooth.",
                ),
            ),
        ),
        Claim(
            "wells-iii",
            "(iii) its slope grows at most like y",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    slope_at**2 <= 36 * y**2,
                    proof=_slope_grows,
                    why="Q′ = 2y(1 − 4/(1+y²)²), and the bracket is between −3 and 1.",
                ),
            ),
            tightness=Tightness(
                (beside_the_hump,), claimed="1", best_proved="1", comment="Approached at y → 0."
            ),
        ),
        Claim(
            "wells-v",
            "(v) beyond y² = 2 its slope points outward, and is not short",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    y * slope_at >= Fraction(10, 9) * y**2,
                    needs=FAR_OUT,
                    proof=_slope_outward,
                    why="For y² ≥ 2 the bracket is at least 5/9. So |Q′| ≥ |y| ≥ √2, which is ε.",
                    breaks="Between −1 and 1 the slope points inward to 0: there Q has a hump.",
                ),
            ),
            tightness=Tightness(
                (just_beyond,), claimed="1", best_proved="1", comment="Approached at y² → 2."
            ),
        ),
    ),
)
