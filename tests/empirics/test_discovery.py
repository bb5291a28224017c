"""Rules, models and attacks are found by their files, and nothing is found twice."""

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import empirics.attacks
import empirics.attacks.not_finite
import empirics.models
import empirics.rules
from empirics.attacks import ATTACKS
from empirics.attacks.not_finite import NOT_FINITE
from empirics.discovery import discover
from empirics.interfaces import Rule
from empirics.models import MODELS
from empirics.rules import RULES
from tests.limits import LIMIT

ONE_RULE = """
from dataclasses import dataclass
from typing import ClassVar
from empirics.interfaces import Rule
from empirics.rules.krum import Krum

@dataclass(frozen=True)
class First(Rule):
    name: ClassVar[str] = "first"
    def aggregate(self, vectors, f):
        return vectors[..., 0, :]
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An empty package in a folder of its own."""
    folder = tmp_path / "rules_from_elsewhere"
    folder.mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.startswith(folder.name)]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("package", "found"),
    [
        (empirics.models, MODELS),
        (empirics.attacks, ATTACKS),
        (empirics.attacks.not_finite, NOT_FINITE),
    ],
)
def test_each_file_holds_one(package, found):
    files = [info.name for info in pkgutil.iter_modules(package.__path__) if not info.ispkg]
    assert sorted(found) == sorted(files)
    assert {type(part).__module__ for part in found.values()} == {
        f"{package.__name__}.{file}" for file in files
    }


def test_rules_hold_one_each_but_for_the_analysis_of_krum():
    files = {info.name for info in pkgutil.iter_modules(empirics.rules.__path__)}
    assert {type(rule).__module__.rsplit(".")[-1] for rule in RULES.values()} == files - {
        "counted_krum"
    }


def test_a_new_file_is_enough(package):
    (package / "first.py").write_text(ONE_RULE)
    found = discover(package.name, [str(package)], Rule)
    assert list(found) == ["first"]
    assert found["first"].label == "first"


def test_a_name_taken_twice_is_refused(package):
    (package / "first.py").write_text(ONE_RULE)
    (package / "second.py").write_text(ONE_RULE)
    with pytest.raises(ValueError, match=r"second: the name 'first' is taken"):
        discover(package.name, [str(package)], Rule)


def test_nothing_slow_is_imported_with_it():
    code = (
        "import sys, empirics.attacks, empirics.models, empirics.rules, empirics.seeds, "
        "empirics.statistics; print(*sys.modules)"
    )
    root = Path(empirics.rules.__file__).parents[2]
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
        timeout=LIMIT,
    ).stdout.split()
    assert not {"scipy", "hypothesis", "matplotlib", "sympy"} & set(loaded)
