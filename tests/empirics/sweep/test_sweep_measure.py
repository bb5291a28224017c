"""What is measured: against exact values, and against bounds that hold or do not."""

from dataclasses import replace
from math import hypot, sqrt

import numpy as np
import pytest
from scipy.stats import binom

from empirics import monte_carlo
from empirics.attacks import ATTACKS
from empirics.attacks.far import Far
from empirics.attacks.ipm import InnerProductManipulation
from empirics.attacks.sign_flip import SignFlip
from empirics.models import MODELS
from empirics.models.gaussian import Gaussian
from empirics.models.skewed import Skewed
from empirics.rules import RULES
from empirics.rules.krum import Krum
from empirics.rules.linear import Average
from empirics.statistics import Estimate, Verdict
from empirics.sweep.cells import MEASUREMENT, PLAIN, REDUCED, Cell, Sampling
from empirics.sweep.claims import QUANTITIES
from empirics.sweep.measure import estimate, measure
from empirics.sweep.moments import length_moment
from empirics.sweep.summary import LEVEL, angles, largest, ratios, time_fits


def test_averaging_without_adversary_has_known_moments():
    sampling = Sampling(trials=4096, groups=32)
    found = measure(Cell(Average(), Gaussian(), SignFlip(), 10, 0, 4, 3.0), sampling).values
    assert found["byzantine"] is None
    bias, error = (estimate(found, name, sampling) for name in ("bias", "error"))
    assert bias.lower(1e-6) < 0 < bias.upper(1e-6)
    assert error.lower(1e-6) < 4 / 10 < error.upper(1e-6)


def test_the_bias_of_averaging_under_attack_is_exact_in_the_mean():
    # With f of n sending -2g - mean Z instead of noise: E F - g = -2 (f / n) g.
    sampling = Sampling(trials=2048, groups=16)
    found = measure(Cell(Average(), Gaussian(), SignFlip(), 10, 2, 3, 5.0), sampling).values
    bias = estimate(found, "bias", sampling)
    assert bias.lower(1e-6) < 4 < bias.upper(1e-6)
    assert found["along"] == pytest.approx(-2, abs=0.1)


def test_batches_do_not_change_what_is_drawn_by_krum(monkeypatch):
    cell = Cell(Krum(), Gaussian(), InnerProductManipulation(), 7, 2, 3, 1.0)
    sampling = Sampling(trials=512, groups=8)
    whole = measure(cell, sampling).values
    assert 0 < whole["byzantine"] < 1
    assert whole == measure(cell, sampling).values
    monkeypatch.setattr(monte_carlo, "_CHUNK", 5 * 3 * 20)
    parts = measure(cell, sampling).values
    assert parts["bias"] == pytest.approx(whole["bias"], rel=1e-9)
    assert parts["byzantine"] == whole["byzantine"]


def test_a_bound_is_contradicted_only_beyond_doubt():
    far = measure(Cell(Average(), Gaussian(), Far(), 10, 2, 3, 0.0), Sampling()).values
    bias, angle = QUANTITIES["bias"], QUANTITIES["angle"]
    assert bias.compare(estimate(far, "bias", Sampling()), 100.0, 0.001, 10) is Verdict.CONTRADICTED
    assert bias.compare(Estimate(1.1, 0.1, 32), 1.0, 0.001, 10) is Verdict.NOT_CONTRADICTED
    assert bias.compare(Estimate(0.1, 0.1, 32), 1.0, 0.001, 10) is Verdict.NOT_CONTRADICTED
    assert angle.compare(Estimate(0.1, 0.1, 32), 1.0, 0.001, 10) is Verdict.CONTRADICTED
    assert angle.compare(Estimate(0.9, 0.1, 32), 1.0, 0.001, 10) is Verdict.NOT_CONTRADICTED
    assert angle.compare(Estimate(1.1, 0.0, 32), 1.0, 0.001, 10) is Verdict.NOT_CONTRADICTED


def rows_of(times):
    cell = {"rule": "krum", "model": "m", "attack": "a", "f": 1, "gradient": 1.0}
    cell["method"] = PLAIN
    rows, timings = [], {}
    for (n, d), seconds in times.items():
        key = f"{n},{d}"
        result = {"bias": 2.0 * d, "error": 3.0}
        claims = {"1-8a": {"quantity": "bias", "bound": 4.0 * d, "share": 0.5}}
        entry = {"key": key, "cell": {**cell, "n": n, "d": d}, "result": result, "claims": claims}
        rows.append(entry)
        timings[key] = (1.0, seconds)
    return rows, timings


