"""Certificates are read to the letter, written without what is not used, and replayed."""

import copy
import json
from fractions import Fraction

import pytest

from tests.refusals.toy import A, S, a, b, i, iid, language, n, near, s, t, total, u, x
from theory.kernel.certificates import (
    DEEPEST,
    LONGEST,
    NODES,
    READING,
    RULES,
    Derivation,
    _references,
    _renumber,
    decode,
    encode,
    read_fraction,
    replay,
)
from theory.kernel.rules import Kernel
from theory.kernel.terms import (
    AlmostSure,
    Cited,
    Exists,
    Index,
    Integrable,
    KernelError,
    Number,
    Relation,
    SomeConstant,
    Total,
    term,
)

signature = language.signature
DATA = [
    None, "text", 3, -3, Fraction(-3, 7), Fraction(5), (), (1, "two", (Fraction(3),)), {},
    {i: Index("j", "C")}, s, u @ u, total(i, x[i]), Total(i, s, (near[i, a], 1 - near[a, i])),
    (s <= t).when(near[a, b]), Integrable(S), iid, AlmostSure("bounded", s),
    Cited("robbins_siegmund"), Exists(a, (x[a] >= 0,), (b,)), SomeConstant("A", ("n",), s <= A),
]  # fmt: skip


@pytest.mark.parametrize("x_", DATA)
def test_what_is_written_is_read_back(x_):
    assert decode(json.loads(json.dumps(encode(x_)))) == x_


@pytest.mark.parametrize("bad", [0.5, True, object(), {1, 2}, b"text", Kernel(signature)])
def test_what_is_no_data_is_not_written(bad):
    with pytest.raises(KernelError):
        encode(bad)


def test_a_truth_value_is_not_taken_for_a_number():
    with pytest.raises(KernelError, match="truth values are not part of a certificate"):
        encode(True)


def test_a_list_is_written_as_a_tuple():
    assert encode([1, 2]) == encode((1, 2)) == ["tuple", 1, 2]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (True, "is not part of a certificate"),
        (0.5, "is not part of a certificate"),
        ({}, "is not part of a certificate"),
        ([], "is not part of a certificate"),
        ([1, 2], "is not part of a certificate"),
        ([["tuple"]], "is not part of a certificate"),
        (["q"], "a rational number is one text"),
        (["q", "1", "2"], "a rational number is one text"),
        (["q", 1], "a rational number is written as text"),
        (["line"], "a line that does not stand before it"),
        (["line", 0, 0], "a line that does not stand before it"),
        (["line", 1], "a line that does not stand before it"),
        (["line", -1], "a line that does not stand before it"),
        (["line", False], "a line that does not stand before it"),
        (["line", "0"], "a line that does not stand before it"),
        (["map", 1], "a map is a list of pairs"),
        (["map", [1]], "a map is a list of pairs"),
        (["map", [1, 2, 3]], "a map is a list of pairs"),
        (["map", {"a": 1}], "a map is a list of pairs"),
        (["Nobody"], "is not a node of the language"),
        (["Kernel"], "is not a node of the language"),
        (["Number"], "Number takes 1 fields"),
        (["Number", ["q", "1"], ["q", "1"]], "Number takes 1 fields"),
        (["Number", 1], "field 'value' of Number has the wrong type"),
        (["Index", 1, "C"], "field 'name' of Index has the wrong type"),
        (["Norm", "u"], "field 'vector' of Norm has the wrong type"),
        (["Norm", ["Index", "i", "C"]], "field 'vector' of Norm has the wrong type"),
        (["Power", ["Atom", "s", ["tuple"]], "2"], "field 'exponent' of Power has the wrong type"),
        (["Plus", ["Atom", "s", ["tuple"]]], "field 'summands' of Plus has the wrong type"),
        (["Plus", ["tuple", "s"]], "field 'summands' of Plus has the wrong type"),
        (["Atom", "s", ["tuple", "i"]], "field 'indices' of Atom has the wrong type"),
        (["Exists", ["Index", "i", "C"], ["tuple", ["Atom", "s", ["tuple"]]], ["tuple"]],
         "field 'relations' of Exists has the wrong type"),
        (["SomeConstant", "A", ["tuple", 1], encode(s <= A)], "field 'depends' of SomeConstant"),
        (["SomeConstant", "A", ["tuple"], encode(s)], "field 'relation' of SomeConstant"),
    ],
)  # fmt: skip
def test_what_is_no_value_is_refused(bad, reason):
    line = Kernel(signature).assume(s >= 0)
    with pytest.raises(KernelError) as refusal:
        decode(bad, [line])
    assert reason in str(refusal.value)


def test_a_line_is_read_by_its_number():
    kernel = Kernel(signature)
    lines = [kernel.assume(s >= 0), kernel.assume(t >= 0)]
    assert decode(["line", 1], lines) is lines[1]
    assert decode(["line", 0], lines) is lines[0]


