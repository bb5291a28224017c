"""The hand-written proofs of the Krum notes that the search finds from what they name alone.

`tests.theory.search.krum_alone` searches for all of them, and says why the others are not found.
"""

from __future__ import annotations

import pytest

from tests.theory.search.krum_alone import Alone

FOUND = (
    "1-11a", "1-1a", "1-1b", "1-1c", "1-1d", "1-2a:repaired", "1-3a:repaired", "1-3b:repaired",
    "1-3d", "1-4", "1-5a", "1-8b", "1-9a-r2", "1-9a-r4", "1-9b-r2", "1-9b-r4", "2-11a",
    "2-13b:repaired", "2-13c", "2-14:repaired", "2-15-half", "2-15:repaired",
    "2-19", "2-22a", "2-22b", "2-2a:repaired", "2-3a", "2-3b",
    "2-8-decreasing", "2-8:repaired", "2-9:repaired", "eta-defined", "iv-at-zero", "krum-a",
    "krum-b", "lemma-1a", "lemma-1c", "mean-distance", "moments-11",
    "moments-1111", "moments-112", "moments-13", "moments-22", "phi-a", "phi-b",
    "question-1a:repaired", "sin-alpha-a", "sin-alpha-b", "spiral", "spiral-cone",
    "spiral-length", "zeta-b:repaired",
)  # fmt: skip


@pytest.fixture(scope="module")
def alone():
    return Alone()


@pytest.mark.slow
@pytest.mark.parametrize("name", FOUND)
def test_a_proof_by_hand_is_found_from_its_statement(alone, name):
    attempt = alone.attempt(name)
    assert attempt.certificate is not None, attempt.reason


def test_each_is_a_relation_of_the_notes_with_a_proof_by_hand(alone):
    assert len(alone.readings) == 132
    assert set(FOUND) <= alone.readings.keys()
