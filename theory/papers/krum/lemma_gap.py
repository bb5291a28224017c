"""The distance of a worker to the mean of its correct neighbours: Jensen, and its mean."""

from __future__ import annotations

from theory.kernel.rules import Line
from theory.kernel.terms import Index, Integrable, Term
from theory.notation.document import Claim, Reading, Step
from theory.notation.language import squared, total
from theory.papers.krum.eq_1_01_neighbour_counts import nonzero, some_correct_neighbour
from theory.papers.krum.lemma_moments import integrable_distance
from theory.papers.krum.lemma_score import all_distances, one_at_least
from theory.papers.krum.setting import (
    V,
    a,
    average,
    b,
    chosen,
    delta_c,
    distance2,
    i,
    j,
    l_byzantine,
    m,
    neighbour,
    score,
)
from theory.search.prover import Proved, Prover


def gap_of(worker: Index) -> Term:
    """|V_w - mean of its correct neighbours|^2."""
    return squared(V[worker] - average(worker))


def jensen_line(p: Prover, worker: Index) -> Line:
    """|V_w - average(w)|^2 <= (1/delta_c) Sum |V_w - V_j|^2; the slack is a sum of squares."""
    positive = some_correct_neighbour(p, worker)
    one = p.inverse(delta_c[worker], positive)
    near = neighbour[worker, j]
    slack = p.total(p.multiply(p.square(near), p.square(V[j] - average(worker))), j)
    weighted = p.multiply(p.inverse_nonnegative(positive), slack)
    goal = gap_of(worker) <= 1 / delta_c[worker] * total(j, distance2(worker, j), where=near)
    return p.by(
        goal,
        weighted,
        p.times(one, squared(V[worker])),
        p.times(one, squared(average(worker))),
    )


def gap_below_score(p: Prover, worker: Index) -> Line:
    """|V_w - average(w)|^2 <= score(w): Jensen, then delta_c >= 1, then the Byzantine part."""
    near, far = neighbour[worker, j], neighbour[worker, l_byzantine]
    positive = some_correct_neighbour(p, worker)
    at_least_one = p.multiply(p.inverse_nonnegative(positive), p.integer_gap(positive))
    correct_part = p.total(p.multiply(p.square(near), p.square(V[worker] - V[j])), j)
    byzantine_part = p.total(
        p.multiply(p.square(far), p.square(V[worker] - V[l_byzantine])), l_byzantine
    )
    one = p.inverse(delta_c[worker], positive)
    return p.by(
        gap_of(worker) <= score[worker],
        jensen_line(p, worker),
        p.multiply(at_least_one, correct_part),
        p.times(one, total(j, distance2(worker, j), where=near)),
        byzantine_part,
    )


def _gap_integrable(p: Prover) -> Proved:
    """I(i* = a) |V_a - average(a)|^2 is at most (n-f-2) times the sum of all correct distances."""
    is_chosen = chosen.equals(a)
    bound = (m - 2) * total(i, all_distances)
    below = p.multiply(p.square(is_chosen), gap_below_score(p, a))
    least = p.total(p.hypothesis("chosen has the least score", {b: i}), i)
    closest = p.total(p.use("score-of-correct"), i)
    others = p.multiply(p.square(1 - is_chosen), p.total(_score_nonnegative(p, i), i))
    positive = p.product(one_at_least(p, m), one_at_least(p, m - 1))
    own = p.multiply(p.square(is_chosen), p.square(V[a] - average(a)))
    more = p.multiply(p.integer_gap(positive), own)
    pathwise = p.by(
        is_chosen * gap_of(a) <= bound,
        more,
        p.multiply(positive, below),
        p.multiply(
            one_at_least(p, m - 1),
            p.by(is_chosen * (total(i, score[i]) - m * score[a]) >= 0, least),
        ),
        p.multiply(one_at_least(p, m - 1), others),
        closest,
    )
    integrable = p.integrable(bound, (m - 2, (i, j), integrable_distance(p, i, j)))
    return Proved(
        (p.dominated(is_chosen * gap_of(a), bound, integrable, pathwise, own),),
        (nonzero(p, some_correct_neighbour(p, a)),),
    )


def _score_nonnegative(p: Prover, worker: Index) -> Line:
    correct_part = p.total(
        p.multiply(p.square(neighbour[worker, j]), p.square(V[worker] - V[j])), j
    )
    byzantine_part = p.total(
        p.multiply(p.square(neighbour[worker, l_byzantine]), p.square(V[worker] - V[l_byzantine])),
        l_byzantine,
    )
    return p.by(score[worker] >= 0, correct_part, byzantine_part)


STEP = Step(
    equation="lemma-gap",
    title="The distance of the winner to its correct neighbours has a mean",
    section="ours",
    uses=("1-1", "lemma-1"),
    explanation=(
        "A far Byzantine vector has no mean that we know of. Where it wins, it is close: its score "
        "is at most that of every correct worker."
    ),
    claims=(
        Claim(
            "gap-integrable",
            "the squared gap of a worker, where it wins, is integrable",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    Integrable(chosen.equals(a) * gap_of(a)),
                    proof=_gap_integrable,
                    why="Where a wins, the gap is at most its score, and that at most correct scores.",
                    breaks="Without the indicator it is false: an ignored Byzantine vector may be anywhere.",
                ),
            ),
        ),
    ),
)
