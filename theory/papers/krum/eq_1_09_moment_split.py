"""(1-9): the moments of Krum, split over the winner."""

from __future__ import annotations

from collections.abc import Callable

from theory.kernel.rules import Line
from theory.kernel.terms import Index, Term, term
from theory.lemmas.norms import norm_where
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import expectation, total
from theory.papers.krum.coin_models import nearest_coin
from theory.papers.krum.extreme_models import split_in_two
from theory.papers.krum.lemma_krum_moments import (
    MOMENT_HYPOTHESIS,
    integrable_moment,
    krum_moment_integrable,
    mean_moment,
    power_of_norm,
)
from theory.papers.krum.setting import G, Krum, V, chosen, f, i, k, n, w
from theory.search.prover import Proved, Prover


def where_it_wins(worker: Index, r: int) -> Term:
    """|V_w|^r I(i* = w)."""
    return power_of_norm(V[worker], r) * chosen.equals(worker)


def same_where_it_wins(p: Prover, worker: Index, r: int) -> Line:
    """|V_w|^r I(i* = w) = |Krum|^r I(i* = w)."""
    goal = where_it_wins(worker, r).eq(power_of_norm(Krum, r) * chosen.equals(worker))
    if r % 2 == 0:
        return p.by(goal)
    same = norm_where(p, chosen.equals(worker), V[worker], Krum)
    return p.by(goal, p.times(same, V[worker] @ V[worker]))


def nonnegative_power(p: Prover, x: Term, r: int) -> Line:
    """|x|^r >= 0."""
    return p.product(*[p.norm_nonnegative(x)] * r)


def integrable_where_it_wins(p: Prover, worker: Index, r: int) -> Line:
    """|V_w|^r I(i* = w) is integrable."""
    x = where_it_wins(worker, r)
    power = nonnegative_power(p, Krum, r)
    same = same_where_it_wins(p, worker, r)
    rest = p.multiply(p.square(1 - chosen.equals(worker)), power)
    own = p.multiply(p.square(chosen.equals(worker)), power)
    integrable = krum_moment_integrable(p, r)
    return p.dominated(x, power_of_norm(Krum, r), integrable, rest, own, same)


def byzantine_moments(r: int) -> Term:
    """Sum over the Byzantine k of E|B_k|^r I(i* = k)."""
    return total(k, expectation(where_it_wins(k, r)))


def split_line(p: Prover, r: int) -> Line:
    """E|Krum|^r = Sum over the winner of E|V_w|^r I(i* = w)."""
    one = p.choice_total("chosen", (), w)
    power = power_of_norm(Krum, r)
    correct, byzantine = total(i, where_it_wins(i, r)), total(k, where_it_wins(k, r))
    pathwise = p.by(
        power.eq(correct + byzantine),
        p.times(one, power),
        p.total(same_where_it_wins(p, i, r), i),
        p.total(same_where_it_wins(p, k, r), k),
    )
    parts = (
        (term(1), (i,), integrable_where_it_wins(p, i, r)),
        (term(1), (k,), integrable_where_it_wins(p, k, r)),
    )
    whole = (term(1), (), krum_moment_integrable(p, r))
    opened = p.mean(correct + byzantine, *parts), p.mean(correct + byzantine - power, *parts, whole)
    goal = expectation(power).eq(total(i, expectation(where_it_wins(i, r))) + byzantine_moments(r))
    return p.by(goal, p.expect(pathwise), *opened)


def correct_line(p: Prover, r: int) -> Line:
    """Sum over the correct i of E|V_i|^r I(i* = i) <= (n-f) E|G|^r."""
    x = power_of_norm(V[i], r)
    rest = p.multiply(p.square(1 - chosen.equals(i)), nonnegative_power(p, V[i], r))
    opened = p.mean(
        x - where_it_wins(i, r), integrable_moment(p, i, r), integrable_where_it_wins(p, i, r)
    )
    one = p.by(
        expectation(where_it_wins(i, r)) <= expectation(power_of_norm(G, r)),
        p.expect(rest),
        opened,
        mean_moment(p, i, r),
    )
    goal = total(i, expectation(where_it_wins(i, r))) <= (n - f) * expectation(power_of_norm(G, r))
    return p.by(goal, p.total(one, i))


