"""The reduction has the law of all coordinates: exactly, by rotation, and in samples."""

from fractions import Fraction
from itertools import combinations_with_replacement
from math import prod

import numpy as np
import pytest
from scipy.stats import fisher_exact, ks_2samp

from empirics.attacks import ATTACKS
from empirics.models import MODELS
from empirics.models.gaussian import Gaussian
from empirics.monte_carlo import Setting, outcomes
from empirics.reduction import (
    EQUIVARIANT,
    LINEAR,
    SPHERICAL,
    reduced_dimension,
    reduced_gradient,
    reduced_noise,
    refuse_unless_exact,
)
from empirics.rules import RULES
from empirics.rules.krum import Krum

LEVEL = 1e-6
"""Of each comparison of two samples."""


class Recorder:
    """A generator whose draws tell where they went: a number for each, the root of its square."""

    def __init__(self):
        self.freedom = {}

    def standard_normal(self, shape=None, out=None):
        out = np.empty(shape) if out is None else out
        for place in np.ndindex(out.shape):
            out[place] = self._next(None)
        return out

    def chisquare(self, freedom, size):
        return np.array([float(self._next(freedom)) ** 2 for _ in range(size)])

    def _next(self, freedom):
        self.freedom[len(self.freedom) + 1] = freedom
        return len(self.freedom)


def moment(powers, freedom):
    """E of a product of independent variables: a normal one, or the root of a chi-squared one."""
    values = []
    for name, power in powers.items():
        nu = freedom[name]
        if power % 2:
            # A root's odd moments are irrational; no monomial needs one.
            assert nu is None or any(p % 2 and freedom[x] is None for x, p in powers.items())
            return Fraction(0)
        # (p - 1)!! = 1 (1 + 2) (1 + 4) .. and nu (nu + 2) .. with p / 2 factors.
        values.append(prod(range(nu or 1, (nu or 1) + power, 2)))
    return Fraction(prod(values))


def expected_product(rows, pairs, freedom):
    """E prod <row_i, row_j> over pairs (i, j): rows hold the names of variables, 0 for none."""
    terms = [{}]
    for i, j in pairs:
        terms = [
            {**term, a: term.get(a, 0) + 1} | {b: term.get(b, 0) + 1 + (a == b)}
            for term in terms
            for a, b in zip(rows[i], rows[j], strict=True)
            if a and b
        ]
    return sum((moment(term, freedom) for term in terms), Fraction(0))


@pytest.mark.parametrize("d", [1, 2, 3, 4, 5, 7])
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_inner_products_have_the_moments_of_normal_vectors(workers, d):
    """All moments up to the third order of the lengths, angles and coordinates along g, exactly."""
    recorder = Recorder()
    noise = reduced_noise(recorder, 1, workers, d, 1.0)[0].astype(int)
    assert len(recorder.freedom) == np.count_nonzero(noise)
    full = np.arange(1, workers * d + 1).reshape(workers, d)
    pairs = list(combinations_with_replacement(range(workers), 2))
    for order in (1, 2, 3):
        for chosen in combinations_with_replacement(pairs, order):
            assert expected_product(noise[:, 1:], chosen, recorder.freedom) == expected_product(
                full[:, 1:], chosen, dict.fromkeys(full.flat)
            )
    along = noise[:, 0]
    assert len({*along}) == workers
    assert not {*along} & {*noise[:, 1:].flat}
    assert all(recorder.freedom[name] is None for name in along)


def triangular(noise, gradient):
    """The same noise in coordinates of each trial's own, in which it is as it would be drawn."""
    d, workers = gradient.size, noise.shape[1]
    frame, _ = np.linalg.qr(np.column_stack([gradient, np.eye(d)[:, : d - 1]]))
    frame[:, 0] = gradient / np.linalg.norm(gradient)
    along, across = np.split(noise @ frame, [1], axis=2)
    upper = np.linalg.qr(across.swapaxes(1, 2), mode="r")
    assert upper.shape[1] == reduced_dimension(workers, d) - 1
    return np.concatenate([along, upper.swapaxes(1, 2)], axis=2)


def rotated(model, attack, rule, n, f, gradient, trials=40):
    """(along, squared) with all coordinates, and with those that are left, from the same noise."""
    rng = np.random.default_rng(3)
    noise = model.noise(rng, trials, n - f, gradient.size, 1.0)
    pairs = [
        (noise, gradient),
        (triangular(noise, gradient), reduced_gradient(gradient, n - f)),
    ]
    results = []
    for z, g in pairs:
        vectors = np.concatenate([z, attack(np.random.default_rng(4), z, g, f)], axis=1)
        error = rule.aggregate(vectors, f)
        results.append([error @ g, np.square(error).sum(axis=1)])
    return results


