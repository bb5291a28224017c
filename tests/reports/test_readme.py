"""The README's example does what the README says."""

import json
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from empirics.experiments.krum import eta2
from empirics.robustness.closed_forms import closed_form
from empirics.robustness.table import table
from empirics.worst_cases.exact import stored
from reports.cli import main
from reports.documents import open_document
from reports.render.papers import in_short
from tests.limits import LIMIT

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def my_proof(tmp_path):
    (example,) = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    path = tmp_path / "my_proof.py"
    path.write_text(example, encoding="utf-8")
    return path


def test_one_inequality_is_proved_and_the_other_refuted_with_numbers(my_proof, capsys):
    assert main(["audit", str(my_proof), "--json", "-"]) == 1
    claims = {c["id"]: c for c in json.loads(capsys.readouterr().out)["claims"]}
    assert claims["Jensen"]["verdict"] == "PROVED"
    assert claims["sharper-1"]["verdict"] == "PROVED"
    for broken in ("sharper-2", "sharper"):
        assert claims[broken]["verdict"] == "REFUTED"
        assert claims[broken]["witness"]["model"]


def test_the_line_at_which_the_chain_breaks_is_named(my_proof, capsys):
    assert main(["audit", str(my_proof)]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "the chain breaks at line 2" in out
    assert "my_proof.py, line" in out


def test_its_counterexample_runs_alone(my_proof, tmp_path, capsys):
    assert main(["counterexample", "sharper", "--document", str(my_proof)]) == 0
    script = tmp_path / "script.py"
    script.write_text(capsys.readouterr().out, encoding="utf-8")
    alone = [sys.executable, "-I", "-S", str(script)]
    assert subprocess.run(alone, capture_output=True, check=False, timeout=LIMIT).returncode == 0


def test_it_is_explained(my_proof, capsys):
    assert main(["explain", "Jensen", "--document", str(my_proof)]) == 0
    assert "PROVED" in capsys.readouterr().out


def test_its_report_is_written(my_proof, tmp_path):
    arguments = ["report", str(my_proof), "--sampling", "quick", "--out", str(tmp_path / "out")]
    assert main(arguments) == 1
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "How long is a mean?" in page


def test_the_files_that_the_readme_names_exist():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    here = [link for link in links if not link.startswith("http")]
    assert here
    assert [link for link in here if not (ROOT / link).exists()] == []


def test_its_figures_are_those_of_the_stored_certificate_and_law():
    row = table()[11, 4]
    figures = row.upper, row.upper * Fraction(6, 7), eta2(11, 4), stored()[11, 4].lower()
    assert [f"{float(x):.3f}" for x in figures] == ["11.367", "9.743", "246.000", "7.278"]
    assert closed_form(11, 4).kappa == Fraction(341, 30)
    said = in_short(open_document("krum").document)
    assert all(part in said for part in ("341/30 ≈ 11.367", "9.743 dσ²", "η² = 246", "7.278"))
