"""zeta(i): a correct worker that is at least as far from i as every neighbour of i."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from theory.kernel.models import Model
from theory.kernel.rules import Line
from theory.kernel.terms import Exists, Index, Term
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import differ, norm, same, squared, total
from theory.papers.krum.lemma_score import one_more_outside
from theory.papers.krum.models import Vector, krum_model
from theory.papers.krum.setting import V, a, b, distance2, i, j, k, neighbour, w, zeta
from theory.search.prover import Proved, Prover


def to_zeta(worker: Index) -> Term:
    """|V_i - V_zeta(i)|^2."""
    return squared(V[worker] - zeta.of(worker).at(j, V[j]))


def neighbour_below_zeta(p: Prover, other: Index) -> Line:
    """Where i -> other: |V_i - V_other|^2 <= |V_i - V_zeta(i)|^2."""
    farther = p.hypothesis("zeta is at least as far as every neighbour", {a: i, b: other})
    one = p.choice_total("zeta", (i,), j)
    goal = (distance2(i, other) <= to_zeta(i)).when(neighbour[i, other])
    return p.by(
        goal,
        p.total(farther, j),
        p.times(one, neighbour[i, other] * squared(V[i])),
        p.times(one, neighbour[i, other] * distance2(i, other)),
    )


def _exists(p: Prover) -> Proved:
    """Finite choice among the correct workers that are no neighbours of i, weighted 0 or 1."""
    weight = p.multiply(p.square(1 - neighbour[i, j]), p.square(differ(i, j)))
    outside = one_more_outside(p, i)
    byzantine = p.total(p.square(neighbour[i, k]), k)
    positive = p.by(
        total(j, 1, where=(1 - neighbour[i, j], differ(i, j))) > 0,
        outside,
        byzantine,
        p.number(Fraction(1)),
    )
    not_itself = p.combine(())
    at_least = p.hypothesis("neighbours are closest", {a: i, w: j})
    return Proved((weight, positive, not_itself, at_least))


def _squares(p: Prover) -> Proved:
    return Proved((neighbour_below_zeta(p, k),))


def all_equal() -> Model:
    """Three workers, one vector: nobody is strictly farther than a neighbour."""
    return krum_model(3, 0, [(1, 1)])


def less_than_one() -> Model:
    """Distances below 1: worker 1 at 10, the others at 10.5, the Byzantine vector at 10.375."""
    half = Fraction(1, 2)

    def near(honest: Sequence[Vector], f: int) -> list[Vector]:
        return [tuple(c + Fraction(3, 8) for c in honest[0])] * f

    return krum_model(5, 1, [(10, half), (Fraction(21, 2), half)], near)


STEP = Step(
    equation="zeta",
    title="A correct worker at least as far as every neighbour",
    section="1.4.1",
    uses=("1-1",),
    display=(
        r"\text{There exists a correct worker } \zeta(i) \text{ which is farther from } i "
        r"\text{ than every neighbor } j \text{ of } i. \\ "
        r"\text{In particular, for all } l \text{ such that } i \rarr l, "
        r"\|V_i-B_l\| \le \|V_i-V_{\zeta(i)}\|^2."
    ),
    explanation=(
        "i has n-f-1 correct others but only n-f-2 neighbours, so some correct worker is no neighbour, "
        "and whoever is no neighbour is at least as far as whoever is."
    ),
    claims=(
        Claim(
            "zeta-a",
            "there is such a worker",
            quote=r"\text{There exists a correct worker } \zeta(i) \text{ which is farther from } i \text{ than every neighbor } j \text{ of } i",
            impact="slip",
            origin="both",
            compared="arXiv:1703.02757v1, p. 8: “farther from i than any of the neighbors of i”.",
            comment="Read “at least as far”. There may be several such workers; the text fixes none.",
            readings=(
                Reading(
                    "as written",
                    Exists(j, ((distance2(i, b) < distance2(i, j)).when(neighbour[i, b]),), (b,)),
                    counterexample=all_equal,
                    expected="REFUTED",
                    justification="GAP",
                    gap="That such a worker exists is asserted; the count of the correct non-neighbours is not made.",
                    why="If all workers send the same vector, nobody is strictly farther.",
                    ties="The claim fails only at ties; with probability 0 for continuous laws.",
                ),
                Reading(
                    "repaired",
                    Exists(
                        j,
                        (
                            same(i, j) <= 0,
                            (distance2(i, b) <= distance2(i, j)).when(neighbour[i, b]),
                        ),
                        (b,),
                    ),
                    proof=_exists,
                    why=(
                        "The correct workers other than i that are no neighbours are one more than the "
                        "Byzantine neighbours, so there is at least one."
                    ),
                    breaks="With n-f-1 neighbours instead of n-f-2 there need be none.",
                ),
            ),
        ),
        Claim(
            "zeta-b",
            "a Byzantine neighbour is at most as far",
            quote=r"\|V_i-B_l\| \le \|V_i-V_{\zeta(i)}\|^2",
            impact="slip",
            origin="transcription",
            compared="arXiv:1703.02757v1, p. 8, has the square on both sides.",
            comment="A square is missing on the left; lengths cannot be compared with areas.",
            readings=(
                Reading(
                    "as written",
                    (norm(V[i] - V[k]) <= to_zeta(i)).when(neighbour[i, k]),
                    counterexample=less_than_one,
                    expected="REFUTED",
                    justification="NONE",
                    why="At distances below 1 the square is smaller: 3/8 on the left, 1/4 on the right.",
                    ties="No ties are needed.",
                ),
                Reading(
                    "repaired",
                    (distance2(i, k) <= to_zeta(i)).when(neighbour[i, k]),
                    proof=_squares,
                    why="It is a neighbour, and ζ(i) is at least as far as every neighbour.",
                    breaks="Only for Byzantine workers that are neighbours of i.",
                ),
            ),
            tightness=Tightness(
                examples=(less_than_one,),
                claimed="1",
                best_proved="1",
                comment="Approached as the Byzantine neighbour moves out.",
            ),
        ),
    ),
)
