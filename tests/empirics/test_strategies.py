"""The strategies give what they promise, and find what breaks other people's rules."""

import numpy as np
import pytest
from hypothesis import HealthCheck, find, given, settings

from empirics.rules import RULES
from empirics.rules.krum import krum
from empirics.strategies import admissible, trials, vectors

SEARCH = settings(max_examples=2000, suppress_health_check=list(HealthCheck), deadline=None)


@given(admissible(9))
def test_pairs_are_admissible(pair):
    n, f = pair
    assert 0 <= 2 * f < n - 2 <= 7


@given(trials(max_n=8, max_d=3, max_trials=2))
def test_trials_can_be_aggregated(trial):
    count, n, d = trial.vectors.shape
    assert count <= 2
    assert n <= 8
    assert d <= 3
    assert krum(trial.vectors, trial.f).shape == (count, d)


@given(admissible(15, share=4))
def test_pairs_may_be_those_of_bulyan(pair):
    n, f = pair
    assert 0 <= 4 * f <= n - 3 <= 12


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
@given(trials(max_n=15, max_trials=2, max_exponent=0, share=4, margin=3))
def test_every_rule_takes_the_trials(rule, trial):
    count, _, d = trial.vectors.shape
    if rule.name == "bucketing":
        rule = type(rule)(size=1)
    result = rule.aggregate(trial.vectors, trial.f)
    assert result.shape == (count, d)
    assert np.isfinite(result).all()


@given(vectors(4, 2, max_exponent=900))
def test_vectors_are_finite(v):
    assert v.shape == (4, 2)
    assert np.isfinite(v).all()


@pytest.mark.parametrize(
    "interesting",
    [
        lambda v: len(np.unique(v, axis=0)) < len(v) and v.any(),
        lambda v: abs(v).max() > 1e80,
        lambda v: 0 < abs(v).max() < 1e-80,
        lambda v: abs(v).min() > 1e7,
        lambda v: 0 < np.ptp(v[:, 0]) < 1e-15,
    ],
    ids=["copies", "huge", "tiny", "far from the origin", "neighbouring floats"],
)
def test_the_hard_cases_are_found(interesting):
    find(vectors(5, 2), interesting, settings=SEARCH)


def mean_of_absolute_distances(v, f):
    """A Krum that forgets the square."""
    distances = np.sort(np.linalg.norm(v[:, np.newaxis] - v, axis=2), axis=1)
    return v[distances[:, 1 : len(v) - f - 1].sum(axis=1).argmin()]


def one_neighbour_more(v, f):
    """A Krum with n - f - 1 neighbours."""
    distances = np.sort(np.square(v[:, np.newaxis] - v).sum(axis=2), axis=1)
    return v[distances[:, 1 : len(v) - f].sum(axis=1).argmin()]


@pytest.mark.parametrize("wrong", [mean_of_absolute_distances, one_neighbour_more])
def test_wrong_rules_are_told_from_krum(wrong):
    find(
        trials(max_trials=1, max_exponent=0),
        lambda trial: (
            not np.array_equal(wrong(trial.vectors[0], trial.f), krum(trial.vectors[0], trial.f))
        ),
        settings=SEARCH,
    )


def test_refuses():
    with pytest.raises(ValueError, match="at least 3 workers"):
        admissible(2)
    with pytest.raises(ValueError, match="between 0 and 900"):
        find(vectors(3, 1, max_exponent=901), lambda v: True)
