"""Hostile data of models and of robustness certificates: read, or refused."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory import replay_robustness
from theory.kernel import robustness
from theory.kernel.models import Model
from theory.kernel.terms import KernelError
from theory.kernel.witnesses import read_model, write_model

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
        robustness.check(data)
    with pytest.raises(replay_robustness.Refused):
        replay_robustness.verify(data)


@pytest.mark.parametrize(
    "text",
    ["", "[" * 100_000, "1" * 1_000_000, '{"n": 1e999}', "\x00", "\ud800", json.dumps(CODE)],
    ids=["empty", "deep", "long", "infinite", "zero byte", "surrogate", "code"],
)
def test_the_second_checker_refuses_such_files(tmp_path, text):
    path = tmp_path / "certificate.json"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    said = []
    assert (
        replay_robustness.main([str(path), str(tmp_path), str(tmp_path / "no")], said.append) == 1
    )
    assert [line.split()[0] for line in said] == ["refused"] * 3
