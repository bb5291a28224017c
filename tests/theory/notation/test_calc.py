"""Calc chains: what each line claims, what they claim together, and where a chain breaks."""

from __future__ import annotations

import pytest

from theory.judge import Judge
from theory.notation.calc import broken_line, calc, chain_step, judged
from theory.notation.own import Proof, norm, squared

proof = Proof("Test")
u, v, w = (proof.vector(name) for name in "uvw")
s, t = proof.scalar("s"), proof.scalar("t")
I = proof.index_set("I", 3)
i = I.index("i")
inside = proof.indicator("inside", I, random=False)


def test_each_line_is_a_relation_with_the_line_before_it():
    chain = calc(s).le(t).eq(t + 0).lt(t + 1)
    assert chain.relations() == [s <= t, t.eq(t + 0), t + 0 < t + 1]


@pytest.mark.parametrize(
    ("chain", "op"),
    [
        (calc(s).eq(t), "="),
        (calc(s).eq(t).le(s), "<="),
        (calc(s).le(t).eq(s), "<="),
        (calc(s).le(t).lt(s), "<"),
        (calc(s).ge(t).eq(s), ">="),
        (calc(s).ge(t).gt(s), ">"),
    ],
)
def test_the_ends_are_compared_by_the_strongest_sign_that_follows(chain, op):
    conclusion = chain.conclusion()
    assert (conclusion.left, conclusion.op) == (s, op)
    assert conclusion.right == chain.links[-1].right


def test_a_chain_that_turns_round_is_refused():
    with pytest.raises(ValueError, match="line 2 of the chain turns round"):
        calc(s).le(t).ge(s)


def test_a_chain_needs_a_line():
    with pytest.raises(ValueError, match="needs a line"):
        calc(s).conclusion()


def test_a_line_may_be_a_number():
    assert calc(0).le(t).relations() == [calc(0).start <= t]


def test_conditions_hold_for_every_line():
    chain = calc(s).le(t).le(t + 1).when(inside[i])
    assert all(r.given == (inside[i],) for r in (*chain.relations(), chain.conclusion()))


def test_a_chain_is_not_changed_by_what_continues_it():
    start = calc(s).le(t)
    start.le(s)
    assert len(start.links) == 1


def test_lines_know_where_they_are_written():
    chain = (
        calc(s)
        .le(t)
        .le(t + 1)
    )  # fmt: skip
    first, second = (int(link.place.split("line ")[1]) for link in chain.links)
    assert second == first + 1
    assert all(link.place.startswith("test_calc.py") for link in chain.links)


def judge(chain, by_name="chain"):
    proof = Proof("Test")
    proof.language = globals()["proof"].language
    proof.chain(by_name, chain)
    document = proof.document("test")
    verdicts = {j.id: j.verdict for j in Judge(document, {}).all()}
    return document.steps[0], verdicts


def test_a_sound_chain_is_proved_line_by_line():
    step, verdicts = judge(
        calc(squared(u + v))
        .le((norm(u) + norm(v)) ** 2, because="triangle")
        .eq(squared(u) + 2 * norm(u) * norm(v) + squared(v))
        .le(2 * squared(u) + 2 * squared(v))
    )
    assert verdicts == dict.fromkeys(["chain-1", "chain-2", "chain-3", "chain"], "PROVED")
    assert broken_line(step, verdicts) is None
    assert judged(step, verdicts) is step


def test_a_chain_that_breaks_names_the_line_and_the_fate_of_its_ends():
    step, verdicts = judge(
        calc(norm(u + v)).le(norm(u)).le(norm(u) + norm(v), because="norms are not negative")
    )
    assert verdicts == {"chain-1": "REFUTED", "chain-2": "PROVED", "chain": "PROVED"}
    assert broken_line(step, verdicts).id == "chain-1"
    whole = judged(step, verdicts).claims[-1]
    assert whole.comment.startswith("the chain breaks at line 1 (test_calc.py, line ")
    assert whole.comment.endswith("which is refuted")
    assert whole.readings[0].justification == "GAP"
    assert whole.impact == "argument fails but conclusion survives"


def test_a_chain_whose_ends_fail_says_so():
    step, verdicts = judge(calc(norm(u + v)).le(norm(u) + norm(v)).le(norm(u)))
    assert verdicts == {"chain-1": "PROVED", "chain-2": "REFUTED", "chain": "REFUTED"}
    whole = judged(step, verdicts).claims[-1]
    assert whole.impact == "conclusion fails"
    assert "line 2" in whole.comment


def test_an_undecided_line_is_a_gap():
    step = chain_step("c", calc(s).le(t).le(s), "", str)
    whole = judged(step, {"c-1": "PROVED", "c-2": "UNDECIDED", "c": "UNDECIDED"}).claims[-1]
    assert "has a gap at line 2" in whole.comment
    assert whole.impact == ""


def test_a_line_may_bring_its_proof():
    step, verdicts = judge(calc(norm(u)).ge(0, by=lambda p: _signs(p, u)))
    assert verdicts == {"chain-1": "PROVED", "chain": "PROVED"}
    assert step.claims[0].readings[0].proof is not None


def _signs(p, vector):
    from theory.search.prover import Proved

    return Proved((p.norm_nonnegative(vector),))
