"""The pytest option, and that `empirics/TESTING.md` shows what happens."""

import os
import re
import subprocess
import sys
from contextlib import closing
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from empirics import properties, pytest_plugin
from tests.limits import LIMIT

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "empirics" / "TESTING.md").read_text(encoding="utf-8")
GOOD, MULTI, SLOW, BAD, STRATEGIES = re.findall(r"```python\n(.*?)```", TEXT, re.S)
PASSES, MULTI_FAILS, HANGS, FAILS, SHRUNK = re.findall(r"```text\n(.*?)```", TEXT, re.S)
INSTALLED = any(e.value == "empirics.pytest_plugin" for e in entry_points(group="pytest11"))
INHERITED = os.environ.get("PYTHONPATH", "")
LOADED = [] if INSTALLED else ["-p", "empirics.pytest_plugin"]


@pytest.fixture
def run(pytester, monkeypatch):
    """pytest in a folder with the modules of the text."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(pytester.path), INHERITED]))
    pytester.makepyfile(good=GOOD, multi=MULTI, slow=SLOW, bad=BAD)

    def runner(*arguments):
        return pytester.runpytest_subprocess(
            *LOADED, "-p", "no:cacheprovider", *arguments, timeout=LIMIT
        )

    return runner


def test_the_examples_that_pass_and_fail_beside_tests_of_one_s_own(run, pytester):
    pytester.makepyfile(test_own="def test_good(): pass")
    result = run(
        *("--byzproof", "good:krum", "--byzproof", "bad:krum"), "-v", "-k", "good or smallest_score"
    )
    count = len(properties.PROPERTIES)
    result.assert_outcomes(passed=count + 1, failed=1, deselected=count - 1)
    result.stdout.fnmatch_lines([f"{line}*" for line in PASSES.splitlines()])
    out = result.stdout.str()
    # How far an example shrinks may depend on the version of Hypothesis.
    assert "\n".join(FAILS.splitlines()[:2]) in out
    assert re.search(
        r"^n = [45] workers, f = [01]; a score is the sum of the 2 smallest", out, re.M
    )
    said = r"^It returned \(.*\), of score \d+; the smallest score is \d+\.$"
    assert re.search(said, out, re.M)
    assert "Traceback" not in out
    assert "assert" not in out


def test_the_multi_krums_of_the_text(run):
    both = ("--byzproof", "multi:right", "--byzproof", "multi:wrong")
    result = run(*both, "--byzproof-rule", "multi_krum", "-k", "smallest_scores")
    result.assert_outcomes(passed=1, failed=1, deselected=16)
    out = result.stdout.str()
    assert "byzproof: multi:right as multi_krum, m = n-f (found out by asking)" in out
    assert MULTI_FAILS.splitlines()[0] in out
    assert re.search(r"^It returned \(.*\); that of the workers [\d, ]+ is \(.*\)\.$", out, re.M)


class Options(dict):
    """A configuration that has nothing but these options."""

    def getoption(self, name):
        defaults = {"-rule": "krum", "-m": None, "-timeout": 60.0}
        return self.get(name, defaults[name.removeprefix("--byzproof")])


def called(spec, **options):
    return pytest_plugin.Called(spec, Options({f"--byzproof-{k}": v for k, v in options.items()}))


@pytest.fixture
def failing(pytester):
    """What a property says of a callable of the text, or of HOSTILE, in this process."""
    pytester.makepyfile(good=GOOD, slow=SLOW, hostile=HOSTILE)
    pytester.syspathinsert()

    def said(spec, name, seconds=LIMIT):
        with closing(called(spec)) as rule:
            rule.seconds = seconds  # from now on, so that a slow start is not taken for silence
            check = rule.properties[name]
            with pytest.raises(AssertionError) as caught:
                rule.test(check)
        return f"{spec}: {check.meaning}\n{caught.value}"

    return said


HOSTILE = """
import ctypes
import numpy as np
from good import krum

def crashes(vectors, f):
    if np.isnan(vectors).any():
        ctypes.string_at(0)
    print("noise")
    return krum(vectors, f)

def raises(vectors, f):
    if len(vectors) % 2 == 0:
        raise RuntimeError("an odd number, please")
    return krum(vectors, f)

def pair(vectors, f):
    return krum(vectors, f) if len(vectors) == 9 else [1, 2, 3]
