"""The score of a correct worker is at most that of its closest correct others."""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.rules import Line
from theory.kernel.terms import Index, Term
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import differ, total
from theory.papers.krum.eq_1_01_neighbour_counts import neighbour_count
from theory.papers.krum.extreme_models import equidistant
from theory.papers.krum.setting import (
    a,
    b,
    chosen,
    delta_b,
    delta_c,
    distance2,
    f,
    i,
    j,
    k,
    l_byzantine,
    l_correct,
    m,
    n,
    neighbour,
    score,
    w,
)
from theory.search.prover import Proved, Prover

all_distances = total(j, distance2(i, j))
"""The sum of the squared distances of i to all correct workers."""


def one_at_least(p: Prover, x: Term) -> Line:
    """x > 0 for a number of workers that n > 2f + 2 makes positive."""
    one = p.number(Fraction(1))
    return p.by(x > 0, p.hypothesis("enough workers"), p.hypothesis("byzantine count"), one)


def near_part(worker: Index) -> Term:
    """The sum of the squared distances to the correct neighbours."""
    return total(j, distance2(worker, j), where=neighbour[worker, j])


def far_part(worker: Index) -> Term:
    """The sum of the squared distances to the correct workers that are no neighbours."""
    return total(j, distance2(worker, j), where=(1 - neighbour[worker, j], differ(worker, j)))


def byzantine_part(worker: Index) -> Term:
    """The sum of the squared distances to the Byzantine neighbours."""
    return total(k, distance2(worker, k), where=neighbour[worker, k])


def one_more_outside(p: Prover, worker: Index) -> Line:
    """There is one correct non-neighbour more than there are Byzantine neighbours."""
    outside = total(j, 1, where=(1 - neighbour[worker, j], differ(worker, j)))
    itself = p.hypothesis("no worker is its own neighbour", {a: worker})
    return p.by(outside.eq(delta_b[worker] + 1), neighbour_count(p, worker), itself)


def correct_count(p: Prover, worker: Index) -> Line:
    """delta_c = n - f - 2 - delta_b."""
    return p.by(delta_c[worker].eq(n - f - 2 - delta_b[worker]), neighbour_count(p, worker))


def _score_of_correct(p: Prover) -> Proved:
    """Pair every neighbour with every correct non-neighbour: the second is at least as far."""
    close = p.hypothesis("neighbours are closest")
    near, far, byz = near_part(i), far_part(i), byzantine_part(i)
    dc, db = delta_c[i], delta_b[i]
    outside = one_more_outside(p, i)
    pairs = {
        "correct": p.total(p.total(p.instance(close, {a: i, b: l_correct, w: j}), l_correct), j),
        "byzantine": p.total(
            p.total(p.instance(close, {a: i, b: l_byzantine, w: j}), l_byzantine), j
        ),
    }
    near_below = p.by((db + 1) * near <= dc * far, pairs["correct"], p.times(outside, near))
    byz_below = p.by((db + 1) * byz <= db * far, pairs["byzantine"], p.times(outside, byz))
    goal = (m - 2) * all_distances - (m - 1) * score[i]
    counted = correct_count(p, i)
    scaled = p.by(
        (db + 1) * goal >= 0,
        near_below,
        p.multiply(one_at_least(p, m - 1), byz_below),
        p.times(counted, far),
        p.times(counted, near),
    )
    positive = p.by(db + 1 > 0, p.total(p.square(neighbour[i, k]), k), p.number(Fraction(1)))
    return Proved((p.cancel(scaled, positive, goal),))


def _score_of_chosen(p: Prover) -> Proved:
    """The chosen score is at most each correct one, hence at most their mean."""
    least = p.hypothesis("chosen has the least score", {b: i})
    below = p.total(least, i)
    every = p.total(below, a)
    closest = p.total(p.use("score-of-correct"), i)
    one = p.choice_total("chosen", (), w)
    scores = total(i, score[i])
    goal = m * (m - 1) * chosen.at(w, score[w]) <= (m - 2) * total(i, all_distances)
    line = p.by(
        goal, p.multiply(one_at_least(p, m - 1), every), closest, p.times(one, scores * (m - 1))
    )
    return Proved((line,))


STEP = Step(
    equation="lemma-score",
    title="Scores are small",
    uses=("1-1",),
    section="ours",
    explanation=(
        "A correct worker has n-f-1 correct others and needs only n-f-2 neighbours. Whatever the "
        "Byzantine workers send, its closest others are at least as close as its closest correct "
        "others, so its score is at most (n-f-2)/(n-f-1) times all its squared distances to them. "
        "This replaces the worker zeta(i) of the notes, and it is what makes selection harmless."
    ),
    claims=(
        Claim(
            "score-of-correct",
            "the score of a correct worker against all its correct distances",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    (n - f - 1) * score[i] <= (n - f - 2) * all_distances,
                    proof=_score_of_correct,
                    why=(
                        "Each neighbour is at least as close as each correct non-neighbour, and there "
                        "is one more of those than there are Byzantine neighbours."
                    ),
                    breaks="If neighbours were not the closest, a far Byzantine neighbour breaks it.",
                ),
            ),
        ),
        Claim(
            "score-of-chosen",
            "the chosen score against all correct distances",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    (n - f) * (n - f - 1) * chosen.at(w, score[w])
                    <= (n - f - 2) * total(i, all_distances),
                    proof=_score_of_chosen,
                    why="The least score is at most the mean of the n-f correct scores.",
                    breaks="Choosing the second best score breaks it.",
                ),
            ),
            tightness=Tightness(
                examples=(equidistant,),
                claimed="1",
                best_proved="1",
                comment="Equality where all vectors are equidistant.",
            ),
        ),
    ),
)
