"""No refutation is accepted that does not refute: random models and families, examined again."""

from collections import Counter

import pytest
from hypothesis import given, settings

from tests.theory.kernel.refutations import by_family, by_model
from tests.theory.kernel.worlds import seeds


@pytest.mark.parametrize("way", [by_model, by_family])
@given(seed=seeds)
@settings(max_examples=300)
def test_what_is_accepted_refutes(way, seed):
    assert way(seed)[1] is None


@pytest.mark.parametrize(("way", "least"), [(by_model, 100), (by_family, 10)])
def test_many_are_accepted_and_many_refused(way, least):
    accepted = Counter(way(seed)[0] for seed in range(400))
    assert accepted[True] >= least
    assert accepted[False] >= least
