"""Every measurement runs on a sample, and finds nothing that must not happen."""

import json

import pytest

from reports.assurance import COMMIT, violations
from reports.assurance import figures as shown_figures
from reports.errors import WrongUsage
from tests.assurance import __main__ as command
from tests.assurance.frame import Measurement, as_text, commit, measurements, run

KNOWN = measurements()
FIRST = {"violations": [], "summary": [["cases", 3]]}


def silent(name):
    return lambda what, done, of: None


@pytest.mark.parametrize("name", KNOWN)
def test_on_a_sample_nothing_happens_that_must_not(name):
    figures = KNOWN[name].figures("sample", silent(name))
    assert figures["violations"] == []
    assert figures["summary"]
    assert all(isinstance(label, str) for label, _ in figures["summary"])
    shown = [[one.label, one.figure] for one in shown_figures(name, figures)]
    assert shown == [[label, str(figure)] for label, figure in figures["summary"]]
    assert json.loads(as_text(figures)) == figures


def test_figures_without_violations_are_refused():
    with pytest.raises(TypeError, match="'violations'"):
        Measurement("empty", lambda scale, progress: {"summary": []}).figures("sample", print)


def test_a_measurement_that_is_not_run_keeps_its_figures(monkeypatch):
    known = {name: Measurement(name, lambda s, p: dict(FIRST)) for name in ("one", "two")}
    monkeypatch.setattr("tests.assurance.frame.measurements", lambda: known)
    before = {"two": {"violations": ["bad"], "summary": []}, "gone": {}}
    figures = run(["one"], "full", silent, before, "c0ffee")
    one = {"commit": "c0ffee", "scale": "full", **FIRST}
    assert figures == {"one": one, "two": before["two"]}
    assert violations(figures) == ["two: bad"]


def test_the_commit_is_named():
    assert commit() == "" or COMMIT.fullmatch(commit())


def test_an_unknown_measurement_is_refused_with_the_known_ones():
    with pytest.raises(WrongUsage, match="there is no measurement 'nothing': choose from"):
        command.assure("sample", None, ["nothing"])


@pytest.mark.parametrize("text", ["{", "[]"])
def test_an_old_file_without_figures_is_refused(tmp_path, text):
    (tmp_path / "old.json").write_text(text)
    with pytest.raises(WrongUsage, match="run without --only"):
        command.read(tmp_path / "old.json")


@pytest.mark.parametrize(("found", "code"), [([], 0), (["a false statement is PROVED"], 1)])
def test_the_command_writes_the_figures_and_says_whether_all_is_safe(
    monkeypatch, tmp_path, capsys, found, code
):
    known = {"one": Measurement("one", lambda s, p: {**FIRST, "violations": found})}
    monkeypatch.setattr("tests.assurance.frame.measurements", lambda: known)
    monkeypatch.setattr(command, "measurements", lambda: known)
    out = tmp_path / "assurance.json"
    assert command.main(["--scale", "sample", "--out", str(out)]) == code
    assert json.loads(out.read_text())["one"]["violations"] == found
    assert "cases: 3" in capsys.readouterr().out
