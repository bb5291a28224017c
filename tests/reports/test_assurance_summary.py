"""The report shows what the measurements of `make assurance` counted, and nothing else."""

import json

import pytest

from reports.assurance import load, summary, violations
from reports.errors import WrongUsage

FIGURES = {
    "a": {"violations": [], "summary": [["mutants", 12], ["share", 0.5]], "scale": "full"},
    "b": {"violations": ["a lie is PROVED"], "summary": [["models", 3]], "scale": "full"},
}


def test_the_summary_is_that_of_each_measurement_in_order():
    assert summary(FIGURES) == [("mutants", 12), ("share", 0.5), ("models", 3)]


def test_a_violation_names_its_measurement():
    assert violations(FIGURES) == ["b: a lie is PROVED"]


def test_figures_are_read_back(tmp_path):
    path = tmp_path / "assurance.json"
    path.write_text(json.dumps(FIGURES))
    assert load(path) == FIGURES


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"a": 1}', '{"a": {"violations": [], "summary": [["one"]]}}']
)
def test_another_file_is_refused(tmp_path, text):
    path = tmp_path / "assurance.json"
    path.write_text(text)
    with pytest.raises(WrongUsage, match="run `make assurance`"):
        load(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(WrongUsage, match="No such file"):
        load(tmp_path / "none.json")
