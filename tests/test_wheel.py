"""The wheel holds our three packages and nothing else, and works where only it is installed."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.limits import LIMIT

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("theory", "empirics", "reports")


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command as a user would who has not set up this project; give back its output."""
    env = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=LIMIT
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("byzproof-*.whl")
    return built


def test_wheel_holds_the_three_packages_and_nothing_else(wheel):
    listed = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    on_disk = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert listed == {name for name in on_disk if not name.startswith("reports/krum/")}


@pytest.mark.slow
def test_installed_wheel_audits_krum(wheel, tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    bin_folder = tmp_path / "venv" / "bin"
    pip = (bin_folder / "python", "-m", "pip", "--disable-pip-version-check")
    run(*pip, "install", wheel, cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    audit = json.loads(run(bin_folder / "byzproof", "audit", "--json", "-", cwd=elsewhere))
    assert audit["document"] == "krum"
    assert not list(elsewhere.iterdir()), "an audit to standard output must leave no file"
