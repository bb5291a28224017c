"""The bundle: lemmas before uses, nothing unproved, the same each time, enough to replay."""

import json

import pytest

from theory.bundle import bundle
from theory.judge import Judge
from theory.kernel.certificates import Derivation, decode, replay
from theory.kernel.rules import Kernel
from theory.kernel.terms import Atom, KernelError, Relation, Signature, Symbol, term
from theory.notation.document import Claim, Document, Reading, Step
from theory.notation.language import Language

X = Atom("x")
POSITIVE = X >= 1
SQUARE = X * X >= 1


def language() -> Language:
    found = Language()
    found.signature = Signature(symbols={"x": Symbol("scalar", False)})
    return found


def certificates():
    """`first` uses `second`, which stands later in the text."""
    kernel = Kernel(language().signature)
    second = Derivation(kernel)
    certificate = second.certificate(POSITIVE, [second.apply("assume", POSITIVE)], [])
    kernel.lemmas["second"] = replay(kernel, certificate)
    first = Derivation(kernel)
    used = first.apply("lemma", "second", {})
    square = first.apply("multiply", used, used)
    whole = first.apply("combine", ((term(1).value, square), (term(2).value, used)))
    return {"first": first.certificate(SQUARE, [whole], []), "second": certificate}


def judgements():
    def claim(name, statement):
        return Claim(name, name, (Reading("as written", statement),))

    claims = (claim("first", SQUARE), claim("open", X <= 5), claim("second", POSITIVE))
    steps = (Step("1", "step", claims),)
    document = Document("toy", "Toy", language(), {"x is at least 1": POSITIVE}, steps)
    return document, list(Judge(document, certificates()).all())


def test_lemmas_come_first_and_what_is_open_stays_out():
    made = bundle(*judgements())
    assert [claim["id"] for claim in made["claims"]] == ["second", "first"]
    assert {claim["kind"] for claim in made["claims"]} == {"theorem"}
    assert made["claims"][1]["assumes"] == ["x is at least 1"]


def test_it_is_the_same_every_time_and_survives_json():
    one, other = (json.dumps(bundle(*judgements())) for _ in range(2))
    assert one == other
    assert json.loads(one) == bundle(*judgements())


def test_it_replays_from_its_own_text():
    made = json.loads(json.dumps(bundle(*judgements())))
    symbols = {
        name: Symbol(sort, random, tuple(sets), varies)
        for name, sort, random, sets, varies in made["signature"]["symbols"]
    }
    kernel = Kernel(Signature(symbols=symbols))
    hypotheses = {name: decode(formula) for name, formula in made["hypotheses"]}
    for claim in made["claims"]:
        theorem = replay(kernel, claim["certificate"])
        assert theorem.statement == decode(claim["statement"])
        assert theorem.assumptions == {hypotheses[name] for name in claim["assumes"]}
        assert isinstance(theorem.statement, Relation)
        kernel.lemmas[claim["id"]] = theorem


def test_a_lemma_that_is_missing_is_reported():
    document, judged = judgements()
    with pytest.raises(KernelError, match="'second' is not proved before 'first'"):
        bundle(document, [j for j in judged if j.id != "second"])