@pytest.mark.parametrize("attack", [a for a in ATTACKS.values() if type(a) in LINEAR], ids=str)
@pytest.mark.parametrize("rule", [r for r in RULES.values() if type(r) in EQUIVARIANT], ids=str)
@pytest.mark.parametrize("d", [2, 5, 30])
def test_a_rotation_about_the_gradient_changes_nothing_that_is_measured(attack, rule, d):
    gradient = np.linspace(0.3, 1.0, d)
    full, reduced = rotated(Gaussian(), attack, rule, 9, 2, gradient)
    np.testing.assert_allclose(reduced, full, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("attack", "rule"), [("alie", "krum"), ("sign_flip", "median"), ("ipm", "trimmed_mean")]
)
def test_but_it_changes_what_depends_on_coordinates(attack, rule):
    full, reduced = rotated(Gaussian(), ATTACKS[attack], RULES[rule], 9, 2, np.ones(5))
    assert not np.allclose(reduced, full, rtol=1e-3)


@pytest.mark.parametrize("attack", [name for name, a in ATTACKS.items() if type(a) in LINEAR])
@pytest.mark.parametrize(("n", "f", "d"), [(7, 2, 1), (7, 2, 3), (7, 2, 40)])
def test_samples_agree_with_the_plain_path(attack, n, f, d):
    compare(Setting(Gaussian(), ATTACKS[attack], n, f, np.full(d, 0.7), sigma=1.5))


def test_samples_agree_without_a_gradient_whose_direction_an_attack_could_take():
    compare(Setting(Gaussian(), ATTACKS["worst_case"], 7, 2, np.zeros(9)))


def compare(setting):
    plain, reduced = (
        sample(setting, np.random.default_rng(seed), 2000, reduced=bool(seed)) for seed in (0, 1)
    )
    assert ks_2samp(plain.along, reduced.along).pvalue > LEVEL
    assert ks_2samp(plain.squared, reduced.squared).pvalue > LEVEL
    table = [[s.byzantine.sum(), (~s.byzantine).sum()] for s in (plain, reduced)]
    assert fisher_exact(table).pvalue > LEVEL


def test_the_comparison_would_notice_a_dimension_too_few():
    settings = [Setting(Gaussian(), ATTACKS["ipm"], 7, 2, np.full(d, 0.7)) for d in (10, 9)]
    plain, reduced = (
        sample(setting, np.random.default_rng(seed), 2000, reduced=bool(seed))
        for seed, setting in enumerate(settings)
    )
    assert ks_2samp(plain.squared, reduced.squared).pvalue < LEVEL


def sample(setting, rng, trials, reduced):
    (result,) = outcomes(setting, rng, trials, reduced=reduced)
    return result


@pytest.mark.parametrize("name", MODELS)
def test_only_spherical_models_are_reduced(name):
    if type(MODELS[name]) in SPHERICAL:
        refuse_unless_exact(MODELS[name], ATTACKS["ipm"], Krum())
    else:
        with pytest.raises(ValueError, match=f"for the model {name}.* take one of: gaussian"):
            refuse_unless_exact(MODELS[name], ATTACKS["ipm"], Krum())


@pytest.mark.parametrize("name", ATTACKS)
def test_only_linear_attacks_are_reduced(name):
    if type(ATTACKS[name]) in LINEAR:
        refuse_unless_exact(Gaussian(), ATTACKS[name], Krum())
    else:
        with pytest.raises(ValueError, match=f"for the attack {name}.* take one of: sign_flip"):
            refuse_unless_exact(Gaussian(), ATTACKS[name], Krum())


def test_a_search_with_a_coordinatewise_rule_is_not_reduced():
    attack = type(ATTACKS["optimised_ipm"])(against="median")
    with pytest.raises(ValueError, match="searches with a rule that needs coordinates"):
        refuse_unless_exact(Gaussian(), attack, Krum())


@pytest.mark.parametrize("name", ["median", "trimmed_mean"])
def test_only_equivariant_rules_are_reduced(name):
    with pytest.raises(ValueError, match=f"for the rule {name}.* take one of: krum"):
        refuse_unless_exact(Gaussian(), ATTACKS["ipm"], RULES[name])


def test_what_is_no_noise_is_refused():
    rng = np.random.default_rng(0)
    for bad in [(-1, 3, 2, 1.0), (1, 0, 2, 1.0), (1, 3, 0, 1.0), (1, 3, 2, -1.0)]:
        with pytest.raises(ValueError, match="give"):
            reduced_noise(rng, *bad)
