"""A model is written and read back as data; anything else is refused."""

import json

import pytest

from tests.refusals.toy import world
from theory.kernel.terms import KernelError
from theory.kernel.witnesses import LARGEST, read_model, write_model

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
