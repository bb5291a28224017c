"""The command: exit codes, messages, and what it writes."""

import json
import re
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


def test_explain_answers_first_and_at_three_depths(capsys):
    said = {}
    for depth in ("--brief", "", "--full"):
        assert main(["explain", "1-2a", *filter(None, [depth])]) == 0
        said[depth] = capsys.readouterr().out
        questions = [line[:14].strip() for line in said[depth].splitlines()[2:] if line[:1].strip()]
        assert questions[:3] == ["Is it true?", "Why?", "What breaks?"]
        assert max(map(len, said[depth].splitlines())) <= 80
    assert len(said["--brief"]) < len(said[""]) < len(said["--full"])
    assert "largest left/right attained" in said["--full"]


def test_explain_shows_the_lesson_and_no_paragraph_twice(capsys):
    assert main(["explain", "2-8"]) == 0
    out = capsys.readouterr().out
    assert "(2-8): remove the interest" in out
    paragraphs = re.findall(r"\n((?:    .+\n){3,})", out)
    assert len(paragraphs) >= 4
    assert len(paragraphs) == len(set(paragraphs))


def test_explain_counts_the_hypotheses_that_the_script_counts(capsys, tmp_path):
    for name in ("1-2a", "1-7a", "2-8"):
        assert main(["explain", name]) == 0
        said = re.search(r"satisfies all (\d+) hypotheses", capsys.readouterr().out)[1]
        assert main(["counterexample", name]) == 0
        script = capsys.readouterr().out
        body = script[script.index("HYPOTHESES = {") : script.index("def violations")]
        assert int(said) == len(re.findall(r"^    ['\"]", body, re.MULTILINE))


def test_a_slip_of_an_id_gets_those_near_it(capsys):
    assert main(["explain", "1-7x"]) == 2
    said = capsys.readouterr().err
    assert "do you mean 1-7 or" in said
    assert len(said) < 120


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
