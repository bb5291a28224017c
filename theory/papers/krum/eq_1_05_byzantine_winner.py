"""(1-5): a Byzantine winner against the mean of its correct neighbours."""

from __future__ import annotations

from theory.kernel.rules import Line
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.papers.krum.eq_1_01_neighbour_counts import nonzero, some_correct_neighbour
from theory.papers.krum.eq_1_03_correct_winner import copy_of_first
from theory.papers.krum.eq_1_04_score_comparison import byzantine_distances
from theory.papers.krum.lemma_gap import gap_of, jensen_line
from theory.papers.krum.lemma_score import near_part
from theory.papers.krum.setting import V, a, b, chosen, delta_c, i, k, l_byzantine, neighbour
from theory.search.prover import Proved, Prover

score_of_i = 1 / delta_c[k] * near_part(i) + 1 / delta_c[k] * byzantine_distances(i)


def winner_line(p: Prover) -> Line:
    """Where k wins: (1/delta_c(k)) Sum |B_k - V_j|^2 <= (1/delta_c(k)) score(i)."""
    least = p.hypothesis("chosen has the least score", {a: k, b: i})
    inverse = p.inverse_nonnegative(some_correct_neighbour(p, k))
    dropped = p.total(
        p.multiply(p.square(neighbour[k, l_byzantine]), p.square(V[k] - V[l_byzantine])),
        l_byzantine,
    )
    return p.by(
        (1 / delta_c[k] * near_part(k) <= score_of_i).when(chosen.equals(k)),
        p.multiply(inverse, least),
        p.product(inverse, p.square(chosen.equals(k)), dropped),
    )


def _nonzero(p: Prover) -> tuple[Line]:
    return (nonzero(p, some_correct_neighbour(p, k)),)


def _jensen(p: Prover) -> Proved:
    return Proved((jensen_line(p, k),), _nonzero(p))


def _winner(p: Prover) -> Proved:
    return Proved((winner_line(p),), _nonzero(p))


STEP = Step(
    equation="1-5",
    title="A Byzantine winner and its correct neighbours",
    section="1.4.1",
    display=r"""\|B_k-\frac{1}{\delta_c(k)}\sum_{k \rarr correct\:j}V_j\|^2 \le \frac{1}{\delta_c(k)}\sum_{k \rarr correct \: j}\|B_k-V_j\|^2 \qquad \text{(Jensen inequality)} \\
\le \frac{1}{\delta_c(k)}\sum_{i \rarr correct\:j}\|V_i-V_j\|^2+\frac{1}{\delta_c(k)}\sum_{i \rarr byz\:l}\|V_i-B_l\|^2 \qquad \text{(Krum definition)} \tag{1-5}""",
    explanation=(
        "Jensen first; then the score of the winner is replaced by that of any correct worker i, and "
        "the distances of the winner to its Byzantine neighbours are dropped."
    ),
    uses=("lemma-1", "1-1", "1-4"),
    claims=(
        Claim(
            "1-5a",
            "Jensen's inequality for a Byzantine worker",
            quote=r"\|B_k-\frac{1}{\delta_c(k)}\sum_{k \to correct\:j}V_j\|^2 \le \frac{1}{\delta_c(k)}\sum_{k \to correct \: j}\|B_k-V_j\|^2",
            origin="none",
            compared="arXiv:1703.02757v1, p. 8, has the same line.",
            readings=(
                Reading(
                    "as written",
                    gap_of(k) <= 1 / delta_c[k] * near_part(k),
                    proof=_jensen,
                    why="The slack is the spread of the correct neighbours around their mean.",
                    breaks="It needs a correct neighbour, so 2f+2 < n.",
                ),
            ),
            tightness=Tightness(examples=(copy_of_first,), claimed="1", best_proved="1"),
        ),
        Claim(
            "1-5b",
            "the winner's score is at most that of a correct worker",
            quote=r"\le \frac{1}{\delta_c(k)}\sum_{i \to correct\:j}\|V_i-V_j\|^2+\frac{1}{\delta_c(k)}\sum_{i \to byz\:l}\|V_i-B_l\|^2",
            origin="none",
            compared="arXiv:1703.02757v1, p. 8, has the same line.",
            readings=(
                Reading(
                    "as written",
                    (1 / delta_c[k] * near_part(k) <= score_of_i).when(chosen.equals(k)),
                    proof=_winner,
                    why="(1-4) without the distances of k to its Byzantine neighbours, divided by δ_c(k).",
                    breaks="Only where k wins: an ignored Byzantine vector may be as far as it likes.",
                ),
            ),
            tightness=Tightness(
                examples=(copy_of_first,),
                claimed="1",
                best_proved="1",
                comment="What is dropped are the distances of the winner to its Byzantine neighbours.",
            ),
        ),
    ),
)
