"""`byzproof worst-case`."""

import argparse
import json
from fractions import Fraction

import pytest

from empirics.worst_cases import exact, search
from empirics.worst_cases.exact import WorstCase
from reports.commands import worst_case
from reports.errors import WrongUsage


def call(*arguments):
    parser = argparse.ArgumentParser()
    worst_case.add_parser(parser.add_subparsers())
    return worst_case.run(parser.parse_args(["worst-case", *arguments]))


@pytest.fixture
def nothing_stored(monkeypatch):
    monkeypatch.setattr(exact, "stored", dict)


def test_a_stored_bracket(capsys):
    assert call("--n", "5", "--f", "1") == 0
    out = capsys.readouterr().out
    assert "at least 1.9" in out
    assert "at most" in out


def test_json_can_be_checked_again(capsys):
    assert call("--n", "7", "--f", "2", "--json", "-") == 0
    data = json.loads(capsys.readouterr().out)
    assert 3.6 < data["lower"] < data["upper"]
    ratio = WorstCase.from_json(data).lower()
    assert data["lower"] <= ratio
    assert 0 <= ratio - Fraction(data["lower_digits"]) < Fraction(1, 10**30)


def test_a_search_keeps_its_state(tmp_path, monkeypatch, capsys, nothing_stored):
    monkeypatch.setattr(search, "EVALUATIONS", 1)
    state = tmp_path / "state.json"
    arguments = ["--n", "8", "--f", "2", "--json", "-", "--resume", str(state)]
    assert call(*arguments, "--budget", "1") == 0
    first = json.loads(capsys.readouterr().out)
    assert json.loads(state.read_text(encoding="utf-8"))["starts"] == 1
    assert call(*arguments, "--budget", "2") == 0
    second = json.loads(capsys.readouterr().out)
    assert second["search"] == {"seed": 0, "starts": 2}
    assert second["lower"] >= first["lower"] > 0
    assert call("--n", "8", "--f", "2", "--json", "-", "--budget", "2") == 0
    assert json.loads(capsys.readouterr().out) == second


def test_stopping_says_how_to_go_on(tmp_path, monkeypatch, capsys, nothing_stored):
    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(search, "go_on", stop)
    assert call("--n", "8", "--f", "2", "--resume", str(tmp_path / "state.json")) == 130
    assert "--resume" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--n", "6", "--f", "2"], "n >= 2f"),
        (["--n", "5", "--f", "1", "--budget", "-1"], "0 or more"),
        (["--n", "5", "--f", "1", "--seed", "-1"], "0 or more"),
        (["--n", "5", "--f", "1", "--json", "no/folder/x.json"], "folder"),
    ],
)
def test_bad_usage_says_what_to_do(arguments, message):
    with pytest.raises(WrongUsage, match=message):
        call(*arguments)


def test_a_state_of_something_else_is_refused(tmp_path, nothing_stored):
    file = tmp_path / "state.json"
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(WrongUsage, match="not the state"):
        call("--n", "8", "--f", "2", "--resume", str(file))
    file.write_text(json.dumps(search.begin(5, 1, 0, {}).as_json()), encoding="utf-8")
    with pytest.raises(WrongUsage, match="give the same"):
        call("--n", "8", "--f", "2", "--resume", str(file))


def test_rounding_is_outward():
    third = Fraction(1, 3)
    assert worst_case.rounded(third, up=False) < third < worst_case.rounded(third, up=True)