"""


class Clock:
    """Time that goes by only where somebody looks at it, by so many seconds."""

    def __init__(self, step):
        self.now, self.step = 0.0, step

    def monotonic(self):
        self.now += self.step
        return self.now


def test_a_rule_that_hangs_fails_in_words(failing, monkeypatch):
    monkeypatch.setattr(pytest_plugin, "time", Clock(0.0))  # all that comes before takes none
    said = failing("slow:krum", "smallest_score", seconds=2.0)
    assert said == HANGS.replace("5 s", "2 s").rstrip()


def test_crashes_errors_and_what_is_no_vector_are_told(failing):
    said = failing("hostile:crashes", "what_is_not_finite")
    assert "\nIt crashed its process (SIGSEGV, a segmentation fault).\nn = " in said
    said = failing("hostile:raises", "smallest_score")
    assert "\nIt raises RuntimeError: an odd number, please\nn = 4 workers, f = 0;" in said
    said = failing("hostile:pair", "smallest_score")
    assert "\nIt returned shape (3,), not (1,)\nn = 3 workers, f = 0;" in said


def test_a_median_needs_no_f():
    name = "tests.empirics.probe.planted:median_alone"
    with closing(called(name, rule="median")) as median:
        assert "refuses_too_many_byzantine_workers" not in median.properties
        median.test(median.properties["between_correct_values"])


@pytest.mark.parametrize(
    ("name", "m", "expected", "how"),
    [
        ("multi", None, "n-f", "found out by asking"),
        ("multi_anew", None, "n-2f-2", "found out by asking"),
        ("multi_told", "3", "3", "as told"),
        ("worst", None, "n-f", "assumed"),
        ("multi", "n-2f-2", "n-2f-2", "as told"),
    ],
)
def test_m_is_found_out_or_told(name, m, expected, how):
    multi = called(f"tests.empirics.probe.planted:{name}", rule="multi_krum", m=m)
    multi.close()
    assert multi.title.endswith(f":{name} as multi_krum, m = {expected} ({how})")
    assert multi.properties["smallest_scores"].meaning.startswith(
        f"It returns the average of m = {expected} vectors"
    )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"m": "2"}, "--byzproof-m is for --byzproof-rule multi_krum"),
        ({"rule": "multi_krum", "m": "6"}, "--byzproof-m 6: give one of n-f-2"),
        ({"timeout": 0.0}, "--byzproof-timeout: give a number of seconds above 0"),
    ],
)
def test_options_that_do_not_fit_are_wrong_usage(options, says):
    with pytest.raises(pytest.UsageError, match=re.escape(says)):
        called("tests.empirics.probe.planted:paper", **options)


def test_numbers_of_examples_are_varied_where_they_are_taken():
    with closing(called("tests.empirics.field_shapes:flower", rule="multi_krum")) as shaped:
        assert "numbers_of_examples" in shaped.properties
        with pytest.raises(AssertionError, match="claims 1,000,000 examples changes the result"):
            shaped.test(shaped.properties["numbers_of_examples"])
    with closing(called("tests.empirics.field_shapes:FedMLLike")) as kept:
        kept.test(kept.properties["numbers_of_examples"])
        assert "it can be told an m, as krum_param_m: --byzproof-m 2" in kept.title
    with closing(called("tests.empirics.field_shapes:ModelsOnly")) as alone:
        assert "numbers_of_examples" not in alone.properties
        assert "refuses_too_many_byzantine_workers" not in alone.properties


def test_what_is_slow_is_told_from_what_hangs(monkeypatch):
    monkeypatch.setattr(pytest_plugin, "time", Clock(2.0))
    with (
        closing(called("tests.empirics.probe.hostile:naps")) as slow,
        pytest.raises(AssertionError, match=r"^All examples together took over 60 s: allow"),
    ):
        slow.test(slow.properties["order_of_workers"])


def test_the_rules_of_the_option_are_those_that_have_properties():
    assert pytest_plugin.RULES == properties.RULES


def test_the_tests_with_strategies(run, pytester):
    pytester.makepyfile(
        test_good=STRATEGIES, test_bad=STRATEGIES.replace("from good import", "from bad import")
    )
    result = run("-p", "no:randomly", "--hypothesis-seed=0")
    result.assert_outcomes(passed=1, failed=1)  # and nothing is added without the option
    assert SHRUNK.splitlines()[0] in result.stdout.str()


def test_every_property_is_in_the_table():
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", TEXT, re.M)
    every = {
        name: check.meaning
        for rule in properties.RULES
        for name, check in properties.properties_of(rule).items()
    }
    assert dict(rows) == every
    assert len(rows) == len(every)


def test_what_cannot_be_loaded_is_wrong_usage(run):
    result = run("--byzproof", "good:no", "-n", "2")  # before workers are started
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--byzproof: good has no no" in result.stderr.str()


def test_loading_the_plugin_imports_nothing_slow():
    code = "import pytest, sys; import empirics.pytest_plugin; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=LIMIT,
    )
    assert not {"numpy", "hypothesis", "empirics.interfaces"} & set(done.stdout.split())
