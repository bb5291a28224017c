"""(1-4): a Byzantine winner has the least score."""

from __future__ import annotations

from theory.kernel.terms import Index, Term
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import total
from theory.papers.krum.eq_1_03_correct_winner import all_alike
from theory.papers.krum.lemma_score import near_part
from theory.papers.krum.setting import a, b, chosen, distance2, i, k, l_byzantine, neighbour
from theory.search.prover import Proved, Prover


def byzantine_distances(worker: Index) -> Term:
    """The sum of the squared distances to the Byzantine neighbours l of a worker."""
    return total(l_byzantine, distance2(worker, l_byzantine), where=neighbour[worker, l_byzantine])


def _least(p: Prover) -> Proved:
    return Proved((p.hypothesis("chosen has the least score", {a: k, b: i}),))


STEP = Step(
    equation="1-4",
    title="A Byzantine winner has the least score",
    section="1.4.1",
    display=r"""\sum_{k \rarr correct\:j}\|B_k-V_j\|^2 + \sum_{k \rarr byz\: l}\|B_k-B_l\|^2 \le \sum_{i \rarr correct\:j}\|V_i-V_j\|^2+\sum_{i \rarr byz\:l}\|V_i-B_l\|^2 \tag{1-4}""",
    explanation="If a Byzantine worker k wins, its score is at most that of every correct worker i.",
    claims=(
        Claim(
            "1-4",
            "the winner's score against that of a correct worker",
            quote=r"\sum_{k \to correct\:j}\|B_k-V_j\|^2 + \sum_{k \to byz\: l}\|B_k-B_l\|^2 \le \sum_{i \to correct\:j}\|V_i-V_j\|^2+\sum_{i \to byz\:l}\|V_i-B_l\|^2",
            origin="none",
            compared="arXiv:1703.02757v1, p. 8, has the same line.",
            readings=(
                Reading(
                    "as written",
                    (
                        near_part(k) + byzantine_distances(k)
                        <= near_part(i) + byzantine_distances(i)
                    ).when(chosen.equals(k)),
                    proof=_least,
                    why="This is what it means that k has the least score.",
                    breaks="Where k is not the winner, its score may be anything.",
                ),
            ),
            tightness=Tightness(
                examples=(all_alike,), claimed="1", best_proved="1", comment="Equality at ties."
            ),
        ),
    ),
)
