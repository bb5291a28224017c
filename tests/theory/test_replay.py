"""The second checker accepts the real bundle, and refuses what is not proved or not well-formed."""

import copy
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.limits import LIMIT
from theory import replay
from theory.bundle import write_bundle

EMPTY = {"sizes": [], "unions": [], "symbols": [], "definitions": [], "successors": []}
ZERO = ["Number", ["q", "0"]]
ONE = ["Number", ["q", "1"]]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("bundle") / "krum.json"
    write_bundle(path)
    return path


@pytest.fixture(scope="module")
def bundle(path):
    return json.loads(path.read_text(encoding="utf-8"))


def atom(name):
    return ["Atom", name, ["tuple"]]


def relation(left, op, right):
    return ["Relation", left, op, right, ["tuple"]]


def claim(statement, steps, name="it", assumes=(), **changes):
    """A claim proved by the last of some steps."""
    proof = {"statement": statement, "value": None, "steps": steps, "lines": [len(steps) - 1]}
    return {
        "id": name,
        "kind": "theorem",
        "statement": statement,
        "under": None,
        "needs": [],
        "assumes": list(assumes),
        "witness": None,
        "certificate": {**proof, "obligations": [], **changes},
    }


def small(*claims, hypotheses=(), witnesses=(), **lists):
    """A bundle of its own."""
    return {
        "format": 2,
        "document": "small",
        "signature": {**EMPTY, **lists},
        "hypotheses": list(hypotheses),
        "witnesses": list(witnesses),
        "claims": list(claims),
    }


def only(data):
    """The one result; what hangs is stopped by the limit of every test."""
    [result] = replay.check_bundle(data)
    return result


def refused(data, reason):
    result = only(data)
    assert not result.ok
    assert reason in result.reason


def plain(bundle):
    """Theorems of the bundle that use no lemma, with the bundle of each alone."""
    for each in bundle["claims"]:
        if each["kind"] == "theorem":
            steps = each["certificate"]["steps"]
            if steps and all(step[0] != "lemma" for step in steps):
                yield copy.deepcopy(each), {**bundle, "claims": []}


def first(bundle, rule):
    """A claim that uses a rule, the step that does, and a bundle of that claim alone."""
    for each, rest in plain(bundle):
        for step in each["certificate"]["steps"]:
            if step[0] == rule:
                return each, step, {**rest, "claims": [each]}
    raise AssertionError(rule)


def test_every_claim_is_accepted(bundle):
    results = replay.check_bundle(bundle)
    assert [r.id for r in results] == [each["id"] for each in bundle["claims"]]
    assert [r for r in results if not r.ok] == []


def test_what_rests_on_a_cited_theorem_is_said(bundle):
    found = {r.id for r in replay.check_bundle(bundle) if "cited" in r.reason}
    named = {
        each["id"] for each in bundle["claims"] if "Robbins–Siegmund" in each.get("assumes", ())
    }
    assert found
    assert found == named


def test_it_runs_alone(path, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("[" * 100_000, encoding="utf-8")
    lonely = tmp_path / "replay.py"
    lonely.write_bytes(Path(replay.__file__).read_bytes())
    half = tmp_path / "half.json"
    half.write_text(json.dumps(small({"id": "a\nok b"})), encoding="utf-8")
    for files, status in (([path], 0), ([half], 1), ([bad], 2), ([path.parent], 2), ([], 2)):
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(lonely), *map(str, files)],
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
        )
        assert done.returncode == status
        assert "Traceback" not in done.stderr
        if status == 1:
            assert done.stdout.splitlines()[0].startswith("REFUSED a\\nok b: ")
        if status == 0:
            count = len(json.loads(path.read_text(encoding="utf-8"))["claims"])
            assert done.stdout.splitlines()[-1] == f"{count} accepted, 0 refused"
            assert len(done.stdout.splitlines()) == count + 1


