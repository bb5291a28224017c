"""What a written argument lacks: each GAP names its gap, by lines that exist."""

import re

import pytest

from theory.papers import load

KRUM = load("krum")
READINGS = [(claim.id, reading) for claim in KRUM.claims().values() for reading in claim.readings]


@pytest.mark.parametrize(("name", "reading"), READINGS, ids=[name for name, _ in READINGS])
def test_a_gap_is_named_where_there_is_one(name, reading):
    assert bool(reading.gap) == (reading.justification == "GAP"), name
    if reading.gap:
        assert re.fullmatch(r"[A-ZK].*\.", reading.gap), "a sentence"
        assert len(reading.gap) <= 120, "short"


def test_the_lines_that_a_gap_calls_false_are_refuted_and_all_exist():
    claims = KRUM.claims()
    steps = {step.equation: step for step in KRUM.steps}
    seen = 0
    for _, reading in READINGS:
        for line in re.findall(r"\((\d-\d+[a-z]?)\)", reading.gap):
            assert line in claims or line in steps, reading.gap
            seen += 1
        for line in re.findall(r"false (?:lines? )?\((\d-\d+[a-z]?)\)", reading.gap):
            meant = [claims[line]] if line in claims else steps[line].claims
            assert "REFUTED" in {r.expected for claim in meant for r in claim.readings}, line
    assert seen >= 20
