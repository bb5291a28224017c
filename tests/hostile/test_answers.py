"""What a document's process sends back is read or refused, soon, and proves nothing false."""

import json

import pytest

from tests.hostile import answers


@pytest.mark.parametrize("start", range(0, 60, 30))
def test_edited_answers_are_judged_or_refused(start):
    for number in range(start, start + 30):
        kind, wrong = answers.edited_answer(number)
        assert not wrong, kind


def test_edited_messages_are_read_or_refused():
    for number in range(20):
        kind, wrong = answers.edited_message(number)
        assert not wrong, kind


def test_the_honest_answer_is_believed():
    assert not answers.received(answers.honest()[1])
    assert not answers.sent(b"document " + answers.honest()[1].encode() + b"\n")


def test_a_proof_of_the_true_claim_is_none_of_the_false_one():
    data = json.loads(answers.honest()[1])
    true, false = (step["claims"][0]["readings"][0] for step in data["steps"])
    false["evidence"] = true["evidence"]
    assert not answers._believed(json.dumps(data))


ONE = ["Number", ["q", "1"]]
N = ["Atom", "n", ["tuple"]]


def relation(left, op="<=", right=ONE):
    return ["Relation", left, op, right, ["tuple"]]


def powers(base, count):
    return base if not count else ["Power", powers(base, count - 1), 12]


STATEMENTS = {
    "no relation": relation(ONE, "<>"),
    "a negative power": relation(["Power", N, -1]),
    "a power of powers": relation(powers(N, 9)),
    "another kind of almost sure": ["AlmostSure", "perhaps", N],
    "an index of no set": relation(["Total", ["Index", "i", "J"], ONE, ["tuple"]]),
    "a definition that there is not": relation(["Call", "none", ["tuple"]]),
    "a choice that there is not": relation(["At", ["Index", "i", "I"], "none", ["tuple"], ONE]),
    "a constant that is a parameter": ["SomeConstant", "n", ["tuple", "n"], relation(N)],
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_that_is_none(name):
    data = json.loads(answers.honest()[1])
    data["steps"][1]["claims"][0]["readings"][0]["statement"] = STATEMENTS[name]
    assert not answers.received(json.dumps(data))


@pytest.mark.parametrize("length", [100, 3_000])
def test_definitions_in_a_long_chain(length):
    data = json.loads(answers.honest()[1])
    names = [f"d{k}" for k in range(length)]
    bodies = [ONE, *(["Plus", ["tuple", ["Call", name, ["tuple"]], ONE]] for name in names)]
    data["language"]["definitions"] += [
        [name, [["tuple"], body]] for name, body in zip(names, bodies, strict=False)
    ]
    data["steps"][1]["claims"][0]["readings"][0]["statement"] = relation(
        ["Call", names[-1], ["tuple"]]
    )
    assert not answers.received(json.dumps(data))


def test_a_table_that_has_a_table_as_a_key():
    data = json.loads(answers.honest()[1])
    family = {"constant": N, "values": ["map", [["map"], ONE]], "certificates": []}
    data["steps"][0]["claims"][0]["readings"][0]["evidence"] = {"family": family}
    assert not answers.received(json.dumps(data))


@pytest.mark.parametrize("certificates", [[], [None], [{}], [[]], ["lemma"]])
def test_a_family_whose_certificates_are_none(certificates):
    data = json.loads(answers.honest()[1])
    family = {"constant": N, "values": ["map", ["n", ONE]], "certificates": certificates}
    data["steps"][0]["claims"][0]["readings"][0]["evidence"] = {"family": family}
    assert not answers.received(json.dumps(data))
