"""Absurd and random certificates: both checkers answer, soon, and with nothing but a refusal."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile import absurd
from theory.kernel.certificates import NODES, RULES

ROOT = Path(__file__).resolve().parents[2]
HARMLESS = {"a million obligations"}
"""Those that are only long: the kernel may accept them."""
PATIENCE = 120
"""Wall seconds for all of them: some hundred times what they need, so that only a hang fails."""


@pytest.fixture(scope="module", params=sorted(absurd.CHECKERS))
def answers(request):
    """What a checker said of every absurd certificate, in a process of its own."""
    command = [sys.executable, "-m", "tests.hostile.absurd", request.param]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    return {name: said for name, said, _ in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("name", absurd.CASES)
def test_what_is_absurd_is_refused(answers, name):
    said = answers[name]
    assert said.startswith("refused: ") or (name in HARMLESS and said == "accepted")


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
    said = absurd.CHECKERS[checker](certificate)
    assert said == "accepted" or said.startswith("refused: ")
