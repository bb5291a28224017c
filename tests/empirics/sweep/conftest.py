"""Small plans, and a way to run them as a user does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.limits import LIMIT

HERE = Path(__file__).parent
ROOT = HERE.parents[2]

PLAN = """
[sampling]
trials = {trials}
groups = 8
seed = 5

[[grid]]
rules = [{rules}]
models = ["gaussian"]
attacks = ["sign_flip"]
n = [7]
f = [1, 2]
d = [{d}]
gradient = [{gradient}]
claims = [{claims}]
method = "{method}"
"""


def plan_text(**parts):
    usual = {"rules": '"krum"', "d": "1, 2, 3", "trials": 32, "claims": '"1-8a"'}
    usual |= {"gradient": "1.0", "method": "all coordinates"}
    return PLAN.format(**(usual | parts))


@pytest.fixture(name="plan_text")
def _plan_text():
    """A small plan, with some of its parts changed."""
    return plan_text


class Runner:
    """`byzproof sweep` in a folder of its own, with the planted rules at hand."""

    def __init__(self, folder):
        self.folder = folder

    def write(self, **parts):
        """Write plan.toml."""
        (self.folder / "plan.toml").write_text(plan_text(**parts), encoding="utf-8")

    def start(self, *arguments, **options):
        path = os.pathsep.join([str(ROOT), str(HERE)])
        return subprocess.Popen(
            [sys.executable, "-m", "reports.cli", "sweep", *map(str, arguments)],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def __call__(self, *arguments, **options):
        """The exit code, standard output and standard error."""
        with self.start(*arguments, **options) as process:
            try:
                out, err = process.communicate(timeout=LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return process.returncode, out, err


@pytest.fixture
def sweep(tmp_path):
    return Runner(tmp_path)
