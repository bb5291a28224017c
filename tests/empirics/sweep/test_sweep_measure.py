"""What is measured: against exact values, and against bounds that hold or do not."""

import numpy as np
import pytest

from empirics import monte_carlo
from empirics.attacks.far import Far
from empirics.attacks.ipm import InnerProductManipulation
from empirics.attacks.sign_flip import SignFlip
from empirics.models.gaussian import Gaussian
from empirics.rules.krum import Krum
from empirics.rules.linear import Average
from empirics.statistics import Estimate, Verdict
from empirics.sweep.cells import PLAIN, Cell, Sampling
from empirics.sweep.claims import QUANTITIES
from empirics.sweep.measure import estimate, measure
from empirics.sweep.summary import largest, ratios, time_fits


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
