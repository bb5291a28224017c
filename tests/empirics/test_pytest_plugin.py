"""The pytest option, and that `empirics/TESTING.md` shows what happens."""

import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from empirics import properties

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "empirics" / "TESTING.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", TEXT, re.S)
SHOWN = re.findall(r"```text\n(.*?)```", TEXT, re.S)
INSTALLED = any(e.value == "empirics.pytest_plugin" for e in entry_points(group="pytest11"))
INHERITED = os.environ.get("PYTHONPATH", "")
LOADED = [] if INSTALLED else ["-p", "empirics.pytest_plugin"]


@pytest.fixture
def run(pytester, monkeypatch):
    """pytest in a folder with the modules good.py and bad.py of the text."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(pytester.path), INHERITED]))
    pytester.makepyfile(good=PYTHON[0], bad=PYTHON[1])

    def runner(*arguments):
        return pytester.runpytest_subprocess(*LOADED, "-p", "no:cacheprovider", *arguments)

    return runner


def test_the_example_that_passes_beside_tests_of_one_s_own(run, pytester):
    pytester.makepyfile(test_own="def test_own(): pass")
    result = run("--byzproof", "good:krum", "-v")
    result.assert_outcomes(passed=len(properties.PROPERTIES) + 1)
    result.stdout.fnmatch_lines([f"{line}*" for line in SHOWN[0].splitlines()])


def test_the_example_that_fails_with_its_counterexample(run):
    result = run("--byzproof", "bad:krum", "-k", "smallest_score")
    result.assert_outcomes(failed=1, deselected=len(properties.PROPERTIES) - 1)
    out = result.stdout.str()
    # How far an example shrinks may depend on the version of Hypothesis.
    for line in SHOWN[1].splitlines()[:2]:
        assert line in out
    assert re.search(
        r"^ *n = [45] workers, f = [01]; a score is the sum of the 2 smallest", out, re.M
    )
    said = r"^ *It returned \(.*\), of score \d+; the smallest score is \d+\.$"
    assert re.search(said, out, re.M)
    assert "Traceback" not in out


def test_the_tests_with_strategies(run, pytester):
    pytester.makepyfile(
        test_good=PYTHON[2], test_bad=PYTHON[2].replace("from good import", "from bad import")
    )
    result = run("-p", "no:randomly", "--hypothesis-seed=0")
    result.assert_outcomes(passed=1, failed=1)  # and nothing is added without the option
    assert SHOWN[2].splitlines()[0] in result.stdout.str()


def test_every_property_is_in_the_table():
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", TEXT, re.M)
    assert rows == [(name, check.__doc__) for name, check in properties.PROPERTIES.items()]


def test_what_cannot_be_loaded_is_wrong_usage(run):
    result = run("--byzproof", "good:no", "-n", "2")  # before workers are started
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--byzproof: good has no no" in result.stderr.str()


def test_loading_the_plugin_imports_nothing_slow():
    code = "import pytest, sys; import empirics.pytest_plugin; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"numpy", "hypothesis", "empirics.interfaces"} & set(done.stdout.split())
