"""The normal form keeps the meaning of a term, on every finite model and for empty index sets."""

import pytest
from hypothesis import HealthCheck, given, settings

from tests.theory.kernel.soundness import renormalised
from tests.theory.kernel.worlds import seeds


@pytest.mark.parametrize("roots", [False, True])
@given(seed=seeds)
@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow])
def test_terms_keep_their_value(roots, seed):
    assert renormalised(seed, roots)[1] is None
