"""LANGUAGE.md is true: its code runs, its tables print what they say, its example is judged so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import theory.notation
from theory.judge import Judge
from theory.notation.printing import Printer

TEXT = (Path(theory.notation.__file__).parent / "LANGUAGE.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
ROWS = re.findall(r"^\| `(.+?)` \| ([^|]+) \| [^|]*\|$", TEXT, re.MULTILINE)


@pytest.fixture(scope="module")
def names():
    """What the code of the page defines, block after block."""
    space = {}
    for block in BLOCKS:
        exec(block, space)  # noqa: S102 - the code of our own page
    return space


def test_the_page_has_code_and_tables():
    assert len(BLOCKS) == 5
    assert len(ROWS) == 30


@pytest.mark.parametrize(("code", "printed"), ROWS)
def test_a_construct_prints_as_the_table_says(names, code, printed):
    term = eval(code, names)  # noqa: S307
    assert Printer(names["proof"].language).text(term) == printed


def test_the_first_proof_is_judged_as_the_page_says():
    space = {}
    exec(BLOCKS[0], space)  # noqa: S102
    judged = {j.id: j for j in Judge(space["proof"].document("first"), {}).all()}
    assert judged["jensen"].verdict == "PROVED"
    assert judged["jensen"].assumes == ("some worker", "square integrable")
    assert judged["too good"].verdict == "REFUTED"
    assert judged["too good"].place == "left = 1, right = 1/2"
    (outcome,) = judged["too good"].model.outcomes
    assert list(outcome.tables["x"].values()) == [(1,), (1,)]


def test_the_claims_and_the_chain_of_the_page_are_true(names):
    judged = {j.id: j.verdict for j in Judge(names["proof"].document("all"), {}).all()}
    assert set(judged.values()) == {"PROVED"}
    assert {"bias", "two steps-1", "two steps-2", "two steps-3", "two steps"} <= judged.keys()


def test_every_name_of_the_module_is_described():
    from theory.notation import own

    missing = [name for name in own.__all__ if f"`{name}" not in TEXT and f"{name}(" not in TEXT]
    assert not missing