@pytest.mark.parametrize("tag", ["tuple", "map", "Norm"])
def test_depth_is_limited(tag):
    def nested(depth):
        data = ["Atom", "u", ["tuple"]]
        for _ in range(depth):
            data = {"tuple": ["tuple", data], "map": ["map", [1, data]], "Norm": ["Norm", data]}[
                tag
            ]
        return data

    decode(nested(DEEPEST - 2))
    with pytest.raises(KernelError, match="nested too deeply"):
        decode(nested(DEEPEST + 1))


def test_the_depth_that_is_just_allowed():
    data = 1
    for _ in range(DEEPEST):
        data = ["tuple", data]
    decode(data)
    with pytest.raises(KernelError, match="nested too deeply"):
        decode(["tuple", data])


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("-3", -3), ("6/4", Fraction(3, 2)), ("-1/2", Fraction(-1, 2)), ("007", 7)],
)
def test_rational_numbers(text, value):
    assert read_fraction(text) == value


def test_the_longest_rational_number():
    assert read_fraction("1" * 400) == int("1" * 400)
    with pytest.raises(KernelError, match="a rational number is written as text"):
        read_fraction("1" * 401)


@pytest.mark.parametrize(
    "text",
    ["", "-", "1/", "/2", "1/-2", "--1", "1.5", " 1", "1 ", "+1", "1/2/3", "٣", "²", "1e3", "-/2"],
)
def test_what_is_no_rational_number(text):
    with pytest.raises(KernelError, match="is not a rational number"):
        read_fraction(text)


@pytest.mark.parametrize("text", ["1/0", "0/0", "5/000"])
def test_a_denominator_is_not_0(text):
    with pytest.raises(KernelError, match="a denominator other than 0"):
        read_fraction(text)


# -- derivations ------------------------------------------------------------------------------


def derivation():
    """s + 2t >= 0, with two steps that nobody needs."""
    record = Derivation(Kernel(signature))
    record.apply("assume", A >= 0)
    first = record.apply("assume", s >= 0)
    record.apply("square", s)
    second = record.apply("assume", t >= 0)
    both = record.apply("combine", [(Fraction(1), first), (Fraction(2), second)])
    return record, first, both


def test_only_the_steps_that_are_used_are_written():
    record, first, both = derivation()
    certificate = record.certificate(s + 2 * t >= 0, [both], [first, first])
    assert [step[0] for step in certificate["steps"]] == ["assume", "assume", "combine"]
    assert certificate["steps"][2] == [
        "combine",
        ["tuple", ["tuple", ["q", "1"], ["line", 0]], ["tuple", ["q", "2"], ["line", 1]]],
    ]
    assert certificate["lines"] == [2]
    assert certificate["obligations"] == [0]
    assert certificate["value"] is None
    theorem = replay(Kernel(signature), json.loads(json.dumps(certificate)))
    assert theorem.statement == (s + 2 * t >= 0)
    assert theorem.assumptions == {s >= 0, t >= 0}


def test_a_derivation_records_its_lines_and_steps():
    record, first, both = derivation()
    assert record.lines[1] is first
    assert record.lines[-1] is both
    assert len(record.steps) == len(record.lines) == 5


def test_a_derivation_certifies_only_what_it_proves():
    record, first, _ = derivation()
    with pytest.raises(KernelError, match="the derivation proves another statement"):
        record.certificate(t >= 0, [first], [])


def test_an_unknown_rule_and_a_foreign_line_are_not_recorded():
    record, *_ = derivation()
    with pytest.raises(KernelError, match="'conclude' is not a rule"):
        record.apply("conclude", s >= 0)
    with pytest.raises(KernelError, match="belongs to another derivation"):
        record.apply("weaken", Kernel(signature).assume(s > 0))
    with pytest.raises(KernelError, match="belongs to another derivation"):
        encode(record.lines[0], {})
    with pytest.raises(KernelError, match="belongs to another derivation"):
        encode(record.lines[0])
    unrecorded = record.kernel.assume(s > 0)
    with pytest.raises(KernelError, match="belongs to another derivation"):
        record.apply("weaken", unrecorded)


def test_a_value_is_written_and_read():
    record = Derivation(Kernel(signature))
    line = record.apply("assume", s <= n * t)
    claim = SomeConstant("A", ("n",), s <= A * t)
    certificate = record.certificate(claim, [line], [], n)
    assert certificate["value"] == encode(n)
    assert replay(Kernel(signature), certificate).statement == claim


# -- replay -----------------------------------------------------------------------------------


def good():
    record, first, both = derivation()
    return record.certificate(s + 2 * t >= 0, [both], [first])


