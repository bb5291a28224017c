"""The audit: verdicts as JSON, witness models, tightness."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from reports.audit import audit
from reports.marks import MARKS
from reports.tightness import Attained
from theory.errors import KernelBug
from theory.judge import Judge, save_certificates
from theory.kernel.certificates import replay
from theory.kernel.intervals import root
from theory.kernel.models import Evaluator, Model, Outcome
from theory.kernel.rules import Kernel
from theory.kernel.terms import KernelError
from theory.kernel.witnesses import read_model
from theory.notation.document import Tightness

KEYS = {
    "id", "equation", "title", "reading", "verdict", "justification", "gap", "impact", "origin",
    "scope", "assumes", "witness", "certificate", "tightness", "statement", "plain",
}  # fmt: skip


@pytest.fixture(scope="module")
def claims(toy_audit):
    data = json.loads(toy_audit.as_json())
    assert data.keys() == {"document", "claims"}
    assert data["document"] == "toy"
    return data["claims"]


def one(claims, name, reading="as written"):
    (found,) = [c for c in claims if (c["id"], c["reading"]) == (name, reading)]
    return found


def test_every_claim_has_exactly_the_published_keys(claims):
    assert claims
    for claim in claims:
        assert claim.keys() == KEYS
        assert claim["reading"] in {"as written", "repaired"}
        assert claim["verdict"] in MARKS
        assert isinstance(claim["assumes"], list)
        assert isinstance(claim["scope"], str)
        if claim["tightness"] is not None:
            assert claim["tightness"].keys() == {"ratio", "claimed", "best proved"}


def test_verdict_and_evidence_go_together(claims):
    for claim in claims:
        proved = claim["verdict"] == "PROVED" or claim["id"] == "1-3c"
        assert (claim["certificate"] is not None) == proved
        assert claim["witness"] is not None
        if claim["verdict"] == "PROVED":
            assert claim["witness"] == {"true on": "one member"}


def test_the_certificate_in_the_json_replays(claims, toy):
    kernel = Kernel(toy.language.signature)
    theorem = replay(kernel, one(claims, "1-1a")["certificate"])
    assert theorem.statement == toy.claims()["1-1a"].readings[0].statement


def test_the_witness_in_the_json_refutes(claims, toy):
    claim = one(claims, "1-2a")
    model = read_model(claim["witness"]["model"])
    statement = toy.claims()["1-2a"].readings[0].statement
    assert Evaluator(toy.language.signature, model).holds(statement) is False
    assert claim["witness"]["violated"] == "left = 4, right = 2"
    assert claim["witness"]["ties"] == "There are no ties."


def test_scope_says_for_what_it_is_claimed(claims):
    assert one(claims, "1-1b")["scope"] == "every member i; every outcome; all n with n ≥ 1"
    assert one(claims, "1-2b")["scope"] == "all values"
    assert one(claims, "1-3a")["scope"] == "nothing: the sentence does not denote"


def test_tightness_is_the_largest_exact_ratio(claims):
    tight = one(claims, "1-2a", "repaired")["tightness"]
    assert tight == {"ratio": "1", "claimed": "1", "best proved": "n"}, "on a witness model"
    assert one(claims, "1-2a")["tightness"] is None, "a refuted inequality is not tight"


def test_an_irrational_ratio_is_given_as_a_rounded_decimal():
    two = root(Fraction(2))
    assert Attained(two, "", "").shown == "≈ 1.41421"


def test_an_example_must_satisfy_what_the_proof_assumes(toy):
    """1-1c is proved from n >= 1; a model without members is no example for it."""
    nobody = Model(
        {"n": {(): Fraction(0)}, "K": {(): Fraction(1)}, "C": {(): Fraction(0)}},
        [Outcome(Fraction(1), {"x": {}, "y": {(): (Fraction(1),)}})],
    )
    changed = replace(toy.claims()["1-1c"], tightness=Tightness((lambda: nobody,)))
    with pytest.raises(KernelError, match="does not satisfy 'members'"):
        audit(_only(toy, changed), {})


def _only(toy, claim):
    return replace(toy, steps=(replace(toy.steps[0], claims=(claim,)),))


def test_proved_statements_are_evaluated_on_every_witness_model(toy_audit, toy):
    names = tuple(name for name, _ in toy.witnesses)
    for finding in toy_audit.findings:
        assert finding.true_on == (names if finding.verdict == "PROVED" else ())
    for exhibit in toy_audit.exhibits:
        assert exhibit.true == toy.hypotheses.keys()


def test_a_proved_statement_that_a_model_falsifies_stops_the_audit(toy, monkeypatch):
    honest = Evaluator.holds
    target = toy.claims()["1-1a"].readings[0].statement
    monkeypatch.setattr(
        Evaluator, "holds", lambda self, x: False if x == target else honest(self, x)
    )
    with pytest.raises(KernelBug, match=r"1-1a is proved, yet it is false on .*'one member'"):
        audit(toy, {})


def test_stored_certificates_are_replayed_and_not_searched(toy, toy_audit, tmp_path, monkeypatch):
    from theory.judge import load_certificates

    save_certificates(tmp_path, toy, dict(toy_audit.certificates))
    stored = load_certificates(tmp_path)
    assert stored == toy_audit.certificates
    monkeypatch.setattr(Judge, "_search", lambda self, reading: pytest.fail("it searched"))
    again = audit(toy, stored)
    assert again.certificates == {}
    assert again.as_json() == toy_audit.as_json()


def test_only_the_wanted_steps_are_audited(toy):
    found = audit(toy, {}, wanted=lambda step: step.equation == "1-1")
    assert [f.id for f in found.findings] == ["1-1a", "1-1b", "1-1c"]


def test_an_unexpected_verdict_is_a_surprise(toy):
    claim = toy.claims()["1-1a"]
    changed = replace(claim, readings=(replace(claim.readings[0], expected="REFUTED"),))
    found = audit(_only(toy, changed), {})
    assert [f.id for f in found.surprises] == ["1-1a"]
    assert not audit(toy, {}).surprises
