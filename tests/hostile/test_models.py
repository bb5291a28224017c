"""Hostile data of models and of robustness certificates: read, or refused."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.kernel import models
from theory.kernel.models import BITS, WORK, Evaluator, Model
from theory.kernel.terms import Exists, KernelError, Number, Root
from theory.kernel.witnesses import read_model, write_model
from theory.notation.language import Language, total
from theory.robustness import coefficient, replay

CODE = '__import__("os").abort()'
LONG = "9" * 1_000_000
DEEP: list = []
for _ in range(100_000):
    DEEP = [DEEP]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["1", "1/2", "-1", "1/0", "nan", "krum", CODE, "", LONG])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["weight", "choice", "W", "A", "s", "probability", "tables"]), inner
        )
    ),
    max_leaves=10,
)
TABLES = st.dictionaries(st.sampled_from(["s", "n", CODE]), VALUES, max_size=2)
MODELS = VALUES | st.fixed_dictionaries(
    {
        "tables": TABLES,
        "outcomes": VALUES
        | st.lists(st.fixed_dictionaries({"probability": LEAVES, "tables": TABLES}), max_size=2),
    }
)
PATTERN = st.dictionaries(
    st.sampled_from("WARP"), st.fixed_dictionaries({"weight": LEAVES, "choice": VALUES}) | VALUES
)
ROBUSTNESS = VALUES | st.fixed_dictionaries(
    {
        "rule": st.sampled_from(["krum", "multikrum"]) | LEAVES,
        "n": st.integers(3, 7) | LEAVES,
        "f": st.integers(0, 2) | LEAVES,
        "selected": st.just(1) | LEAVES,
        "kappa": LEAVES,
        "patterns": st.fixed_dictionaries({"correct 0": PATTERN}) | VALUES,
    }
)


def model(value="1", key=()):
    """A model with one entry, given as data."""
    return {"tables": {"s": [[list(key), value]]}, "outcomes": [{"probability": "1", "tables": {}}]}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(data=MODELS)
def test_random_models_are_read_or_refused(data):
    try:
        found = read_model(data)
    except KernelError:
        return
    assert isinstance(found, Model)


@pytest.mark.parametrize(
    "data",
    [model(LONG), model(f"1/{LONG}"), model(["1/0"]), model(DEEP), model(CODE), DEEP,
     model(key=[["C", LONG]]), model(key=[DEEP]),
     {"tables": {"s": [[[], "1"]] * 100_001}, "outcomes": []}],
    ids=["long", "long denominator", "1/0", "deep", "code", "all deep", "long element",
         "deep element", "too many entries"],
)  # fmt: skip
def test_absurd_models_are_refused(data):
    with pytest.raises(KernelError):
        read_model(data)


def test_an_honest_model_is_read():
    assert read_model(model("3/2")).tables["s"][()] == Fraction(3, 2)
    assert write_model(read_model(model("3/2"))) == model("3/2")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(data=ROBUSTNESS)
def test_random_robustness_certificates_are_refused_by_both(data):
    with pytest.raises(KernelError):
        coefficient.check(data)
    with pytest.raises(replay.Refused):
        replay.verify(data)


@pytest.mark.parametrize(
    "text",
    ["", "[" * 100_000, "1" * 1_000_000, '{"n": 1e999}', "\x00", "\ud800", json.dumps(CODE)],
    ids=["empty", "deep", "long", "infinite", "zero byte", "surrogate", "code"],
)
def test_the_second_checker_refuses_such_files(tmp_path, text):
    path = tmp_path / "certificate.json"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    said = []
    assert replay.main([str(path), str(tmp_path), str(tmp_path / "no")], said.append) == 1
    assert [line.split()[0] for line in said] == ["refused"] * 3


language = Language()
n, s = language.integer("n"), language.scalar("s")
many = language.index_set("M", n)
p, q, r = (many.index(name) for name in "pqr")
x = language.numbers("x", many, random=False)


def evaluator(size=1, number=1):
    """The evaluator of a model of `language`, where every number is 1 or the one given."""
    ones = {(("M", k),): Fraction(1) for k in range(size)}
    tables = {"n": {(): Fraction(size)}, "s": {(): Fraction(number)}, "x": ones}
    return Evaluator(language.signature, Model(tables))


def test_the_work_for_one_model_has_an_end(monkeypatch):
    assert WORK < 1_000_000  # some seconds
    formula = total(p, x[p]) >= 0
    spent = WORK - _left(evaluator(10), formula)
    monkeypatch.setattr(models, "WORK", spent)
    assert evaluator(10).holds(formula)
    monkeypatch.setattr(models, "WORK", spent - 1)
    with pytest.raises(KernelError, match="too much work"):
        evaluator(10).holds(formula)


def _left(evaluator, formula):
    assert evaluator.holds(formula)
    return evaluator._work


def test_indices_that_no_relation_mentions_are_work_as_well(monkeypatch):
    monkeypatch.setattr(models, "WORK", 10_000)
    for inner in ((q,), (q, r)):
        claim = Exists(p, (x[p] >= 0,), inner)
        assert evaluator(8).holds(claim)
    with pytest.raises(KernelError, match="too much work"):
        evaluator(1000).holds(claim)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("exponent", [BITS - 1, 1 - BITS])
def test_numbers_that_grow_are_refused(exponent, sign):
    longest = sign * Fraction(2) ** exponent
    grown = longest * (2 if exponent > 0 else Fraction(1, 2))
    assert evaluator().value(n * Number(longest)) == longest
    assert evaluator().value(n + Number(longest)) == longest + 1
    irrational = Root(Number(Fraction(2)))
    for term in (n * Number(grown), Number(grown) + 0 * n, irrational * Number(abs(grown))):
        with pytest.raises(KernelError, match="bits"):
            evaluator().value(term)


def test_a_table_of_the_wrong_size_is_refused_before_its_indices_are_listed():
    wide = Language()
    count = wide.integer("n")
    sets = [wide.index_set("M", count)] * 5
    wide.numbers("x", *sets, random=False)
    tables = {"n": {(): Fraction(1000)}, "x": {(("M", 0),) * 5: Fraction(1)}}
    with pytest.raises(KernelError, match="no value at some index"):
        Evaluator(wide.signature, Model(tables))
