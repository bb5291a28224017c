"""A model is written and read back as data; anything else is refused."""

import json

import pytest

from tests.refusals.toy import world
from theory.kernel.terms import KernelError
from theory.kernel.witnesses import LARGEST, read_model, read_run, write_model, write_run

ONE = [{"probability": "1", "tables": {}}]


def test_a_model_is_read_back():
    model = world(outcomes=2, s="1/3", u=(2,), S=[1, 2])
    data = json.loads(json.dumps(write_model(model)))
    read = read_model(data)
    assert read.tables == model.tables
    assert read.outcomes == model.outcomes
    assert data["tables"]["s"] == [[[], "1/3"]]
    assert data["tables"]["u"] == [[[], ["2"]]]
    assert data["outcomes"][0]["probability"] == "1/2"


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"tables": {}},
        {"tables": [], "outcomes": ONE},
        {"tables": {"s": [[]]}, "outcomes": ONE},
        {"tables": {"s": [[[["C"]], "1"]]}, "outcomes": ONE},
        {"tables": {"s": [[[], 1]]}, "outcomes": ONE},
        {"tables": {"s": [[[], "one"]]}, "outcomes": ONE},
        {"tables": {"u": [[[], [1]]]}, "outcomes": ONE},
        {"tables": {}, "outcomes": [{"tables": {}}]},
        {"tables": {}, "outcomes": [{"probability": 1, "tables": {}}]},
    ],
)
def test_what_is_no_model_is_refused(data):
    with pytest.raises(KernelError):
        read_model(data)


def test_a_model_that_is_too_large_is_refused():
    rows = [[[["C", 0]], "1"]] * LARGEST
    read_model({"tables": {"s": rows}, "outcomes": ONE})
    with pytest.raises(KernelError, match="the model is too large"):
        read_model({"tables": {"s": rows, "t": [[[], "1"]]}, "outcomes": ONE})


def test_the_largest_model_is_as_large_as_is_written():
    assert LARGEST == 100_000


T, ONE_OVER_T = ["0", "1"], {"over": [["1"], ["0", "1"]]}


def run_data(value=ONE_OVER_T, leads_to=(0,), **more):
    """A run with one state in which s is the value."""
    model = {"tables": {"s": [[[], value]]}, "outcomes": ONE}
    return {"states": [{"model": model, "leads to": list(leads_to), **more}]}


def test_a_run_is_read_back():
    for value in (ONE_OVER_T, "1/2", [ONE_OVER_T, "0"]):
        data = json.loads(json.dumps(run_data(value)))
        assert write_run(read_run(data)) == data


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"states": {}},
        {"states": [None]},
        {"states": run_data()["states"] * 21},
        run_data(more=1),
        run_data(leads_to=["0"]),
        run_data(leads_to=[True]),
        run_data({"over": [["1"]]}),
        run_data({"over": [["1"], ["0", "1"]], "more": 1}),
        run_data({"over": [["1"], T, T]}),
        run_data({"over": ["1", "01"]}),
        run_data({"over": [["1"], []]}),
        run_data({"over": [["1"], ["-2", "1"]]}),
        run_data({"over": [["1"], ["0", "2"]]}),
        run_data({"over": [T, T]}),
        run_data({"over": [["1"] * 62, ["1"]]}),
        run_data({"over": [[1], ["0", "1"]]}),
        run_data({"over": [["1"], ["0", "x"]]}),
    ],
)
def test_what_is_no_run_is_refused(data):
    with pytest.raises(KernelError):
        read_run(data)


def test_a_model_of_one_step_has_no_rational_functions():
    with pytest.raises(KernelError):
        read_model(run_data()["states"][0]["model"])
