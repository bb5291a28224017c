"""Absurd and random certificates: both checkers answer, soon, and with nothing but a refusal."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile import absurd
from tests.hostile.trying import Hung, Waits, bounded
from tests.limits import LIMIT
from theory.kernel.certificates import NODES, RULES

ROOT = Path(__file__).resolve().parents[2]
QUICK = [name for name in absurd.CASES if name not in absurd.COSTLY]
"""`make assurance` tries all of them."""


@pytest.fixture(scope="module")
def answers():
    """What both checkers said of every quick case, in a process of its own."""
    command = [sys.executable, "-m", "tests.hostile.absurd"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=LIMIT
    )
    return {
        (name, checker): said
        for name, checker, said in map(json.loads, done.stdout.split("\n")[:-1])
    }


@pytest.mark.parametrize("checker", sorted(absurd.CHECKERS))
@pytest.mark.parametrize("name", QUICK)
def test_what_is_absurd_is_refused(answers, name, checker):
    assert absurd.is_answered(name, answers[name, checker])


def test_a_checker_that_hangs_is_found():
    def loop():
        while True:
            pass

    with pytest.raises(Hung, match="processor time"):
        bounded(loop, 0.05)
    with pytest.raises(Waits):
        bounded(lambda: time.sleep(60), waiting=0.05)
    assert bounded(lambda: "done") == "done"


CODE = ['__import__("os").system("touch /tmp/x")', "{0.__class__}", "%s", "\x00", "\ud800"]
WORDS = st.sampled_from([*RULES, *NODES, "q", "line", "tuple", "map", "s", "n", "C", *CODE])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.tuples(WORDS, st.lists(inner, max_size=4)).map(lambda x: [x[0], *x[1]])
        | st.lists(inner, max_size=3)
        | st.dictionaries(WORDS, inner, max_size=2)
    ),
    max_leaves=12,
)
STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(RULES)), st.lists(VALUES, max_size=4)).map(
        lambda x: [x[0], *x[1]]
    ),
    max_size=4,
)
CERTIFICATES = st.fixed_dictionaries(
    {
        "statement": st.just(absurd.TRUE) | VALUES,
        "value": st.none() | VALUES,
        "steps": STEPS | VALUES,
        "lines": st.just([0]) | VALUES,
        "obligations": st.just([]) | VALUES,
    }
)


@pytest.mark.parametrize("checker", sorted(absurd.CHECKERS))
@settings(max_examples=150, deadline=None, derandomize=True)
@given(certificate=CERTIFICATES)
def test_random_certificates_are_answered(checker, certificate):
    said = absurd.answer(checker, certificate)
    assert said == "accepted" or said.startswith("refused: ")
