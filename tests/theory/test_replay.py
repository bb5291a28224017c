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
        "verdict kind": "theorem",
        "statement": statement,
        "needs": [],
        "assumes": list(assumes),
        "certificate": {**proof, "obligations": [], **changes},
    }


def small(*claims, hypotheses=(), **lists):
    """A bundle of its own."""
    return {
        "format": 1,
        "document": "small",
        "signature": {**EMPTY, **lists},
        "hypotheses": list(hypotheses),
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
        if each["verdict kind"] == "theorem":
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
    use = claim(statement, [["lemma", "fact", ["map"], ["tuple"]]], "use")
    assert all(r.ok for r in replay.check_bundle(small(fact, use)))
    assert [r.ok for r in replay.check_bundle(small(use, fact))] == [False, True]
    refused(small(use), "the lemma 'fact' is not proved before")
    own = claim(statement, [["lemma", "own", ["map"], ["tuple"]]], "own")
    refused(small(own), "is not proved before")
    assert [r.ok for r in replay.check_bundle(small(fact, fact))] == [True, False]


def test_a_refused_claim_is_no_lemma():
    wrong = claim(relation(ZERO, ">", ONE), [["number", ["q", "1"]]], "fact")
    use = claim(relation(ZERO, ">", ONE), [["lemma", "fact", ["map"], ["tuple"]]], "use")
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