def _obligations(p: Prover, r: int) -> tuple[Line, ...]:
    return (
        krum_moment_integrable(p, r),
        integrable_where_it_wins(p, i, r),
        integrable_where_it_wins(p, k, r),
        p.hypothesis(MOMENT_HYPOTHESIS[r]),
    )


def split(r: int) -> Term:
    """The moment of the winner, summed over who wins."""
    return total(i, expectation(where_it_wins(i, r))) + byzantine_moments(r)


def _split(r: int) -> Callable[[Prover], Proved]:
    return lambda p: Proved((split_line(p, r),), _obligations(p, r))


def _bounded(r: int) -> Callable[[Prover], Proved]:
    def proof(p: Prover) -> Proved:
        goal = split(r) <= (n - f) * expectation(power_of_norm(G, r)) + byzantine_moments(r)
        return Proved((p.by(goal, correct_line(p, r)),), _obligations(p, r))

    return proof


def _name(letter: str, r: int) -> str:
    return f"1-9{letter}-r{r}"


STEP = Step(
    equation="1-9",
    title="The moments of Krum, split over the winner",
    section="1.4.1",
    display=r"""\mathbb E \|Krum\|^r=\sum_{correct \: i}\mathbb E\|V_i\|^r\mathbb I(i_*=i)+\sum_{byz \: k}\mathbb E \|B_k\|^r \mathbb I(i_*=k) \le (n-f) \mathbb E \|G\|^r + \sum_{byz \: k}\mathbb E\|B_k\|^r \mathbb I (i_*=k) \tag{1-9}""",
    explanation=(
        "Where i wins, Krum is V_i. For the correct workers the indicator is then replaced by 1, which "
        "costs a factor up to n−f. The line is checked for r = 2, 3 and 4, where the moments of G are "
        "finite; where they are not, the right side is infinite and says nothing."
    ),
    claims=(
        *(
            Claim(
                _name("a", r),
                f"split over the winner, r = {r}",
                quote=r"\mathbb E \|Krum\|^r=\sum_{correct \: i}\mathbb E\|V_i\|^r\mathbb I(i_*=i)+\sum_{byz \: k}\mathbb E \|B_k\|^r \mathbb I(i_*=k)",
                origin="none",
                compared="arXiv:1703.02757v1, p. 9, has the same line.",
                readings=(
                    Reading(
                        "as written",
                        expectation(power_of_norm(Krum, r)).eq(split(r)),
                        proof=_split(r),
                        why="Exactly one worker wins, and Krum is its vector.",
                        breaks="Each summand must have a mean; that needs that Krum bounds the winner.",
                    ),
                ),
                tightness=Tightness(
                    examples=(nearest_coin,),
                    claimed="1",
                    best_proved="1",
                    comment="Equality.",
                    sides=(expectation(power_of_norm(Krum, r)), split(r)),
                ),
            )
            for r in (2, 3, 4)
        ),
        *(
            Claim(
                _name("b", r),
                f"the correct workers, r = {r}",
                quote=r"\le (n-f) \mathbb E \|G\|^r + \sum_{byz \: k}\mathbb E\|B_k\|^r \mathbb I (i_*=k)",
                origin="none",
                compared="arXiv:1703.02757v1, p. 9, has the same line.",
                readings=(
                    Reading(
                        "as written",
                        total(i, expectation(where_it_wins(i, r))) + byzantine_moments(r)
                        <= (n - f) * expectation(power_of_norm(G, r)) + byzantine_moments(r),
                        proof=_bounded(r),
                        why="Each indicator is at most 1, and V_i has the law of G.",
                        breaks="Only correct workers have the law of G.",
                    ),
                ),
                tightness=Tightness(
                    examples=(nearest_coin, split_in_two),
                    claimed="n-f",
                    best_proved="n-f",
                    comment=(
                        "The second terms are equal on both sides; the first counts all correct "
                        "vectors in the place of the one that wins."
                    ),
                ),
            )
            for r in (2, 3, 4)
        ),
    ),
)