SPOILED = [
    ("has the keys statement, value, steps", lambda c: c.pop("value")),
    ("has the keys statement, value, steps", lambda c: c.update(more=1)),
    ("a list of at most", lambda c: c.update(steps=None)),
    ("a list of at most", lambda c: c.update(steps=(1, 2))),
    ("a list of at most", lambda c: c.update(steps=[c["steps"][0]] * (LONGEST + 1))),
    ("step 0: not a rule", lambda c: c["steps"].insert(0, [])),
    ("step 0: not a rule", lambda c: c["steps"].insert(0, "assume")),
    ("step 0: not a rule", lambda c: c["steps"].insert(0, [["assume"]])),
    ("step 0: not a rule", lambda c: c["steps"].insert(0, 7)),
    ("step 0: not a rule", lambda c: c["steps"].insert(0, "number")),
    ("step 0: not a rule", lambda c: c["steps"].insert(0, {"number": 1})),
    ("step 0: not a rule", lambda c: c["steps"].insert(0, ["conclude"])),
    ("step 0: not a rule", lambda c: c["steps"].insert(0, ["proves"])),
    ("step 0: not a rule", lambda c: c["steps"].insert(0, ["_line", ">", ["map"]])),
    ("step 0 (assume): wrong arguments (TypeError)", lambda c: c["steps"][0].append(1)),
    ("step 0 (assume): ", lambda c: c["steps"][0].__setitem__(1, None)),
    ("step 2 (combine): ", lambda c: c["steps"][2].__setitem__(1, 7)),
    ("the conclusion: the certificate states nothing", lambda c: c.update(statement=None)),
    ("the conclusion: the certificate states nothing", lambda c: c.update(statement=encode(s))),
    ("the conclusion: the certificate states nothing", lambda c: c.update(statement=encode(iid))),
    ("the conclusion: the value of a constant is a term", lambda c: c.update(value="n")),
    ("the conclusion: the value of a constant is a term",
     lambda c: c.update(value=encode(s >= 0))),
    ("the conclusion: 'lines' must list lines", lambda c: c.update(lines=[3])),
    ("the conclusion: 'lines' must list lines", lambda c: c.update(lines=[True])),
    ("the conclusion: 'lines' must list lines", lambda c: c.update(lines=[-1])),
    ("the conclusion: 'lines' must list lines", lambda c: c.update(lines=2)),
    ("the conclusion: 'lines' must list lines", lambda c: c.update(lines=(2,))),
    ("the conclusion: 'obligations' must list lines", lambda c: c.update(obligations=["0"])),
    ("the conclusion: the derivation proves another", lambda c: c.update(lines=[1])),
    ("the conclusion: the derivation proves another", lambda c: c.update(lines=[])),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "spoil"), SPOILED)
def test_a_spoiled_certificate_is_refused_with_the_place(reason, spoil):
    certificate = copy.deepcopy(good())
    replay(Kernel(signature), certificate)
    spoil(certificate)
    with pytest.raises(KernelError) as refusal:
        replay(Kernel(signature), certificate)
    assert reason in str(refusal.value)


@pytest.mark.parametrize("data", [None, [], "text", 3, [["statement", 1]]])
def test_what_is_no_certificate_is_refused(data):
    with pytest.raises(KernelError, match="a certificate has the keys"):
        replay(Kernel(signature), data)


def test_the_longest_certificate_is_replayed():
    record = Derivation(Kernel(signature))
    line = record.apply("number", Fraction(1))
    certificate = record.certificate(term(1) > 0, [line], [])
    certificate["steps"] *= LONGEST
    assert replay(Kernel(signature), certificate).statement == (term(1) > 0)


def test_exactly_the_rules_are_steps():
    made = {name for name in vars(Kernel) if not name.startswith("_")}
    no_rules = {"meaning", "proves", "conclude", "obligations", "integer_valued"}
    assert made - no_rules <= set(RULES)
    assert not set(RULES) & no_rules
    assert not any(name.startswith("_") for name in RULES)
    assert {type(x).__name__ for x in DATA if hasattr(x, "__dataclass_fields__")} <= set(NODES)
    assert Number(Fraction(1)) == term(1)
    assert Relation(s, ">=", term(0)) == (s >= 0)


@pytest.mark.parametrize("key", ["lines", "obligations"])
def test_so_many_lines_may_conclude_and_no_more(key):
    certificate = copy.deepcopy(good())
    certificate["obligations"] = [certificate["lines"][0]] * LONGEST
    replay(Kernel(signature), certificate)
    certificate[key] = [certificate["lines"][0]] * (LONGEST + 1)
    with pytest.raises(KernelError, match=f"'{key}' must list lines .*, 5000 at most"):
        replay(Kernel(signature), certificate)


def test_the_depth_of_keys_and_values_that_is_just_allowed():
    data = 1
    for _ in range(DEEPEST - 1):
        data = ["tuple", data]
    for pair in ([data, 1], [1, data]):
        decode(["map", pair])
    for pair in ([["tuple", data], 1], [1, ["tuple", data]]):
        with pytest.raises(KernelError, match="nested too deeply"):
            decode(["map", pair])


def test_the_limits_are_those_that_are_written():
    assert (DEEPEST, LONGEST, READING) == (60, 5_000, 3)


@pytest.mark.parametrize("no_reference", [["tuple", 3], ["line", "3"], ["line", 3, 3], ["line"], 3])
def test_only_the_number_of_a_line_is_a_reference(no_reference):
    assert _references(["tuple", ["line", 3], ["map", [["line", 0], no_reference]]]) == [3, 0]
    renumbered = _renumber(["tuple", ["line", 3], no_reference], {3: 1})
    assert renumbered == ["tuple", ["line", 1], no_reference]
