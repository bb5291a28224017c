"""Counterexamples as scripts: the standard library is enough, and they fail when they should."""

import ast
import json
import keyword
import subprocess
import symtable
import sys
import unicodedata
from fractions import Fraction

import pytest

from reports.counterexample import NoScript, as_json, script
from reports.narrow import WIDTH, narrowed
from reports.python_code import Names, PythonCode, element, reserved
from tests.limits import LIMIT
from theory.judge import Judge, load_certificates
from theory.kernel.models import Model, Outcome
from theory.kernel.terms import Index
from theory.notation.document import Claim, Document, Reading, Step
from theory.notation.own import Look, Proof, norm, total
from theory.papers import certificate_folder, load


def run(text, folder):
    """Run a script where nothing is installed."""
    path = folder / "test_it.py"
    path.write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", "-S", str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )


def told(text):
    """What a script says at its head that it prints."""
    return [line.removeprefix("#   ") for line in text.splitlines() if line.startswith("#   ")]


def refuted(audit):
    return [f.judgement for f in audit.findings if f.verdict == "REFUTED"]


@pytest.mark.parametrize("form", ["text", "pytest"])
def test_every_refutation_of_the_toy_stands(toy, toy_audit, form, tmp_path):
    assert refuted(toy_audit)
    for judgement in refuted(toy_audit):
        done = run(script(toy, judgement, form), tmp_path)
        assert done.returncode == 0, f"{judgement.id}: {done.stderr}"


def test_a_script_prints_both_sides(toy, toy_audit, tmp_path):
    one = next(j for j in refuted(toy_audit) if j.id == "1-2a")
    done = run(script(toy, one, "text"), tmp_path)
    assert done.stdout.splitlines()[-1].strip() == "left = 4, right = 2 at outcome 1"
    assert told(script(toy, one, "text")) == done.stdout.splitlines()


@pytest.mark.parametrize("form", ["text", "pytest"])
def test_a_script_fails_on_numbers_that_refute_nothing(toy, toy_audit, form, tmp_path):
    one = next(j for j in refuted(toy_audit) if j.id == "1-2a")
    text = script(toy, one, form)
    harmless = text.replace('"I2": Vector([Q(1)])', '"I2": Vector([Q(0)])')
    assert harmless != text
    assert run(harmless, tmp_path).returncode != 0


@pytest.mark.parametrize("form", ["text", "pytest"])
def test_a_script_fails_where_a_hypothesis_is_false(toy, toy_audit, form, tmp_path):
    one = next(j for j in refuted(toy_audit) if j.id == "1-2a")
    text = script(toy, one, form)
    done = run(text.replace("n = Q(2)", "n = Q(0)"), tmp_path)
    assert done.returncode != 0
    assert "members" in done.stderr


