"""Proofs that name what they rest on: found from these facts and from nothing else."""

from __future__ import annotations

import pytest

from theory.judge import Judge
from theory.kernel.rules import Kernel
from theory.notation.own import Proof, calc, expectation, integrable, norm, squared, use
from theory.search.by import by
from theory.search.prover import NotFound, Prover


def verdicts(proof):
    return {j.id: (j.verdict, j.reason) for j in Judge(proof.document("test"), {}).all()}


def scalars(*names):
    proof = Proof("Test")
    return proof, *(proof.scalar(name) for name in names)


def test_names_and_statements_in_their_order():
    proof, s, t = scalars("s", "t")
    proof.assume("s", s >= 1)
    proof.assume("t", t >= s)
    proof.claim("square", t**2 >= 1, by=["s", "t", t >= 1])
    proof.claim("again", t**2 + 1 >= 2, by=["square"])
    assert {v for v, _ in verdicts(proof).values()} == {"PROVED"}


def test_what_is_not_named_is_not_used():
    proof, s, t = scalars("s", "t")
    proof.assume("s", s >= 1)
    proof.assume("t", t >= s)
    proof.claim("square", t >= 1, by=["t"])
    assert verdicts(proof)["square"][0] == "UNDECIDED"


def test_the_certificate_lists_what_was_named():
    proof, s, t = scalars("s", "t")
    proof.assume("s", s >= 1)
    proof.assume("unrelated", t >= 5)
    proof.claim("c", s + 1 >= 2, by=["s"])
    (judged,) = Judge(proof.document("test"), {}).all()
    assert judged.assumes == ("s",)


def test_a_claim_with_other_terms_in_the_place_of_its_symbols():
    proof, s, t = scalars("s", "t")
    proof.claim("binomial", (s + t) ** 2 >= 4 * s * t)
    proof.claim("with numbers", (s + 3) ** 2 >= 12 * s, by=[use("binomial", t=3)])
    assert {v for v, _ in verdicts(proof).values()} == {"PROVED"}


def test_a_chain_takes_a_reason_for_each_line():
    proof = Proof("Test")
    u, v = proof.vector("u"), proof.vector("v")
    t = proof.scalar("t")
    proof.assume("t", t >= 1)
    proof.chain(
        "c",
        calc(norm(u + v)).le(norm(u) + norm(v), by=[]).le(t * norm(u) + norm(v), by=["t"]),
    )
    assert {v for v, _ in verdicts(proof).values()} == {"PROVED"}


def test_a_name_that_nothing_has_is_refused():
    proof, s = scalars("s")
    proof.claim("c", s**2 >= 0, by=["misspelled"])
    verdict, reason = verdicts(proof)["c"]
    assert verdict == "UNDECIDED"
    assert "'misspelled', which is no hypothesis" in reason


def test_a_claim_is_not_its_own_reason():
    proof, s = scalars("s")
    proof.claim("c", s**2 >= 0, by=["c"])
    assert verdicts(proof)["c"][0] == "UNDECIDED"


def test_a_single_name_is_written_in_a_list():
    proof, s = scalars("s")
    with pytest.raises(TypeError, match="by="):
        proof.claim("c", s**2 >= 0, by="s")


def test_a_rule_of_the_kernel_by_hand():
    proof, s, t = scalars("s", "t")
    proof.claim("c", s**2 + t**2 >= 2 * s * t, by=[lambda p: p.square(s - t)])
    assert verdicts(proof)["c"][0] == "PROVED"


def test_a_false_statement_on_the_way_is_not_found():
    proof, s, t = scalars("s", "t")
    prover = Prover(Kernel(proof.language.signature), {}, goal=s**2 >= 0)
    with pytest.raises(NotFound, match="fact 1 of by= is not found"):
        by(t >= 1)(prover)


def test_a_mean_exists_by_what_is_named():
    proof = Proof("Test")
    u = proof.vector("u", random=True)
    proof.assume("fourth moment", integrable(norm(u) ** 4))
    proof.claim("c", squared(expectation(u)) <= expectation(squared(u)), by=["fourth moment"])
    assert verdicts(proof)["c"][0] == "PROVED"
