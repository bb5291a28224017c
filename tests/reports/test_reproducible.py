"""A report is the same in other runs (see tests/assurance/reproducible.py), and that is looked at.

That the report of a document is the same in other settings is the sample of that measurement. Here
it is shown that a report which does depend on them is found out.
"""

import locale
import shutil

import pytest

from tests.assurance.reproducible import (
    LOCALES,
    SETTINGS,
    compile_locales,
    differing,
    report,
)

TELLTALE = """
import os
from theory.notation.own import *

proof = Proof(f"{hash('a')}, {os.environ['TZ']}")
n = proof.integer("n")
proof.assume("somebody works", n >= 1)
proof.claim("positive", n > 0)
"""


def test_a_report_that_depends_on_its_setting_is_found_out(tmp_path):
    document = tmp_path / "telltale.py"
    document.write_text(TELLTALE)
    arguments = [str(document), "--sampling", "none"]
    found = [report(arguments, setting, tmp_path, None) for setting in SETTINGS[:2]]
    assert "index.html" in differing(found)
    assert found[0].keys() == found[1].keys()


def test_settings_differ_in_everything():
    for field in ("hash_seed", "locale", "zone", "processes", "folder"):
        values = [getattr(setting, field) for setting in SETTINGS]
        assert len(set(values)) == len(values), field


def test_a_run_that_writes_nothing_is_no_reproduction(tmp_path):
    with pytest.raises(RuntimeError, match="exit code 2"):
        report([str(tmp_path / "nothing.py")], SETTINGS[0], tmp_path, None)


def test_differences_and_missing_files_are_found():
    same = {"a": "1", "b": "2"}
    assert differing([same, dict(same)]) == []
    assert differing([same, {"a": "1", "b": "3"}]) == ["b"]
    assert differing([same, {"a": "1"}]) == ["b"]


@pytest.mark.skipif(shutil.which("localedef") is None, reason="no localedef here")
def test_locales_are_compiled_and_not_only_named(tmp_path, monkeypatch):
    folder = compile_locales(tmp_path)
    if folder is None:
        pytest.skip("this machine has no sources of locales")
    monkeypatch.setenv("LOCPATH", str(folder))
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, f"de_DE.{LOCALES['de_DE']}")
        assert locale.localeconv()["decimal_point"] == ","
    finally:
        locale.setlocale(locale.LC_ALL, before)