def test_the_pytest_form_is_collected_by_pytest(toy, toy_audit, tmp_path):
    path = tmp_path / "test_it.py"
    path.write_text(script(toy, refuted(toy_audit)[0], "pytest"), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=LIMIT
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_json_holds_the_model(toy_audit):
    found = json.loads(as_json(refuted(toy_audit)[0]))
    assert found.keys() == {"id", "violated", "ties", "model"}


def test_there_is_no_script_for_what_is_true(toy, toy_audit):
    with pytest.raises(NoScript, match="1-1a is PROVED"):
        script(toy, toy_audit.findings[0].judgement, "text")


@pytest.fixture(scope="module")
def krum():
    return load("krum")


def _refuted_readings(document):
    return [
        (claim.id, reading)
        for claim in document.claims().values()
        for reading in claim.readings
        if reading.expected == "REFUTED"
    ]


def test_every_refutation_of_krum_runs_alone(krum, tmp_path):
    judge = Judge(krum, load_certificates(certificate_folder("krum")))
    names = [
        claim_id if reading.kind == "as written" else f"{claim_id}:repaired"
        for claim_id, reading in _refuted_readings(krum)
    ]
    assert names
    for name in names:
        judgement = judge.judge(name)
        text = script(krum, judgement, "text")
        assert max(map(len, text.splitlines())) <= WIDTH, name
        done = run(text, tmp_path)
        assert done.returncode == 0, f"{name}: {done.stderr[-2000:]}"
        if judgement.model is not None:
            assert "Krum recomputed" in done.stdout
            assert told(text) == done.stdout.splitlines(), name


# -- names -----------------------------------------------------------------------------------------

WORDS = [
    *("print", "lambda", "Q", "show", "main", "over", "o", "left", "match", "_", "Vector"),
    *("test_it", "pytestmark", "__name__", "Exception", "x", "х"),  # a Cyrillic х
]
ONE, TWO = Fraction(1), Fraction(2)


@pytest.fixture(scope="module")
def hostile_names():
    """Two false claims about symbols, sets and indices that are called like what a script needs."""
    proof = Proof("names")
    looks = [Look(f"x_{number}") for number in range(len(WORDS))]
    said = [proof.scalar(word, look=look) for word, look in zip(WORDS, looks, strict=True)]
    base, more = proof.index_set("C", 11), proof.index_set("C1", 1)
    every = proof.index_set("sum", 2)
    i, j, k = base.index("range"), more.index("range"), every.index("number")
    above = proof.scalar("any", base, random=True, look=Look("a"))
    below = proof.scalar("all", more, random=True, look=Look("b"))
    dots = proof.vector("dot", every, random=True)
    plus_one = proof.define("status", above[i] + 1, i)
    table = {(): ONE}
    model = Model(
        {word: table if word != "х" else {(): Fraction(0)} for word in WORDS},
        [
            Outcome(
                ONE,
                {
                    "any": {(("C", number),): Fraction(number) for number in range(11)},
                    "all": {(("C1", 0),): TWO},
                    "dot": {(("sum", number),): (TWO,) for number in range(2)},
                },
            )
        ],
    )
    false = [
        sum(said[1:-1], said[0]) <= said[-1],
        (plus_one[i] <= below[j] + norm(total(k, dots[k]))),
    ]
    readings = [Reading("as written", x, counterexample=lambda: model) for x in false]
    claims = tuple(Claim(str(n), "", (reading,)) for n, reading in enumerate(readings))
    document = Document("names", "names", proof.language, {}, (Step("1", "", claims),))
    return document, list(Judge(document, {}).all())


@pytest.mark.parametrize("form", ["text", "pytest"])
def test_no_declared_name_hides_what_a_script_needs(hostile_names, form, tmp_path):
    document, judgements = hostile_names
    assert [judgement.verdict for judgement in judgements] == ["REFUTED", "REFUTED"]
    for judgement in judgements:
        done = run(script(document, judgement, form), tmp_path)
        assert done.returncode == 0, done.stderr


def test_every_name_is_safe_and_no_two_are_one_to_python():
    twice = ["x", "𝐱", "ﬁ", "fi", "K", "\u212a"]
    declared = [*twice, *(word for word in sorted(reserved()) if word.isidentifier())]
    names = Names(declared)
    indices = [Index(name, members) for name in ("x", "i", "sum") for members in ("C", "B")]
    given = [names[name] for name in declared] + [names.index(index) for index in indices]
    assert len({unicodedata.normalize("NFKC", name) for name in given}) == len(given)
    for name in given:
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert name not in reserved()
    assert names["x"] == "x"


def test_whatever_a_script_binds_is_reserved(toy, toy_audit):
    """So a new helper of the templates cannot be hidden by a name of a document."""
    signature = toy.language.signature
    code = PythonCode(signature)
    ours = {code.names[n] for n in (*signature.sizes, *signature.symbols, *signature.definitions)}
    for form in ("text", "pytest"):
        for judgement in refuted(toy_audit):
            table = symtable.symtable(script(toy, judgement, form), "script", "exec")
            bound = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned()}
            assert bound - ours - {"name", "test"} <= reserved()


def test_elements_of_different_sets_have_different_names():
    assert element(("C", 10)) == "C11"
    assert element(("C1", 0)) == "C1:1"


def test_long_lines_are_broken_inside_brackets_and_mean_the_same():
    long = (
        "x = [" + ", ".join(f'"a, {k} for"' for k in range(40)) + "] + " + "[1] * 3 + " * 20 + "[]"
    )
    short = narrowed(long)
    assert max(map(len, short.splitlines())) <= WIDTH
    assert ast.dump(ast.parse(long)) == ast.dump(ast.parse(short))
    assert narrowed("y = 1\n") == "y = 1\n"
