"""A proof of one's own: what is declared, and what a slip is answered with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from theory.judge import Judge
from theory.kernel.terms import IllTyped, Integrable, KernelError
from theory.notation.document import Claim, Reading, Step
from theory.notation.own import (
    Fraction,
    Proof,
    calc,
    exists,
    expectation,
    iid,
    integrable,
    norm,
    squared,
    total,
)


@pytest.fixture
def proof():
    proof = Proof("Test", about="a test")
    proof.n = proof.integer("n")
    proof.members = proof.index_set("I", proof.n)
    proof.i = proof.members.index("i")
    proof.x = proof.vector("x", proof.members, random=True)
    proof.u = proof.vector("u", random=True)
    proof.t = proof.scalar("t")
    return proof


def test_a_document_keeps_what_was_said(proof):
    proof.assume("some", proof.n >= 1, note="else nothing is claimed")
    proof.claim("a", norm(proof.u) >= 0, because="norms")
    proof.chain("b", calc(proof.t).le(proof.t + 1), title="More")
    document = proof.document("test")
    assert (document.name, document.title, document.about) == ("test", "Test", "a test")
    assert document.hypotheses == {"some": proof.n >= 1}
    assert document.hypothesis_notes == {"some": "else nothing is claimed"}
    assert list(document.claims()) == ["a", "b-1", "b"]
    claim = document.claims()["a"]
    assert claim.title == "‖u‖ ≥ 0"
    assert claim.comment.startswith("test_own.py, line ")
    assert claim.readings[0].why == "norms"


def test_symbols_with_and_without_indices(proof):
    i, other = proof.i, proof.members.index("j")
    a = proof.scalar("a", proof.members)
    spread = proof.define("spread", squared(proof.x[i] - proof.u), i)
    length = proof.define("length", norm(proof.u))
    proof.claim("a", a[i] * spread[i] * length >= a[other])
    assert proof.document("test").claims()["a"].readings[0].statement.left is not None


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (lambda p: norm(p.x[p.i]) == norm(p.x[p.i]), "an equation is written left.eq"),
        (lambda p: norm(p.u), "it is a term; compare it"),
        (lambda p: "norm(u) <= 1", "str is not a statement"),
        (lambda p: iid(p.x, p.members, p.u), "Iid is not a statement"),
        (lambda p: squared(p.x) <= 1, r"'x' has indices: write x\[i\]"),
        (lambda p: norm(p.choice("c", p.members)) <= 1, r"write c.at\(i, x\[i\]\)"),
        (lambda p: exists(p.i, norm(p.x) <= 1), r"write x\[i\]"),
    ],
)
def test_what_is_no_claim_is_refused_with_advice(proof, claim, message):
    with pytest.raises(TypeError, match=message):
        proof.claim("a", claim(proof))


def test_a_float_is_refused(proof):
    with pytest.raises(IllTyped, match=r"0\.5 is not a term"):
        proof.t * 0.5
    assert Fraction(1, 2) * proof.t is not None


def test_a_hypothesis_that_does_not_denote_is_refused_at_once(proof):
    with pytest.raises(IllTyped, match="a number cannot be compared with a vector"):
        proof.assume("bad", norm(proof.u) <= proof.u)


def test_a_claim_that_does_not_denote_gets_its_verdict(proof):
    proof.claim("bad", norm(proof.u) <= proof.u)
    (judgement,) = Judge(proof.document("test"), {}).all()
    assert judgement.verdict == "ILL-TYPED"


def test_names_are_used_once(proof):
    proof.claim("a", proof.t >= 0)
    with pytest.raises(ValueError, match="two claims 'a'"):
        proof.claim("a", proof.t >= 1)
    with pytest.raises(ValueError, match="two claims 'a'"):
        proof.chain("a", calc(proof.t).le(1))
    proof.assume("h", proof.t >= 0)
    with pytest.raises(ValueError, match="two hypotheses 'h'"):
        proof.assume("h", proof.t >= 1)
    with pytest.raises(ValueError, match="declared twice"):
        proof.scalar("t")


@pytest.mark.parametrize("name", ["", "../up", "a/b", "x" * 61, "a\nb", "<b>"])
def test_names_that_cannot_stand_in_a_file_name_are_refused(proof, name):
    with pytest.raises(ValueError, match="cannot name a claim"):
        proof.claim(name, proof.t >= 0)


def test_a_chain_is_a_calc(proof):
    with pytest.raises(TypeError, match=r"write calc\(x\)"):
        proof.chain("a", proof.t <= 1)


def test_assumptions_of_every_kind(proof):
    proof.assume("law", iid(proof.x, proof.members, proof.u))
    proof.assume("finite", integrable(squared(proof.u)))
    proof.assume("relation", expectation(proof.u).eq(proof.vector("g")))
    with pytest.raises(TypeError, match="Exists is not a statement"):
        proof.assume("some", exists(proof.i, norm(proof.x[proof.i]) <= 1))
    assert isinstance(proof.document("t").hypotheses["finite"], Integrable)
    with pytest.raises(TypeError, match="without indices"):
        iid(proof.x, proof.members, total(proof.i, proof.x[proof.i]))


def test_a_hypothesis_is_an_instance_of_a_cited_theorem_only_where_that_is_declared():
    proof = Proof("cited")
    n = proof.integer("n")
    proof.assume("some worker", n >= 1)
    document = replace(proof.document("cited"), cited={"Taylor": "B. Taylor (1715)"})
    assert document.theorem_of("Taylor: some worker") is None
    assert document.theorem_of("Taylor") is None
    honest = replace(document, taken={"some worker": "Taylor"})
    assert honest.theorem_of("some worker") == "Taylor"
    with pytest.raises(KernelError, match="which is not cited"):
        replace(document, taken={"some worker": "Jensen"})
    other = Reading("as written", n >= 2, needs={"some worker": n >= 2})
    step = Step("1", "", (Claim("1", "", (other,)),))
    with pytest.raises(KernelError, match="has several formulas"):
        replace(honest, steps=(step,))
