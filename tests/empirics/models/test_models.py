"""Every model has mean 0 and E|Z|^2 = d sigma^2, and says its support exactly."""

from fractions import Fraction

import numpy as np
import pytest

from empirics.models import MODELS
from empirics.models.constant import Constant
from empirics.models.correlated import Correlated
from empirics.models.student_t import StudentT
from empirics.models.three_point import ThreePoint
from empirics.models.two_point import TwoPoint

TRIALS, WORKERS, DIMENSION = 20_000, 3, 2
FINITE = {"constant", "three_point", "two_point"}


def sigma_for(name):
    return 0 if name == "constant" else 2


@pytest.fixture(params=sorted(MODELS))
def name(request):
    return request.param


def test_mean_is_0_and_variance_is_d_sigma_squared(name):
    sigma = sigma_for(name)
    noise = MODELS[name].noise(np.random.default_rng(1), TRIALS, WORKERS, DIMENSION, sigma)
    assert noise.shape == (TRIALS, WORKERS, DIMENSION)
    assert noise.dtype == np.float64
    squares = np.square(noise).sum(axis=2)
    for sample, expected in [(noise[:, :, 0], 0), (squares, DIMENSION * sigma**2)]:
        error = sample.std() / sample.size**0.5
        assert abs(sample.mean() - expected) <= 5 * error


def test_workers_and_trials_are_independent(name):
    noise = MODELS[name].noise(np.random.default_rng(2), TRIALS, 2, 1, sigma_for(name))[:, :, 0]
    for a, b in [(noise[:, 0], noise[:, 1]), (noise[1:, 0], noise[:-1, 0])]:
        assert abs((a * b).mean()) <= 5 * (a * b).std() / len(a) ** 0.5


def test_scales_with_sigma_and_repeats_with_its_seed(name):
    sigma = sigma_for(name)
    one, two = (
        MODELS[name].noise(np.random.default_rng(3), 5, 4, 3, scale) for scale in (sigma, 2 * sigma)
    )
    np.testing.assert_allclose(2 * one, two)
    assert (one == 0).all() == (sigma == 0)


def test_support_has_the_exact_moments(name):
    sigma = Fraction(sigma_for(name))
    support = MODELS[name].support(DIMENSION, sigma)
    assert (support is not None) == (name in FINITE)
    if support is not None:
        assert sum(p for _, p in support) == 1
        for coordinate in range(DIMENSION):
            assert sum(p * vector[coordinate] for vector, p in support) == 0
        squares = sum(p * sum(x * x for x in vector) for vector, p in support)
        assert squares == DIMENSION * sigma**2


@pytest.mark.parametrize("name", sorted(FINITE - {"constant"}), indirect=True)
def test_samples_follow_the_support(name):
    support = MODELS[name].support(2, Fraction(2))
    noise = MODELS[name].noise(np.random.default_rng(4), TRIALS, 1, 2, 2.0)[:, 0]
    seen = 0
    for vector, p in support:
        hits = np.isclose(noise, [float(x) for x in vector], rtol=1e-12).all(axis=1).sum()
        assert abs(hits - TRIALS * p) <= 5 * (TRIALS * p * (1 - p)) ** 0.5
        seen += hits
    assert seen == TRIALS


def test_no_trials_give_no_noise(name):
    assert MODELS[name].noise(np.random.default_rng(), 0, 2, 3, 0.0).shape == (0, 2, 3)


@pytest.mark.parametrize("sigma", [-1.0, np.nan, np.inf])
def test_refuses_a_sigma_that_is_none(name, sigma):
    with pytest.raises(ValueError, match="sigma"):
        MODELS[name].noise(np.random.default_rng(), 1, 1, 1, sigma)


@pytest.mark.parametrize("shape", [(-1, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_refuses_an_empty_shape(name, shape):
    with pytest.raises(ValueError, match="give trials"):
        MODELS[name].noise(np.random.default_rng(), *shape, 0.0)


def test_correlation_is_rho():
    noise = Correlated(0.7).noise(np.random.default_rng(5), TRIALS, 1, 2, 3.0)[:, 0]
    assert np.corrcoef(noise.T)[0, 1] == pytest.approx(0.7, abs=0.02)


def test_labels_tell_parameters():
    assert TwoPoint(Fraction(1, 5)).label == "two_point(p=1/5)"
    assert Constant().label == "constant"


def test_constant_refuses_noise():
    for call in (
        lambda: Constant().noise(np.random.default_rng(), 1, 1, 1, 1.0),
        lambda: Constant().support(1, Fraction(1)),
    ):
        with pytest.raises(ValueError, match="no noise"):
            call()


def test_two_point_says_when_its_values_are_irrational():
    with pytest.raises(ValueError, match="irrational"):
        TwoPoint(Fraction(1, 3)).support(1, Fraction(1))


@pytest.mark.parametrize(
    "build",
    [
        lambda: TwoPoint(0.1),
        lambda: TwoPoint(Fraction(0)),
        lambda: ThreePoint(0),
        lambda: ThreePoint(1.5),
        lambda: StudentT(2),
        lambda: StudentT(np.inf),
        lambda: Correlated(-0.1),
    ],
)
def test_refuses_parameters_without_a_law(build):
    with pytest.raises(ValueError, match="="):
        build()
