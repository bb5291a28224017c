"""The command `byzproof kappa`."""

import json
import sys

import pytest

from reports.cli import main
from theory.robustness import replay


def test_json_has_bounds_and_pattern(capsys):
    assert main(["kappa", "--n", "5", "--f", "1", "--json", "-"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["lower"] <= 25 / 6 <= data["upper"]
    assert data["pattern"] == "a Byzantine winner with 0 Byzantine neighbours"
    assert replay.verify(data["certificate"])[:3] == (5, 1, 1)
    assert data["exact"] is None


def test_a_closed_form_is_told(capsys):
    assert main(["kappa", "--n", "11", "--f", "4"]) == 0
    assert "exactly 341/30 (regime: distant)" in capsys.readouterr().out
    assert main(["kappa", "--n", "11", "--f", "4", "--json", "-"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["exact"], data["regime"]) == ("341/30", "distant")


def test_the_certificate_can_be_written_alone(tmp_path, capsys):
    path = tmp_path / "k.json"
    assert main(["kappa", "--n", "6", "--f", "1", "--certificate", str(path)]) == 0
    assert replay.main([str(path)]) == 0
    assert "is between" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--n", "4", "--f", "1"], "Krum needs"),
        (["--n", "9", "--f", "1", "--m", "2"], "together with --rule multi_krum"),
        (["--n", "9", "--f", "1", "--rule", "multikrum"], "together with --rule multi_krum"),
        (["--n", "9", "--f", "1", "--rule", "multikrum", "--m", "7"], "m = 7"),
    ],
)
def test_what_cannot_be_is_said(words, reason, capsys):
    assert main(["kappa", *words]) == 2
    assert reason in capsys.readouterr().err


def test_without_the_solver_the_closed_form_is_still_told(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "clarabel", None)
    assert main(["kappa", "--n", "11", "--f", "4"]) == 2
    said = capsys.readouterr().err
    assert "byzproof[robustness]" in said
    assert "kappa* = 341/30" in said
