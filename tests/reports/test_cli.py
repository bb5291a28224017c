"""The command: exit codes, messages, and what it writes."""

import json
import subprocess
import sys

import pytest

from reports.cli import main
from tests.limits import LIMIT


def test_help_and_version(capsys):
    assert main(["--help"]) == 0
    assert "audit" in capsys.readouterr().out
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("byzproof ")


def test_help_imports_nothing_heavy():
    code = "import reports.cli, sys; reports.cli.main(['--help']); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=LIMIT
    )
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "rich", "jinja2", "theory.kernel", "sympy", "z3", "matplotlib"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "usage"),
        (["audit", "--nonsense"], "nonsense"),
        (["audit", "no-such-document"], "no-such-document"),
        (["audit", "--step", "9-99"], "no step or claim '9-99'"),
        (["explain", "9-99"], "no step or claim '9-99'"),
        (["counterexample", "1-1a"], "1-1a is PROVED"),
        (["counterexample", "1-1a", "--format", "xml"], "xml"),
    ],
)
def test_wrong_usage_gets_a_message_and_exit_code_2(arguments, says, capsys):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert says in out + err
    assert "Traceback" not in out + err


def test_a_place_that_cannot_be_written_to_is_refused(tmp_path, capsys):
    target = tmp_path / "nowhere" / "audit.json"
    assert main(["audit", "--step", "1-1", "--json", str(target)]) == 2
    (tmp_path / "file").write_text("")
    assert main(["report", "--out", str(tmp_path / "file")]) == 2
    assert "byzproof: error:" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_audit_of_one_step(capsys):
    assert main(["audit", "--step", "1-1"]) == 0
    out = capsys.readouterr().out
    assert "1-1a" in out
    assert "lemma-1a" not in out
    assert "Every verdict is the one that the document expects." in out
    assert max(map(len, out.splitlines())) <= 80


def test_audit_as_json_on_standard_output_is_json_alone(capsys):
    assert main(["audit", "--step", "1-1", "--json", "-"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["document"] == "krum"
    assert {claim["equation"] for claim in data["claims"]} == {"1-1"}


def test_audit_as_json_in_a_file(tmp_path, capsys):
    assert main(["audit", "--step", "1-1", "--json", str(tmp_path / "a.json")]) == 0
    assert json.loads((tmp_path / "a.json").read_text())["claims"]
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_explain_teaches_one_claim(capsys):
    assert main(["explain", "1-1b"]) == 0
    out = capsys.readouterr().out
    for part in ("The text writes", "Read as written", "PROVED", "Why", "It uses"):
        assert part in out
    assert max(map(len, out.splitlines())) <= 80


def test_explain_takes_a_whole_step(capsys):
    assert main(["explain", "(1-1)"]) == 0
    out = capsys.readouterr().out
    assert "(1-1a)" in out
    assert "(1-1d)" in out


def test_an_unexpected_verdict_is_exit_code_1(monkeypatch, capsys):
    from dataclasses import replace

    import theory.papers

    krum = theory.papers.load("krum")
    step = next(s for s in krum.steps if s.equation == "1-1")
    claim = step.claims[0]
    changed = replace(claim, readings=(replace(claim.readings[0], expected="REFUTED"),))
    document = replace(krum, steps=(replace(step, claims=(changed,)),))
    monkeypatch.setattr(theory.papers, "load", lambda name: document)
    assert main(["audit"]) == 1
    assert "Not as expected: 1-1a is PROVED" in capsys.readouterr().out


def test_two_dashes_are_no_value(capsys):
    assert main(["explain", "1-7a", "--document=--"]) == 2
    assert capsys.readouterr().err == "byzproof: error: --document: -- is no value\n"
