"""The example project works when it is copied: every line of its README and of its CI recipe."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.limits import LIMIT

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "tests" / "example_project"
INSTALLED = any(e.value == "empirics.pytest_plugin" for e in entry_points(group="pytest11"))
LOADED = [] if INSTALLED else ["-p", "empirics.pytest_plugin"]
PROBE = "import sys; from reports.cli import main; sys.exit(main())"


@pytest.fixture
def copied(tmp_path):
    shutil.copytree(PROJECT, tmp_path / "project")
    return tmp_path / "project"


def run(folder, *command):
    """One command in the folder, with byzproof importable; what it prints."""
    inherited = os.environ.get("PYTHONPATH", "")
    paths = os.pathsep.join([str(ROOT), str(folder), inherited])
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )


def commands(name):
    text = (PROJECT / name).read_text(encoding="utf-8")
    return re.findall(r"^ *(?:- run: )?((?:pytest|byzproof probe).*?)(?: {2,}#.*)?$", text, re.M)


def test_the_recipe_runs_what_the_readme_says():
    recipe = commands(".github/workflows/tests.yml")
    assert [line.removesuffix(" --json probe.json") for line in recipe] == commands("README.md")
    assert len(recipe) == 4


@pytest.mark.parametrize("line", commands("README.md"))
def test_every_line_passes(copied, line):
    program, *arguments = line.split()
    if program == "pytest":
        done = run(copied, "-m", "pytest", "-p", "no:cacheprovider", *LOADED, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
    else:
        done = run(copied, "-c", PROBE, *arguments, "--inputs", "1000", "--json", "probe.json")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "No difference from the paper's rule was found: it agreed on" in done.stdout
        assert json.loads((copied / "probe.json").read_text())["differences"] == 0


def test_a_mistake_is_caught(copied):
    path = copied / "my_krum.py"
    path.write_text(path.read_text().replace("1 : n - f - 1]", "1 : n - f]"))
    done = run(copied, "-c", PROBE, "probe", "my_krum:krum", "--inputs", "200")
    assert done.returncode == 1
    assert "k = n-f-1" in done.stdout


@pytest.mark.parametrize(
    ("library", "spec"),
    [
        ("byzfl", "byzfl:Krum"),
        ("flwr", "flwr.server.strategy.aggregate:aggregate_krum"),
        ("krum.primitives", "krum.primitives.aggregators.krum:Krum"),
    ],
)
def test_the_library_in_the_place_of_one_s_own(copied, library, spec):
    pytest.importorskip(library)
    done = run(copied, "-c", PROBE, "probe", spec, "--inputs", "500")
    assert done.returncode in (0, 1), done.stderr
    assert f"{spec}, called as" in done.stdout.replace("\n", "")
    assert "agreed on 500 inputs" in " ".join(done.stdout.split())