@pytest.mark.parametrize(
    "text",
    ['{"a": 1, "a": 2}', "NaN", "1.5", "1" * 500, "{} {}", "\ufeff{}", '"\\x"', "", "{" * 10**6],
)
def test_unusable_files(tmp_path, text, capsys):
    file = tmp_path / "file.json"
    file.write_text(text, encoding="utf-8")
    assert replay.main([str(file)]) == 2
    assert "unusable" in capsys.readouterr().out


def test_a_changed_statement(bundle):
    each, _, alone = first(bundle, "combine")
    assert only(alone).ok
    other = relation(ONE, "<=", ZERO)
    each["statement"] = other
    refused(alone, "another statement")
    each["certificate"]["statement"] = other
    refused(alone, "does not prove")


def test_swapped_proofs(bundle):
    (one, alone), (other, _) = list(plain(bundle))[:2]
    one["certificate"], other["certificate"] = other["certificate"], one["certificate"]
    refused({**alone, "claims": [one]}, "another statement")


def test_a_dropped_step(bundle):
    accepted = []
    for each, alone in list(plain(bundle))[:20]:
        steps = each["certificate"]["steps"]
        del steps[len(steps) // 2]
        if only({**alone, "claims": [each]}).ok:
            accepted.append(each["id"])
    assert accepted == []


def test_a_negative_multiplier():
    def twice(q):
        steps = [["number", ["q", "1"]], ["combine", ["tuple", ["tuple", ["q", q], ["line", 0]]]]]
        return small(claim(relation(["Number", ["q", q]], ">", ZERO), steps))

    assert only(twice("2")).ok
    refused(twice("-2"), "step 1: combine: a factor that is not positive")
    refused(twice("0"), "step 1: combine: a factor that is not positive")


def test_lemmas_come_before_their_use():
    statement = relation(ONE, ">", ZERO)
    fact = claim(statement, [["number", ["q", "1"]]], "fact")
    use = claim(statement, [["lemma", "fact", ["map"]]], "use")
    assert all(r.ok for r in replay.check_bundle(small(fact, use)))
    assert [r.ok for r in replay.check_bundle(small(use, fact))] == [False, True]
    refused(small(use), "the lemma 'fact' is not proved before")
    own = claim(statement, [["lemma", "own", ["map"]]], "own")
    refused(small(own), "is not proved before")
    assert [r.ok for r in replay.check_bundle(small(fact, fact))] == [True, False]


def test_a_refused_claim_is_no_lemma():
    wrong = claim(relation(ZERO, ">", ONE), [["number", ["q", "1"]]], "fact")
    use = claim(relation(ZERO, ">", ONE), [["lemma", "fact", ["map"]]], "use")
    assert [r.ok for r in replay.check_bundle(small(wrong, use))] == [False, False]


def test_assumptions_are_listed():
    x = ["x", "scalar", False, [], False]
    formula = relation(atom("x"), ">", ZERO)
    names = [["x", formula], ["y", relation(atom("x"), ">", ONE)]]

    def with_(*assumes):
        it = claim(formula, [["assume", formula]], assumes=assumes)
        return small(it, symbols=[x], hypotheses=names)

    assert only(with_("x")).ok
    refused(with_(), "not listed")
    refused(with_("x", "y"), "does not use")
    refused(with_("z"), "unknown")


def test_an_index_of_an_empty_set_stays():
    """From "n > 0 for every i in S" does not follow n > 0: S may be empty."""
    i = ["Index", "i", "S"]
    lists = {"sizes": [["S", ONE]], "symbols": [["n", "scalar", False, [], False]]}
    lists["symbols"].append(["v", "scalar", False, ["S"], False])
    v = ["Atom", "v", ["tuple", i]]
    n, both = atom("n"), ["Plus", ["tuple", atom("n"), v]]
    one, other = relation(both, ">", ZERO), relation(v, "=", ZERO)
    minus = ["tuple", ["q", "-1"], ["line", 1]]
    steps = [
        ["assume", one],
        ["assume", other],
        ["combine", ["tuple", ["tuple", ["q", "1"], ["line", 0]], minus]],
    ]
    hypotheses = [["one", one], ["other", other]]
    it = claim(relation(n, ">", ZERO), steps, assumes=["one", "other"])
    refused(small(it, hypotheses=hypotheses, **lists), "does not prove")
    there = [["number", ["q", "1"]], ["inhabited", ["line", 2], i, ["line", 3]]]
    it = claim(relation(n, ">", ZERO), steps + there, assumes=["one", "other"])
    assert only(small(it, hypotheses=hypotheses, **lists)).ok


def test_obligations_are_needed():
    x = ["x", "scalar", False, [], False]
    root = relation(["Root", atom("x")], ">=", ZERO)
    refused(small(claim(root, [["root_nonnegative", atom("x")]]), symbols=[x]), "an obligation")


MALFORMED = [
    True, 1.0, [], {}, ["q", "1/0"], ["q", "١"], ["q", "1" * 401], ["q", 1], ["line", True],
    ["line", -1], ["line", 7], ["line"], ["map", 1], ["map", ["tuple"]], ["Index", "a b", "S"],
    ["Number", 1], ["Power", ONE, ["q", "1"]], ["Power", ONE, 13], ["Atom", "x", "y"],
    ["Plus", ["tuple"]], ["Plus", ["map"]], ["unknown"], [None], [["tuple"]], "text", None,
    ["map", [["map"], 1]], ["map", [["tuple", ["map"]], 1]], ["Total", ["tuple", "i", "S"], ONE],
]  # fmt: skip


@pytest.mark.parametrize("value", MALFORMED, ids=repr)
def test_malformed_values(value):
    refused(small(claim(relation(ONE, ">", ZERO), [["square", value]])), "")
    refused(small(claim(value, [["number", ["q", "1"]]])), "")
    it = claim(relation(ONE, ">", ZERO), [["number", ["q", "1"]]])
    it["certificate"]["steps"] = value
    refused(small(it), "")
    refused(small(claim(relation(ONE, ">", ZERO), [value])), "")


ODD = [*MALFORMED, 3, object(), float("nan")]


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_malformed_everywhere_else(value):
    good = small(claim(relation(ONE, ">", ZERO), [["number", ["q", "1"]]]))
    assert only(good).ok
    for table in (good, good["signature"], good["claims"][0], good["claims"][0]["certificate"]):
        for key in list(table):
            kept = table[key]
            table[key] = value
            assert all(type(r) is replay.Result for r in replay.check_bundle(good))
            del table[key]
            assert not any(r.ok for r in replay.check_bundle(good))
            table[key] = kept
    assert replay.check_bundle(value)[0].ok is False


def deep(levels, wrap, inner=ONE):
    for _ in range(levels):
        inner = wrap(inner)
    return inner


@pytest.mark.parametrize("levels", [61, 900, 100_000])
def test_deep_nesting(levels):
    roots = deep(levels, lambda t: ["Root", t])
    refused(small(claim(relation(ONE, ">", ZERO), [["square", roots]])), "nested too deep")


def powers(levels):
    return deep(levels, lambda t: ["Power", t, 12], ["Plus", ["tuple", atom("x"), atom("y")]])


def test_absurd_sizes():
    symbols = [[n, "scalar", False, [], False] for n in "xy"]
    symbols.append(["v", "scalar", False, ["S"], False])
    sizes = [["S", atom("x")]]
    i = [["Index", f"i{k}", "S"] for k in range(9)]
    many = ["Times", ["tuple", *(["Root", ["Atom", "v", ["tuple", j]]] for j in i)]]
    sums = deep(9, lambda t: ["Total", i.pop(), t, ["tuple"]], many)
    wide = ["Plus", ["tuple", *([ONE] * 200_000)]]
    huge = deep(12, lambda t: ["Power", t, 12], ["Number", ["q", "9" * 400]])
    for term in (powers(2), powers(50), sums, wide, huge):
        it = claim(relation(ONE, ">", ZERO), [["square", term]])
        refused(small(it, symbols=symbols, sizes=sizes), "")
    doubled = [["d0", [], atom("x")]]
    for k in range(200):
        last = ["Call", f"d{k}", ["tuple"]]
        root = ["Root", ["Plus", ["tuple", last, ["Norm", ["Times", ["tuple", last, atom("u")]]]]]]
        doubled.append([f"d{k + 1}", [], root])
    symbols.append(["u", "vector", False, [], False])
    last = relation(["Call", "d200", ["tuple"]], ">", ZERO)
    it = claim(last, [["number", ["q", "1"]], ["root_nonnegative", last[1]]])
    assert not only(small(it, symbols=symbols, sizes=sizes, definitions=doubled)).ok


def test_values_that_hold_themselves():
    loop = ["tuple"]
    loop += [loop, loop]
    refused(small(claim(relation(ONE, ">", ZERO), [["square", loop]])), "")


def leaves(value, path=()):
    """The places of all texts and numbers."""
    if isinstance(value, list | dict):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, entry in items:
            yield from leaves(entry, (*path, key))
    else:
        yield path


def at(value, path):
    for key in path:
        value = value[key]
    return value


def test_random_mutations(bundle):
    """A certificate with one value changed is refused, or still proves the same statement."""
    choose = random.Random(1)
    theorems = [t for t in plain(bundle) if len(t[0]["certificate"]["steps"]) < 60]
    refusals = 0
    for _ in range(150):
        each, alone = choose.choice(theorems)
        each = copy.deepcopy(each)
        proof = each["certificate"]
        places = list(leaves(proof))
        place = choose.choice(places)
        old = at(proof, place)
        others = [at(proof, other) for other in choose.sample(places, min(40, len(places)))]
        new = [x for x in others if type(x) is type(old) and x != old]
        at(proof, place[:-1])[place[-1]] = choose.choice([*new, None, -1, "", ["q", "7/3"]])
        result = only({**alone, "claims": [each]})
        refusals += not result.ok
        same = proof["statement"] == each["statement"]
        assert not result.ok or same, (each["id"], place)
    assert refusals > 130


# Attacks on what is new in version 2.

I, J = ["Index", "i", "S"], ["Index", "j", "T"]
N = ["n", "integer", False, [], False]
X = ["x", "scalar", False, [], False]


def number(q):
    return ["Number", ["q", q]]


def times(*factors):
    return ["Times", ["tuple", *factors]]


def plus(*terms):
    return ["Plus", ["tuple", *terms]]


def refutation(statement, witness="m", needs=()):
    return {
        "id": "no",
        "kind": "model",
        "statement": statement,
        "under": None,
        "needs": list(needs),
        "witness": witness,
    }


def model(outcomes=({},), **values):
    """A model of symbols without indices."""

    def tables(each):
        return {name: [[[], value]] for name, value in each.items()}

    chance = f"1/{len(outcomes)}"
    rows = [{"probability": chance, "tables": tables(each)} for each in outcomes]
    return {"tables": tables(values), "outcomes": rows}


def test_version_1_is_refused_with_what_to_do():
    refused({**small(), "format": 1}, "renew it with `byzproof report`")
    refused({**small(), "format": 3}, "another version")


def test_a_choice_into_an_empty_union_proves_nothing():
    """For each a in S, a choice in a union without parts: the sum over it is 0 and not 1."""
    lists = {"sizes": [["S", atom("n")]], "unions": [["U", []]]}
    lists["symbols"] = [N, ["c", "choice", False, ["S", "U"], False]]
    u = ["Index", "u", "U"]
    steps = [["choice_total", "c", ["tuple", I], u]]
    zero = relation(ZERO, "=", ONE)
    refused(small(claim(zero, steps), **lists), "the line does not prove")
    over = [*steps, ["total", ["line", 0], I]]
    it = claim(relation(atom("n"), "=", ZERO), over)
    refused(small(it, **lists), "uses an assumption that is not listed")
    it = claim(relation(atom("n"), "=", ZERO), over, assumes=["choice of c", "size of S"])
    assert only(small(it, **lists)).reason == "proved, without a witness"


def test_a_size_that_is_not_natural_is_assumed():
    """A set of -1 elements has none, so the sum of 1 over it is not its size."""
    lists = {"sizes": [["S", number("-1")]]}
    total = ["Total", I, ONE, ["tuple"]]
    it = claim(relation(total, "<", ZERO), [["number", ["q", "1"]]])
    refused(small(it, **lists), "an obligation")
    steps = [["square", total], ["number", ["q", "1"]]]
    steps.append(["assume", relation(number("-1"), ">=", ZERO)])
    it = claim(relation(total, "<", ZERO), steps, lines=[1], obligations=[2])
    refused(small(it, **lists), "not listed")
    it["assumes"] = ["size of S"]
    assert only(small(it, **lists)).ok
    refused(small(it, **lists, hypotheses=[["size of S", relation(ONE, ">", ZERO)]]), "promise")


def test_cut():
    positive, more = relation(atom("x"), ">", ZERO), relation(atom("x"), ">", ONE)
    steps = [
        ["assume", positive],
        ["assume", more],
        ["number", ["q", "1"]],
        ["combine", ["tuple", ["tuple", ["q", "1"], ["line", 1]],
                     ["tuple", ["q", "1"], ["line", 2]]]],
        ["cut", ["line", 0], positive, ["line", 3]],
    ]  # fmt: skip
    names = [["positive", positive], ["more", more]]
    assert only(small(claim(positive, steps, assumes=["more"]), hypotheses=names, symbols=[X])).ok
    steps[4][3] = ["line", 2]
    it = claim(positive, steps, assumes=[])
    refused(small(it, hypotheses=names, symbols=[X]), "step 4: cut: the line does not prove")


@pytest.mark.parametrize("name", ["ﬁ", "ℝ", "a b", "𝐱"])
def test_names_that_are_read_alike(name):
    data = small(symbols=[[name, "scalar", False, [], False]])
    refused(data, "a name that is none")


def test_a_model_refutes_where_all_denotes():
    quotient = ["Quotient", atom("x"), atom("x")]
    one = relation(quotient, "=", ONE)

    def at(value, statement):
        data = small(refutation(statement), witnesses=[["m", model(x=value)]], symbols=[X])
        return only(data)

    assert "does not denote" in at("0", one).reason
    assert "not false" in at("2", one).reason
    assert at("2", relation(quotient, ">", ONE)).reason == "refuted by a model"
    root = relation(["Power", ["Root", atom("x")], 2], "=", atom("x"))
    assert "does not denote" in at("-1", root).reason
    assert "not false" in at("2", root).reason
    assert not at("1/0", one).ok


def test_a_model_keeps_hypotheses_and_promises():
    statement = relation(atom("n"), ">", ZERO)
    data = small(
        refutation(statement),
        witnesses=[["m", model(n="-1")]],
        symbols=[N],
        sizes=[["S", atom("n")]],
    )
    refused(data, "'size of S'")
    data["witnesses"][0][1] = model(n="0")
    assert only(data).ok
    data["hypotheses"] = [["h", relation(atom("n"), ">=", ONE)]]
    refused(data, "'h'")
    data["claims"][0]["under"] = []
    assert only(data).ok
    data["claims"][0]["under"] = ["other"]
    refused(data, "under")
    data["claims"][0]["under"] = []
    data["witnesses"] *= 2
    refused(data, "two witnesses")


def test_a_witness_on_which_a_hypothesis_is_false():
    formula = relation(atom("x"), ">", ZERO)
    it = claim(formula, [["assume", formula]], assumes=["h"])
    it["witness"] = "m"
    data = small(it, hypotheses=[["h", formula]], witnesses=[["m", model(x="1")]], symbols=[X])
    assert only(data).reason == "proved"
    data["witnesses"][0][1] = model(x="0")
    refused(data, "'h'")
    data["claims"][0]["more"] = 1
    refused(data, "keys")


def family(force=(), symbols=()):
    """That some C is at least every x is refuted by x = K + 1."""
    statement = ["SomeConstant", "C", ["tuple"],
                 relation(atom("x"), "<=", times(atom("C"), ONE))]  # fmt: skip
    value = plus(atom("K"), ONE)
    goals = [relation(ONE, ">=", ZERO), relation(value, ">", times(atom("K"), ONE))]
    proofs = [claim(goal, [["number", ["q", "1"]]])["certificate"] for goal in goals]
    it = {
        "id": "f", "kind": "family", "statement": statement, "under": None, "needs": [],
        "family": {"values": ["map", ["x", value]], "constant": atom("K")},
        "certificate": proofs,
    }  # fmt: skip
    lists = [X, ["C", "scalar", False, [], False], ["K", "integer", False, [], False], *symbols]
    return small(it, symbols=lists, hypotheses=list(force))


def test_a_family_examines_all_that_is_in_force():
    assert only(family()).reason == "refuted by a family"
    y = ["y", "scalar", False, [], False]
    false = relation(times(atom("y"), atom("y")), "<", ZERO)
    refused(family([["never", false]], [y]), "not examined")
    lists = family()
    lists["signature"]["sizes"] = [["S", atom("K")]]
    refused(lists, "not examined")
    almost = ["AlmostSure", "bounded", atom("x")]
    refused(family([["bounded", almost]]), "not examined")


def test_a_family_refutes_no_relation_at_indices_that_there_may_not_be():
    lists = family()
    relation_ = lists["claims"][0]["statement"][3]
    i, j = (["Index", name, "S"] for name in "ij")
    relation_[1] = plus(atom("x"), ["Equal", i, j])
    lists["signature"]["sizes"] = [["S", ZERO]]
    refused(lists, "a relation with free indices")


def ratio(top, bottom):
    return {"over": [list(top), list(bottom)]}


def run(value, step):
    """x goes to x - step, one outcome, one state."""
    symbols = [["x", "scalar", False, [], True], ["step", "scalar", True, [], False]]
    formula = ["AlmostSure", "vanishes", atom("x")]
    it = claim(formula, [["assume", formula]], assumes=["h"])
    it["witness"] = "run"
    state = {"model": model([{"step": step}], x=value), "leads to": [0]}
    return small(
        it,
        symbols=symbols,
        successors=[["x", plus(atom("x"), times(number("-1"), atom("step")))]],
        hypotheses=[["h", formula]],
        witnesses=[["run", {"states": [state]}]],
    )


def test_runs():
    x, step = ratio("1", "01"), ratio("1", "011")  # 1/t, 1/(t (t + 1))
    assert only(run(x, step)).reason == "proved"
    refused(run(x, ratio("1", "001")), "not its successor's value")
    refused(run(x, "0"), "not its successor's value")
    refused(run(ratio(["1"], ["-3", "1"]), step), "a pole")
    refused(run(ratio(["1", "1"], ["1", "1"]), step), "not reduced")
    refused(run("1", "0"), "'h'")
    no = run(x, step)
    no["claims"] = [refutation(relation(atom("x"), "<", ZERO), "run")]
    refused(no, "a run, which refutes nothing")
    no = run(x, step)
    no["witnesses"][0][1]["states"][0]["leads to"] = [1]
    refused(no, "no such state")
