"""Hypotheses that cannot hold together: VACUOUS, never PROVED, with the contradiction."""

from __future__ import annotations

import json

import pytest

from reports.cli import main
from reports.documents import open_document
from theory.bundle import bundle
from theory.judge import ABSURD, Judge, save_certificates
from theory.kernel.certificates import encode
from theory.replay import check_bundle

START = """\
from theory.notation.own import *

proof = Proof("Nothing is like this")
n = proof.integer("n")
u = proof.vector("u", random=True)
proof.assume("idle", norm(u) <= 7)
"""
SMALL, LARGE = (
    'proof.assume("n small", n <= 1)\n',
    'proof.assume("n large", n >= 2)\n',
)
CLAIMS = 'proof.claim("true", norm(u) >= 0)\nproof.claim("false", norm(u) <= n - 5)\n'


@pytest.fixture
def path(tmp_path):
    """A document whose hypotheses contradict each other."""
    path = tmp_path / "empty.py"
    path.write_text(START + SMALL + LARGE + CLAIMS)
    return path


def test_the_audit_fails_and_names_both(path, capsys):
    assert main(["audit", str(path)]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "2 readings: 2 VACUOUS." in out
    assert "PROVED" not in out.replace("the document expects PROVED", "")
    assert "the hypotheses 'n small', 'n large' cannot hold together" in out


def test_json_carries_the_contradiction(path, capsys):
    assert main(["audit", str(path), "--json", "-"]) == 1
    for claim in json.loads(capsys.readouterr().out)["claims"]:
        assert claim["verdict"] == "VACUOUS"
        assert claim["assumes"] == ["n small", "n large"]
        assert claim["certificate"]["statement"] == encode(ABSURD)
        assert "'n small', 'n large'" in claim["witness"]["reason"]


def test_the_explanation_names_both(path, capsys):
    main(["explain", "true", "--document", str(path)])
    out = capsys.readouterr().out
    for words in ("VACUOUS", "n small: n ≤ 1", "n large: n ≥ 2"):
        assert words in out


def test_both_checkers_accept_the_contradiction(path):
    opened = open_document(str(path))
    judgements = list(Judge(opened.document, opened.certificates).all())
    assert all(j.theorem is not None and j.theorem.statement == ABSURD for j in judgements)
    results = check_bundle(bundle(opened.document, judgements))
    assert [(r.id, r.ok) for r in results] == [("true", True), ("false", True)]


def test_without_one_of_them_the_claims_are_judged(tmp_path, capsys):
    path = tmp_path / "sound.py"
    path.write_text(START + SMALL + CLAIMS)
    assert main(["audit", str(path)]) == 1
    assert "2 readings: 1 PROVED, 1 REFUTED." in " ".join(capsys.readouterr().out.split())


def test_a_stored_proof_does_not_hide_it(tmp_path):
    folder = tmp_path / "paper"
    folder.mkdir()
    path = folder / "document.py"
    path.write_text(START + SMALL + CLAIMS)
    sound = open_document(str(folder))
    save_certificates(folder / "certificates", sound.document, sound.certificates)
    path.write_text(START + SMALL + LARGE + CLAIMS)
    opened = open_document(str(folder))
    found = {j.id: j.verdict for j in Judge(opened.document, opened.certificates).all()}
    assert found == {"true": "VACUOUS", "false": "VACUOUS"}