def test_exponents_of_a_power_law_are_recovered():
    sizes = [(n, d) for n in (5, 10, 40) for d in (1, 10, 100)]
    rows, timings = rows_of({(n, d): 1e-6 * n**2 * d**0.5 for n, d in sizes})
    (fit,) = time_fits(rows, timings)
    for name, power in (("n", 2), ("d", 0.5)):
        found = fit.exponents[name]
        assert (found.value, *found.interval, found.last) == pytest.approx((power,) * 4)
    assert fit.constant == pytest.approx(1e-6)
    assert fit.points == [(n, d, pytest.approx(1e-6 * n**2 * d**0.5)) for n, d in sizes]


def test_no_exponent_is_made_up():
    assert time_fits(*rows_of({(5, 1): 1.0})) == []
    assert time_fits(*rows_of({(5, 1): 1.0, (10, 2): 2.0})) == []  # one line: n or d?
    (fit,) = time_fits(*rows_of({(5, 1): 1.0, (10, 1): 4.0}))
    assert list(fit.exponents) == ["n"]
    assert fit.exponents["n"].value == pytest.approx(2)
    assert np.isnan(fit.exponents["n"].interval).all()


def test_ratios_run_along_one_axis_with_all_else_equal():
    rows, _ = rows_of({(5, 1): 1.0, (5, 10): 1.0, (7, 1): 1.0})
    (series,) = ratios(rows, "d")
    assert series.x == [1.0, 10.0]
    assert series.ratio == [0.5, 0.5]
    assert series.family == ("1-8a", "krum")
    assert "n = 5" in series.label
    assert ratios(rows, "f/n") == []
    rows[1]["claims"]["1-8a"]["share"] = 2.0
    more = rows_of({(9, 10): 1.0, (9, 1): 1.0})[0]
    assert largest(ratios(rows + more, "d")) == {("1-8a", "krum"): ([1.0, 10.0], [0.5, 2.0])}
    rows[0]["result"] = None
    assert ratios(rows, "d") == []


@pytest.mark.parametrize("method", [PLAIN, REDUCED])
def test_angle_and_moments_of_averaging_are_those_that_are_known(method):
    """F = g + N(0, I / 10) without adversary; <E F, g> = (1 - 2 f / n)|g|^2 with sign flip."""
    sampling = Sampling(trials=4096, groups=32)
    length, d = 2.0, 30
    found = measure(Cell(Average(), Gaussian(), SignFlip(), 10, 0, d, length, method), sampling)
    for r in (2, 3, 4):
        scale = (length**2 + d / 10) / (length**2 + d)  # F has the law of G / sqrt(10)
        exact = length_moment(Gaussian(), r, d, length * sqrt(10)) * scale ** (r / 2)
        assert within(found, f"moment_{r}", exact, sampling)
    assert within(found, "angle", 1, sampling)
    flipped = Cell(Average(), Gaussian(), SignFlip(), 10, 2, d, length, method)
    assert within(measure(flipped, sampling), "angle", 1 - 2 * 2 / 10, sampling)


def within(measured, quantity, exact, sampling):
    found = estimate(measured.values, quantity, sampling)
    return found.lower(1e-6) < exact < found.upper(1e-6)


@pytest.mark.parametrize("gradient", [0.0, 3.0])
def test_the_reduction_measures_the_same_with_other_numbers(gradient):
    sampling = Sampling(trials=8192, groups=32)
    attack = InnerProductManipulation()
    plain, reduced = (
        measure(Cell(Krum(), Gaussian(), attack, 7, 2, 30, gradient, method), sampling)
        for method in (PLAIN, REDUCED)
    )
    assert plain.values.keys() == reduced.values.keys()
    names = ["bias", "error", "moment_2", "moment_3", "moment_4"] + ["angle"] * (gradient > 0)
    for name in names:
        one, other = (estimate(each.values, name, sampling) for each in (plain, reduced))
        assert one.value != other.value
        error = hypot(one.standard_error, other.standard_error)
        assert abs(one.value - other.value) < 5 * error, name
    assert plain.values["byzantine"] == pytest.approx(reduced.values["byzantine"], abs=0.03)
    assert (plain.values["angle"] is None) == (gradient == 0)


