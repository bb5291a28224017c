"""E|G|^r of the models: against sums over all outcomes, integrals, and samples."""

from fractions import Fraction
from itertools import product
from math import hypot, sqrt

import numpy as np
import pytest
from scipy.integrate import trapezoid
from scipy.stats import chi, norm

from empirics.models import MODELS
from empirics.models.correlated import Correlated
from empirics.models.gaussian import Gaussian
from empirics.models.student_t import StudentT
from empirics.models.three_point import ThreePoint
from empirics.models.two_point import TwoPoint
from empirics.sweep.moments import length_moment

PLACES = [(1, 0.0), (1, 0.7), (3, 0.0), (3, 2.5)]


def enumerated(model, r, d, gradient):
    """By all values of all coordinates."""
    law = model.support(1, Fraction(1))
    total = 0.0
    for outcome in product(law, repeat=d):
        p = float(np.prod([float(q) for _, q in outcome]))
        length = np.linalg.norm([float(z) + gradient / sqrt(d) for (z,), _ in outcome])
        total += p * length**r
    return total / hypot(gradient, sqrt(d)) ** r


@pytest.mark.parametrize(("d", "gradient"), PLACES)
@pytest.mark.parametrize(
    "model", [TwoPoint(Fraction(1, 5)), TwoPoint(), ThreePoint(1), ThreePoint()], ids=str
)
def test_finite_laws_against_all_outcomes(model, d, gradient):
    for r in (2, 3, 4):
        expected = enumerated(model, r, d, gradient)
        assert length_moment(model, r, d, gradient) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("d", "gradient"), [(2, 0.0), (2, 0.7), (5, 2.5), (40, 30.0)])
def test_normal_noise_against_an_integral(d, gradient):
    """Over the coordinate along g, and over the length across it, of a chi law."""
    along, across = np.linspace(-9, 9, 1001), np.linspace(0, sqrt(d) + 9, 1001)
    density = norm.pdf(along)[:, np.newaxis] * chi.pdf(across, d - 1)
    length = np.hypot(gradient + along[:, np.newaxis], across)
    for r in (2, 3, 4):
        whole = trapezoid(trapezoid(length**r * density, across), along)
        expected = whole / hypot(gradient, sqrt(d)) ** r
        assert length_moment(Gaussian(), r, d, gradient) == pytest.approx(expected, rel=1e-5)


def test_long_gradients_neither_overflow_nor_jump():
    for model in (Gaussian(), TwoPoint()):
        for gradient in (1e7, 0.99e8, 1.01e8, 1e150, 1e300):
            for r in (3, 4):
                assert length_moment(model, r, 1, gradient) == pytest.approx(1, abs=1e-9)


KNOWN = [MODELS["skewed"], StudentT(dof=12), Correlated(0.3), Correlated(1.0)]


@pytest.mark.parametrize(("d", "gradient"), PLACES)
@pytest.mark.parametrize("model", KNOWN, ids=str)
def test_the_fourth_moment_against_a_sample(model, d, gradient):
    noise = model.noise(np.random.default_rng(7), 100_000, 1, d, 1.0)[:, 0]
    fourth = np.square(noise + gradient / sqrt(d)).sum(axis=1) ** 2 / (gradient**2 + d) ** 2
    error = fourth.std() / sqrt(len(fourth))
    assert abs(length_moment(model, 4, d, gradient) - fourth.mean()) < 4.5 * error


def test_what_is_infinite_or_not_known_is_none():
    assert length_moment(StudentT(dof=4), 4, 3, 1.0) is None
    assert length_moment(MODELS["constant"], 4, 3, 1.0) is None
    assert length_moment(ThreePoint(), 3, 2001, 1.0) is None
    for name in ("skewed", "student_t", "correlated"):
        assert length_moment(MODELS[name], 3, 3, 1.0) is None
        assert length_moment(MODELS[name], 2, 3, 1.0) == 1
