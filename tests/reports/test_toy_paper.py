"""A paper is one folder: adding it makes it audited, explained and reported, and no more."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.limits import LIMIT

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def with_toy(tmp_path_factory):
    """A copy of the packages with one more folder in theory/papers."""
    folder = tmp_path_factory.mktemp("packages")
    skipped = shutil.ignore_patterns("__pycache__", "certificates")
    for package in ("theory", "empirics", "reports"):
        shutil.copytree(ROOT / package, folder / package, ignore=skipped)
    toy = folder / "theory" / "papers" / "toy"
    shutil.copytree(Path(__file__).parent / "toy", toy, ignore=skipped)
    (toy / "__init__.py").write_text('"""A toy paper."""\n')
    return folder


@pytest.fixture
def byzproof(with_toy, tmp_path):
    """Runs the command as it is in that copy, in an empty folder."""

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "reports.cli", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(with_toy), "PYTHONSAFEPATH": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


def test_it_is_audited(byzproof):
    done = byzproof("audit", "toy")
    assert done.returncode == 0, done.stdout
    assert "Every verdict is the one that the document expects." in done.stdout
    data = json.loads(byzproof("audit", "toy", "--json", "-").stdout)
    assert data["document"] == "toy"


def test_it_is_explained(byzproof):
    done = byzproof("explain", "1-2a", "--document", "toy")
    assert done.returncode == 0
    assert "Cross terms may be positive." in done.stdout
    assert "REFUTED" in done.stdout


def test_its_counterexample_runs(byzproof, tmp_path):
    done = byzproof("counterexample", "1-2a", "--document", "toy")
    (tmp_path / "script.py").write_text(done.stdout)
    alone = [sys.executable, "-I", "-S", str(tmp_path / "script.py")]
    assert subprocess.run(alone, capture_output=True, check=False, timeout=LIMIT).returncode == 0


def test_it_is_reported(byzproof, tmp_path):
    done = byzproof("report", "toy", "--sampling", "quick")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "byzproof-toy" / "index.html").read_text()
    assert "Sums of vectors" in page
    assert sorted(p.name for p in tmp_path.iterdir()) == ["byzproof-toy"]


def test_its_certificates_are_stored_beside_it(byzproof, with_toy):
    assert byzproof("audit", "toy", "--fresh", "--store").returncode == 0
    kept = with_toy / "theory" / "papers" / "toy" / "certificates"
    assert {p.name for p in kept.iterdir()} == {"1-1.json", "1-2.json", "1-3.json"}
    assert byzproof("audit", "toy").returncode == 0


def test_the_names_that_there_are_include_it(byzproof):
    done = byzproof("audit", "no-such-paper")
    assert done.returncode == 2
    assert "krum, toy" in done.stderr
