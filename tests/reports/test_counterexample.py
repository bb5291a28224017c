"""Counterexamples as scripts: the standard library is enough, and they fail when they should."""

import json
import subprocess
import sys

import pytest

from reports.counterexample import NoScript, as_json, script
from tests.limits import LIMIT
from theory.judge import Judge, load_certificates
from theory.papers import certificate_folder, load


def run(text, folder):
    """Run a script where nothing is installed."""
    path = folder / "test_it.py"
    path.write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", "-S", str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )


def refuted(audit):
    return [f.judgement for f in audit.findings if f.verdict == "REFUTED"]


@pytest.mark.parametrize("form", ["text", "pytest"])
def test_every_refutation_of_the_toy_stands(toy, toy_audit, form, tmp_path):
    assert refuted(toy_audit)
    for judgement in refuted(toy_audit):
        done = run(script(toy, judgement, form), tmp_path)
        assert done.returncode == 0, f"{judgement.id}: {done.stderr}"


def test_a_script_prints_both_sides(toy, toy_audit, tmp_path):
    one = next(j for j in refuted(toy_audit) if j.id == "1-2a")
    done = run(script(toy, one, "text"), tmp_path)
    assert done.stdout.splitlines()[-1].strip() == "left = 4, right = 2 at outcome 1"


@pytest.mark.parametrize("form", ["text", "pytest"])
def test_a_script_fails_on_numbers_that_refute_nothing(toy, toy_audit, form, tmp_path):
    one = next(j for j in refuted(toy_audit) if j.id == "1-2a")
    text = script(toy, one, form)
    harmless = text.replace('"I2": Vector([Q(1)])', '"I2": Vector([Q(0)])')
    assert harmless != text
    assert run(harmless, tmp_path).returncode != 0


@pytest.mark.parametrize("form", ["text", "pytest"])
def test_a_script_fails_where_a_hypothesis_is_false(toy, toy_audit, form, tmp_path):
    one = next(j for j in refuted(toy_audit) if j.id == "1-2a")
    text = script(toy, one, form)
    done = run(text.replace("n = Q(2)", "n = Q(0)"), tmp_path)
    assert done.returncode != 0
    assert "members" in done.stderr


def test_the_pytest_form_is_collected_by_pytest(toy, toy_audit, tmp_path):
    path = tmp_path / "test_it.py"
    path.write_text(script(toy, refuted(toy_audit)[0], "pytest"), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=LIMIT
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_json_holds_the_model(toy_audit):
    found = json.loads(as_json(refuted(toy_audit)[0]))
    assert found.keys() == {"id", "violated", "ties", "model"}


def test_there_is_no_script_for_what_is_true(toy, toy_audit):
    with pytest.raises(NoScript, match="1-1a is PROVED"):
        script(toy, toy_audit.findings[0].judgement, "text")


@pytest.fixture(scope="module")
def krum():
    return load("krum")


def _refuted_readings(document):
    return [
        (claim.id, reading)
        for claim in document.claims().values()
        for reading in claim.readings
        if reading.expected == "REFUTED"
    ]


def test_every_refutation_of_krum_runs_alone(krum, tmp_path):
    judge = Judge(krum, load_certificates(certificate_folder("krum")))
    names = [
        claim_id if reading.kind == "as written" else f"{claim_id}:repaired"
        for claim_id, reading in _refuted_readings(krum)
    ]
    assert names
    for name in names:
        judgement = judge.judge(name)
        done = run(script(krum, judgement, "text"), tmp_path)
        assert done.returncode == 0, f"{name}: {done.stderr[-2000:]}"
        if judgement.model is not None:
            assert "Krum recomputed" in done.stdout
