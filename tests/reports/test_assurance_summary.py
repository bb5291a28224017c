"""The report shows what the measurements of `make assurance` counted, and nothing else."""

import json

import pytest

from reports.assurance import load, violations
from reports.errors import WrongUsage

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FIGURES = {
    "reproducible": {
        "commit": COMMIT,
        "violations": [],
        "summary": [["files of the report", 28], ["of them not the same in all runs", 0]],
    },
    "calibration": {
        "violations": ["a lie is PROVED"],
        "summary": [["false alarms at level 0.05", "186 (exact 95 % limit of the rate: 0.017)"]],
    },
}


def written(tmp_path, figures):
    path = tmp_path / "assurance.json"
    path.write_text(json.dumps(figures))
    return path


def test_the_figures_of_each_measurement_in_order_with_their_commit(tmp_path):
    assert load(written(tmp_path, FIGURES)) == [
        ("files of the report", "28", COMMIT),
        ("of them not the same in all runs", "0", COMMIT),
        ("false alarms at level 0.05", "186 (exact 95 % limit of the rate: 0.017)", ""),
    ]


def test_a_violation_names_its_measurement():
    assert violations(FIGURES) == ["calibration: a lie is PROVED"]


@pytest.mark.parametrize(
    "figures",
    [
        [],
        {"reproducible": 1},
        {"reproducible": {"summary": [["one"]]}},
        {"reviewed": {"summary": [["lines that others verified", 199]]}},
        {"reproducible": {"summary": [["lines that others verified", 199]]}},
        {"reproducible": {"summary": [["files of the report", "28, all verified"]]}},
        {"reproducible": {"summary": [["files of the report", "28\u200b"]]}},
        {"reproducible": {"summary": [["files of the report\n", 28]]}},
        {"reproducible": {"summary": [], "commit": "verified by others"}},
        {"reproducible": {"summary": [], "commit": [COMMIT]}},
    ],
)
def test_what_has_no_meaning_is_refused(tmp_path, figures):
    with pytest.raises(WrongUsage, match="run `make assurance`"):
        load(written(tmp_path, figures))


@pytest.mark.parametrize("text", ["{", "", "[" * 100_000])
def test_another_file_is_refused(tmp_path, text):
    path = tmp_path / "assurance.json"
    path.write_text(text)
    with pytest.raises(WrongUsage, match="run `make assurance`"):
        load(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(WrongUsage, match="No such file"):
        load(tmp_path / "none.json")