def test_a_true_claim_about_the_angle_is_contradicted_as_rarely_as_the_level_says():
    """Averaging a skewed law without adversary: <E F, g> = |g|^2 exactly, so the claim is sharp."""
    level, runs, alarms = 0.05, 300, 0
    cell = Cell(Average(), Skewed(), SignFlip(), 3, 0, 1, 2.0)
    for seed in range(runs):
        sampling = Sampling(trials=256, groups=16, seed=seed)
        found = estimate(measure(cell, sampling).values, "angle", sampling)
        alarms += QUANTITIES["angle"].compare(found, 1.0, level, 1) is Verdict.CONTRADICTED
    assert alarms > 0
    assert binom.sf(alarms - 1, runs, level) > 1e-4


PARTS = {
    "rule": (RULES, "average krum median multi_krum trimmed_mean"),
    "model": (MODELS, "correlated gaussian skewed student_t three_point two_point"),
    "attack": (
        ATTACKS,
        "alie far gaussian honest ipm mimic optimised_alie optimised_ipm sign_flip worst_case",
    ),
}
SUMS = {
    "rule": 6.9576075281288245,
    "model": 15.101880930139844,
    "attack": 85.99982446604153,
    "method": 2.6750468544136883,
}
"""Of E|F - g|^2 over all parts of a kind, the others as usual, in version 2."""


def test_the_numbers_are_those_of_this_version():
    """If this fails for a good reason, raise MEASUREMENT: old files hold other numbers."""
    usual = Cell(Krum(), Gaussian(), InnerProductManipulation(), 7, 2, 9, 1.0)
    cells = {
        kind: [replace(usual, **{kind: known[name]}) for name in names.split()]
        for kind, (known, names) in PARTS.items()
    }
    cells["method"] = [replace(usual, method=REDUCED)]
    sampling = Sampling(trials=64, groups=8)
    found = {
        kind: sum(measure(cell, sampling).values["error"] for cell in some)
        for kind, some in cells.items()
    }
    assert MEASUREMENT == 2
    assert found == pytest.approx(SUMS, rel=1e-9)


def test_the_angle_is_summed_up_for_every_rule():
    rows = []
    for gradient, angle, bound in ((10.0, 0.9, 0.5), (20.0, 0.97, 0.75), (20.0, 0.94, 0.75)):
        cell = {"rule": "krum", "n": 7, "f": 2, "d": 3, "gradient": gradient}
        claims = {"ball-b": {"quantity": "angle", "bound": bound}}
        rows.append({"cell": cell, "result": {"angle": angle}, "claims": claims})
    (found,) = angles(rows)
    assert found.gradients == [10.0, 20.0]
    assert found.largest == pytest.approx([0.1, 0.06])
    assert found.bounds == [([10.0, 20.0], pytest.approx([0.5, 0.25]))]
    assert angles(rows[1:]) == []


def test_times_are_compared_with_like_times_and_not_with_reductions():
    rows, timings = rows_of({(n, d): 1e-6 * n * d for n in (5, 10, 20) for d in (1, 8)})
    slow, more = rows_of({(40, 1): 1e-3 * 40})
    slow[0]["key"], slow[0]["cell"]["attack"] = "slow", "b"  # one size, so that it tells nothing
    timings["slow"] = more["40,1"]
    reduced, more = rows_of({(80, 1): 1e-9})
    reduced[0]["cell"]["method"] = REDUCED
    (fit,) = time_fits([*rows, *slow, *reduced], timings | more)
    assert fit.exponents["n"].value == pytest.approx(1)
    assert fit.exponents["d"].value == pytest.approx(1)
    assert {n for n, _, _ in fit.points} == {5, 10, 20, 40}


def test_intervals_of_exponents_hold_the_truth_as_often_as_they_say():
    rng, hits, runs = np.random.default_rng(3), 0, 200
    for _ in range(runs):
        sizes = [(n, d) for n in (5, 10, 20) for d in (1, 10)]
        noisy = {(n, d): n**2 * d * np.exp(0.3 * rng.standard_normal()) for n, d in sizes}
        (fit,) = time_fits(*rows_of(noisy))
        low, high = fit.exponents["n"].interval
        hits += low < 2 < high
    assert binom.cdf(hits, runs, LEVEL) > 1e-4
    assert binom.sf(hits - 1, runs, LEVEL) > 1e-4
