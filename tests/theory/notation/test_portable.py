"""A document survives being written and read; what was tampered with is refused."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import fields

import pytest

from theory import papers
from theory.judge import Judge, load_certificates
from theory.kernel.certificates import encode
from theory.kernel.terms import Signature, Symbol
from theory.kernel.witnesses import write_model
from theory.notation.document import Claim, Document, Question, Reading, Role, Step, Tightness
from theory.notation.language import Look
from theory.notation.own import Proof, expectation, integrable, norm, squared
from theory.notation.portable import write
from theory.notation.received import read
from theory.notation.strict import NotPortable


def evidence(judgement):
    family = judgement.reading.family
    if family is not None and judgement.verdict == "REFUTED":
        return {
            "family": {
                "constant": encode(family.constant),
                "values": encode(family.values),
                "certificates": judgement.certificate,
            }
        }
    if judgement.model is not None:
        return {"model": write_model(judgement.model)}
    if judgement.certificate is not None:
        return {"certificate": judgement.certificate}
    return {"reason": judgement.reason}


def written(document, certificates=None):
    judged = list(Judge(document, certificates or {}).all())
    text = write(document, {j.id: evidence(j) for j in judged})
    return text, {j.id: j.verdict for j in judged}


def small():
    proof = Proof("Small", about="About it")
    t, u = proof.scalar("t"), proof.vector("u", random=True)
    proof.assume("finite", integrable(squared(u)), note="a note")
    proof.claim("true", squared(expectation(u)) <= expectation(squared(u)), because="Jensen")
    proof.claim("false", norm(u) <= t)
    proof.claim("typed", norm(u) <= u)
    return proof.document("small")


@pytest.fixture(scope="module")
def text():
    return written(small())[0]


def verdicts(text, **options):
    received = read(text)
    judge = Judge(received.document, received.certificates, **options)
    return {j.id: j.verdict for j in judge.all()}


def test_a_small_document_comes_back(text):
    document, back = small(), read(text).document
    for name in ("name", "title", "about", "hypotheses", "hypothesis_notes"):
        assert getattr(back, name) == getattr(document, name)
    assert back.language.signature == document.language.signature
    assert back.language.looks == document.language.looks
    for claim, other in zip(document.claims().values(), back.claims().values(), strict=True):
        for name in ("id", "title", "comment", "impact", "origin"):
            assert getattr(claim, name) == getattr(other, name)
        assert claim.readings[0].statement == other.readings[0].statement
        assert claim.readings[0].why == other.readings[0].why


@pytest.mark.parametrize("fresh", [False, True])
def test_its_verdicts_come_back(text, fresh):
    assert verdicts(text, fresh=fresh) == {
        "true": "PROVED",
        "false": "REFUTED",
        "typed": "ILL-TYPED",
    }


def test_the_largest_document_comes_back():
    """Krum uses every construct; nothing of it gets lost on the way."""
    document = papers.load("krum")
    certificates = load_certificates(papers.certificate_folder("krum"))
    text, before = written(document, certificates)
    received = read(text)
    back = received.document
    assert back.language.signature == document.language.signature
    assert back.language.looks == document.language.looks
    assert back.hypotheses == document.hypotheses
    assert back.headline == document.headline
    assert back.cited == document.cited
    assert back.taken == document.taken
    judged = list(Judge(back, received.certificates).all())
    assert {j.id: j.verdict for j in judged} == before
    assert write(back, {j.id: evidence(j) for j in judged}) == text


def test_nothing_that_a_document_can_say_is_forgotten(text):
    """A new field has to be carried; this list says that somebody thought of it."""
    carried = {
        Signature: "sizes unions symbols definitions successors",
        Symbol: "sort random sets varies",
        Look: "symbol by_set pattern function subscript",
        Document: "name title language hypotheses steps about folder hypothesis_notes cited taken "
        "headline short_proof questions roles witnesses runs",
        Step: "equation title claims display section explanation uses",
        Claim: "id title readings quote impact origin compared comment tightness",
        Reading: "kind statement proof counterexample family ill_typed needs under expected "
        "justification gap why breaks ties sampled",
        Tightness: "examples claimed best_proved comment sides",
        Question: "title text answers",
        Role: "hypothesis role why run claims",
    }
    for kind, names in carried.items():
        assert {f.name for f in fields(kind)} == set(names.split()), kind.__name__


# -- refusals ----------------------------------------------------------------------------------


def changed(text, path, value):
    data = json.loads(text)
    *parents, last = path
    place = data
    for key in parents:
        place = place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return json.dumps(data)


READING = ("steps", 0, "claims", 0, "readings", 0)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("format",), 1, "another format"),
        (("title",), 7, "title: a text"),
        (("title",), ..., "'title' is missing"),
        (("name",), "../../etc", "is not a name"),
        (("surprise",), 1, "unknown fields"),
        (("steps",), {}, "a list of at most"),
        (("steps", 0, "equation"), "a/b", "is not a name"),
        (("steps", 1, "equation"), "true", "two steps 'true'"),
        (("steps", 1, "claims", 0, "id"), "true", "two claims 'true'"),
        (("steps", 0, "claims", 0, "impact"), "huge", "is not one of"),
        ((*READING, "kind"), "improved", "is not one of"),
        ((*READING, "statement"), ["Atom", "t", ["tuple"]], "not a statement"),
        ((*READING, "statement"), ["os.system", "true"], "not a node"),
        ((*READING, "statement"), "t <= 1", "not a statement"),
        ((*READING, "ill_typed"), 1, "true or false"),
        ((*READING, "evidence"), {}, "one field"),
        ((*READING, "evidence"), {"verdict": "PROVED"}, "is no evidence"),
        ((*READING, "evidence"), {"model": {"tables": 3}}, "not a model"),
        ((*READING, "evidence"), {"family": {"constant": None}}, "is missing"),
        (("hypotheses",), [["a", ["Number", ["q", "1"]]]], "is not a formula"),
        (("hypotheses",), [["a", "x"], ["a", "x"]], "stands there twice"),
        (("language", "symbols"), [["t", ["scalar", False, []]]], "not a symbol"),
        (("language", "symbols"), [["t", ["number", False, [], False]]], "unknown sort"),
        (("language", "symbols"), [["a b", ["scalar", False, [], False]]], "is not a name"),
        (("language", "sizes"), [["I", ["Atom", "m", ["tuple"]]]], "not declared"),
        (("witnesses",), [["w", {"tables": {}, "outcomes": [{}]}]], "not a model"),
        (("runs",), [["r", {"states": [{}]}]], "a part of a run"),
    ],
)
def test_what_is_not_a_document_is_refused(text, path, value, message):
    with pytest.raises(NotPortable, match=message):
        read(changed(text, path, value))


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "[" * 100_000, '{"format": 1', "\x00"])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(NotPortable):
        read(text)


def test_a_text_that_is_too_long_is_refused(text, monkeypatch):
    monkeypatch.setattr("theory.notation.received.LARGEST", 100)
    with pytest.raises(NotPortable, match="longer than 100"):
        read(text)


def test_a_term_that_is_nested_too_deeply_is_refused(text):
    term = ["Atom", "t", ["tuple"]]
    for _ in range(200):
        term = ["Norm", term]
    with pytest.raises(NotPortable, match="nested too deeply"):
        read(changed(text, (*READING, "statement"), ["Integrable", term]))


def test_definitions_that_double_each_other_are_refused(text):
    """Unfolded, the last would have 2^60 nodes."""
    data = json.loads(text)
    definitions = [["d0", [["tuple"], ["Atom", "t", ["tuple"]]]]]
    for k in range(60):
        call = ["Call", f"d{k}", ["tuple"]]
        definitions.append([f"d{k + 1}", [["tuple"], ["Plus", ["tuple", call, call]]]])
    data["language"]["definitions"] = definitions
    with pytest.raises(NotPortable, match="too large when unfolded"):
        read(json.dumps(data))


def test_signs_that_move_a_cursor_are_replaced(text):
    title = read(changed(text, ("title",), "\x1b[2Jall \u202edevorp\n")).document.title
    assert title == "�[2Jall �devorp\n"


# -- evidence is not believed ------------------------------------------------------------------


def test_a_certificate_for_another_claim_proves_nothing(text):
    data = json.loads(text)
    certificate = data["steps"][0]["claims"][0]["readings"][0]["evidence"]
    data["steps"][1]["claims"][0]["readings"][0]["evidence"] = certificate
    for fresh in (False, True):
        assert verdicts(json.dumps(data), fresh=fresh)["false"] == "UNDECIDED"


def test_a_certificate_with_another_statement_proves_nothing(text):
    data = json.loads(text)
    stolen = deepcopy(data["steps"][0]["claims"][0]["readings"][0]["evidence"])
    target = data["steps"][1]["claims"][0]["readings"][0]
    stolen["certificate"]["statement"] = target["statement"]
    target["evidence"] = stolen
    assert verdicts(json.dumps(data))["false"] == "UNDECIDED"


def test_a_model_of_another_claim_refutes_nothing(text):
    data = json.loads(text)
    model = data["steps"][1]["claims"][0]["readings"][0]["evidence"]
    data["steps"][0]["claims"][0]["readings"][0]["evidence"] = model
    assert verdicts(json.dumps(data))["true"] == "UNDECIDED"


def test_a_hypothesis_that_was_left_out_is_missed(text):
    assert verdicts(changed(text, ("hypotheses",), []))["true"] == "UNDECIDED"
