"""Min-max, min-sum and Fang's attacks: what their papers ask of them, checked literally."""

import numpy as np
import pytest

from empirics.attacks.fang_krum import FangKrum
from empirics.attacks.fang_trimmed_mean import FangTrimmedMean
from empirics.attacks.min_max import MinMax
from empirics.attacks.min_sum import MinSum
from empirics.perturbations import PERTURBATIONS, perturbation
from empirics.rules.krum import krum
from empirics.rules.trimmed_mean import TrimmedMean

T, N, F, D = 30, 11, 3, 5


@pytest.fixture
def noise():
    return np.random.default_rng(0).standard_normal((T, N - F, D))


@pytest.fixture
def gradient():
    return np.array([1.0, -2.0, 0.3, 0.0, 5.0])


def sent(attack, noise, gradient):
    return attack(np.random.default_rng(1), noise, gradient, F) + gradient


def within_max(b, v):
    """The constraint of min-max."""
    largest = max(np.linalg.norm(x - y) for x in v for y in v)
    return max(np.linalg.norm(b - x) for x in v) <= largest * (1 + 1e-9)


def within_sum(b, v):
    """The constraint of min-sum."""
    largest = max(((x - v) ** 2).sum() for x in v)
    return ((b - v) ** 2).sum() <= largest * (1 + 1e-9)


@pytest.mark.parametrize("direction", PERTURBATIONS)
@pytest.mark.parametrize(("attack", "within"), [(MinMax, within_max), (MinSum, within_sum)])
def test_leans_as_far_as_the_constraint_lets_it(attack, within, direction, noise, gradient):
    b = sent(attack(direction), noise, gradient)[:, 0]
    for t, v in enumerate(noise + gradient):
        p = perturbation(direction, noise[t : t + 1], gradient)[0]
        lean = b[t] - v.mean(axis=0)
        gamma = (lean @ p) / (p @ p)
        np.testing.assert_allclose(lean, gamma * p, atol=1e-9)
        assert gamma > 0
        assert within(b[t], v)
        assert not within(v.mean(axis=0) + 1.001 * gamma * p, v)


@pytest.mark.parametrize("attack", [MinMax(), MinSum(), FangKrum(), FangTrimmedMean()])
def test_without_noise_nothing_breaks(attack):
    offsets = attack(np.random.default_rng(0), np.zeros((2, N - F, D)), np.ones(D), F)
    assert np.isfinite(offsets).all()


def test_fang_makes_krum_go_the_wrong_way(noise, gradient):
    noise = noise / 10
    b = sent(FangKrum(), noise, gradient)
    v = noise + gradient
    result = krum(np.concatenate([v, b], axis=1), F)
    deceived = (result == b[:, 0]).all(axis=1)
    sign = np.sign(v.mean(axis=1))
    size = np.abs(b[:, 0]).max(axis=1)
    np.testing.assert_allclose(b[:, 0], -size[:, None] * sign)
    assert (deceived | (size < 1e-5)).all()


def test_fang_deceives_krum_where_nearly_half_are_byzantine():
    noise = np.random.default_rng(2).standard_normal((T, 14, 2))
    gradient = np.array([0.1, 0.1])
    b = FangKrum()(np.random.default_rng(1), noise, gradient, 11) + gradient
    result = krum(np.concatenate([noise + gradient, b], axis=1), 11)
    assert (result == b[:, 0]).all(axis=1).mean() > 0.9


def test_fang_is_just_beyond_the_correct_values_on_the_wrong_side(noise, gradient):
    b = sent(FangTrimmedMean(2.0), noise, gradient)
    v = noise + gradient
    low, high, mean = v.min(axis=1), v.max(axis=1), v.mean(axis=1)
    for worker in b.swapaxes(0, 1):
        down = worker[mean > 0]
        assert (down <= low[mean > 0] + 1e-12).all()
        assert (np.abs(down) <= 2 * np.abs(low[mean > 0]) + 1e-12).all()
        assert (np.abs(down) >= np.abs(low[mean > 0]) / 2 - 1e-12).all()
        assert (worker[mean < 0] >= high[mean < 0] - 1e-12).all()
    rule = TrimmedMean()
    honest = rule.aggregate(v, F)
    moved = rule.aggregate(np.concatenate([v, b], axis=1), F) - honest
    assert (np.sign(moved) == -np.sign(mean)).all()
    assert len(np.unique(b[0, :, 0])) == F


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MinMax("up"), "one of std, unit, sign"),
        (lambda: MinSum("up"), "one of std, unit, sign"),
        (lambda: FangKrum(0), "least > 0"),
        (lambda: FangTrimmedMean(1), "b > 1"),
    ],
)
def test_refuses_parameters(make, message):
    with pytest.raises(ValueError, match=message):
        make()
