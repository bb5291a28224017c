"""(1-6): the Byzantine neighbours of i are replaced by zeta(i)."""

from __future__ import annotations

from theory.kernel.rules import Line
from theory.kernel.terms import Term
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.papers.krum.eq_1_01_neighbour_counts import nonzero, some_correct_neighbour
from theory.papers.krum.eq_1_03_correct_winner import copy_of_first
from theory.papers.krum.eq_1_05_byzantine_winner import winner_line
from theory.papers.krum.extreme_models import as_far_as_zeta
from theory.papers.krum.lemma_gap import gap_of, jensen_line
from theory.papers.krum.lemma_score import near_part
from theory.papers.krum.setting import chosen, delta_b, delta_c, i, k, l_byzantine
from theory.papers.krum.zeta import less_than_one, neighbour_below_zeta, to_zeta
from theory.search.prover import Proved, Prover

zeta_bound: Term = 1 / delta_c[k] * near_part(i) + delta_b[i] / delta_c[k] * to_zeta(i)
"""The right side of (1-6)."""


def zeta_line(p: Prover) -> Line:
    """Where k wins: |B_k - average(k)|^2 <= the right side of (1-6)."""
    is_chosen = p.square(chosen.equals(k))
    inverse = p.inverse_nonnegative(some_correct_neighbour(p, k))
    far = p.total(neighbour_below_zeta(p, l_byzantine), l_byzantine)
    return p.by(
        (gap_of(k) <= zeta_bound).when(chosen.equals(k)),
        p.multiply(is_chosen, jensen_line(p, k)),
        winner_line(p),
        p.product(is_chosen, inverse, far),
    )


def _zeta(p: Prover) -> Proved:
    return Proved((zeta_line(p),), (nonzero(p, some_correct_neighbour(p, k)),))


STEP = Step(
    equation="1-6",
    title="The Byzantine neighbours of i, bounded by ζ(i)",
    section="1.4.1",
    display=r"""\|B_k-\frac{1}{\delta_c(k)}\sum_{k \rarr correct\:j}V_j\|^2 \le \frac{1}{\delta_c(k)}\sum_{i \rarr correct\:j}\|V_i-V_j\|^2 + \frac{\delta_b(i)}{\delta_c(k)}\|V_i-V_{\zeta(i)}\|^2 \tag{1-6}""",
    explanation=(
        "Each of the δ_b(i) Byzantine neighbours of i is at most as far as ζ(i). What is left on the "
        "right speaks of correct vectors only; but which ones, and the factors, depend on all vectors."
    ),
    uses=("1-5", "zeta"),
    claims=(
        Claim(
            "1-6",
            "the gap of a Byzantine winner against correct distances",
            quote=r"\|B_k-\frac{1}{\delta_c(k)}\sum_{k \to correct\:j}V_j\|^2 \le \frac{1}{\delta_c(k)}\sum_{i \to correct\:j}\|V_i-V_j\|^2 + \frac{\delta_b(i)}{\delta_c(k)}\|V_i-V_{\zeta(i)}\|^2",
            origin="none",
            compared="arXiv:1703.02757v1, p. 8, has the same line.",
            readings=(
                Reading(
                    "as written",
                    (gap_of(k) <= zeta_bound).when(chosen.equals(k)),
                    proof=_zeta,
                    why="(1-5), and each Byzantine neighbour of i is at most as far as ζ(i).",
                    breaks="Only where k wins.",
                ),
            ),
            tightness=Tightness(
                examples=(copy_of_first, less_than_one, as_far_as_zeta),
                claimed="1",
                best_proved="1",
                comment="Attained by two Byzantine workers that pull at two equal vectors.",
            ),
        ),
    ),
)
