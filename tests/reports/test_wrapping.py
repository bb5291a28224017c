"""Lines of a width: nothing is lost, and a command of LaTeX keeps its argument."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.wrapping import wrapped
from theory.papers import load

KRUM = load("krum")
SOURCES = [s.display for s in KRUM.steps] + [c.quote for c in KRUM.claims().values()]


@given(st.text(alphabet="ab {}$\\\n", max_size=60), st.integers(4, 20))
def test_nothing_is_lost_and_nothing_is_too_wide(text, width):
    lines = list(wrapped(text, width))
    assert all(len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize("source", filter(None, SOURCES))
def test_no_line_of_krum_ends_within_a_command(source):
    for line in wrapped(source, 76):
        assert not re.search(r"\\(frac|mathbb|sqrt|text|sum|tag)$", line), line
