"""Simulated runs: reproducible, and each quantity as the notes define it."""

from dataclasses import replace

import numpy as np
import pytest

from empirics.attacks import ATTACKS
from empirics.dynamics.costs import COSTS
from empirics.dynamics.schedules import SCHEDULES, Schedule
from empirics.dynamics.sgd import Setting, eta, simulate, start, weights
from empirics.models import MODELS
from empirics.rules import RULES


def setting(rule="krum", attack="ipm", **changes):
    parts = (RULES[rule], ATTACKS[attack], MODELS["gaussian"])
    return Setting(*parts, **{"n": 7, "f": 2, "d": 3, "steps": 40, "runs": 4, **changes})


def test_the_same_seed_gives_the_same_runs_whatever_their_number():
    few, many = simulate(setting(runs=2)), simulate(setting(runs=5))
    assert (few.x == many.x[:2]).all()
    assert (simulate(setting(seed=1)).x != many.x[:4]).any()


@pytest.mark.parametrize("attack", ATTACKS)
def test_krum_converges_under_every_attack(attack):
    trace = simulate(setting(attack=attack, steps=60))
    assert (trace.rho[:, -1] < trace.rho[:, 0] / 20).all()


def test_quantities_are_those_of_the_notes():
    trace = simulate(setting(attack="alie", cost=COSTS["sine"]))
    s = trace.setting
    assert trace.x.shape == (4, 41, 3)
    for run, t in ((0, 0), (3, 17), (2, 39)):
        x, f, gamma = trace.x[run, t], trace.aggregate[run, t], trace.gamma[t]
        assert np.allclose(trace.x[run, t + 1], x - gamma * f)
        gradient = 2 * x + 3 * np.sin(2 * x)
        assert np.isclose(trace.h[run, t], sum(x**2 + 3 * np.sin(x) ** 2))
        assert np.isclose(trace.rho[run, t], gradient @ gradient)
        beyond = max(x @ x - s.region, 0)
        assert np.isclose(trace.u[run, t], beyond**2)
        for sums, summand in (
            (trace.descent_sum, gamma * (f @ gradient)),
            (trace.rho_sum, gamma * (gradient @ gradient)),
            (trace.outward_sum, gamma * (x @ f) * 2 * beyond),
        ):
            before = sums[run, t - 1] if t else 0
            assert np.isclose(sums[run, t], before + summand)
    assert (trace.u[:, 0] > 0).all()
    assert (trace.u[:, -1] == 0).all()


def test_correct_workers_send_the_gradient_where_there_is_no_noise():
    trace = simulate(setting(sin_alpha=0, f=0))
    assert (trace.aggregate == trace.x[:, :-1]).all()


def test_noise_meets_hypothesis_iv_with_equality():
    trace = simulate(setting("average", f=0, d=50, steps=1, runs=400, sin_alpha=1))
    noise = trace.aggregate[:, 0] - trace.x[:, 0]
    sigma2 = trace.rho[0, 0] / (eta(7, 0) ** 2 * 50)
    assert np.isclose(np.square(noise).sum(axis=1).mean(), 50 * sigma2 / 7, rtol=0.05)


def test_far_worker_moves_the_average_and_not_krum():
    kept, lost = (simulate(setting(rule, "far", f=1)) for rule in ("krum", "average"))
    assert kept.rho.max() < 100
    assert lost.rho[:, -1].min() > 1e12


def test_rules_are_compared_on_the_same_noise():
    a, b = (simulate(setting(rule, f=0, steps=1)).x for rule in ("krum", "average"))
    assert (a[:, 0] == b[:, 0]).all()
    assert np.abs(a[:, 1] - b[:, 1]).max() < 1


def test_mu_printed_has_a_pole_and_repaired_has_none():
    printed, repaired = weights(np.array([0.5, 1.0, 0.5]), 1.0)
    assert printed[0] == pytest.approx(4 / 3)
    assert np.isnan(printed[1:]).all()
    assert repaired.tolist() == pytest.approx([1, 4 / 5, 2 / 5])


def test_a_run_that_diverges_is_refused():
    with pytest.raises(ValueError, match="diverges"):
        simulate(setting(cost=COSTS["quartic"], schedule=Schedule(a=3), horizon=9.0))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n": 6}, "2f \\+ 2 < n"),
        ({"steps": 0}, "steps = 0"),
        ({"f": -1}, "f = -1"),
        ({"sin_alpha": 1.5}, "between 0 and 1"),
        ({"horizon": -1.0}, "horizon D"),
        ({"growth": float("nan")}, "B = nan"),
        ({"runs": 10**8}, "give less"),
    ],
)
def test_settings_that_cannot_be_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        setting(**changes)


def test_constant_model_says_that_it_has_no_noise():
    constant = replace(setting(), model=MODELS["constant"])
    with pytest.raises(ValueError, match="no noise"):
        simulate(constant)
    simulate(replace(constant, sin_alpha=0.0))


@pytest.mark.parametrize("cost", COSTS.values(), ids=lambda cost: cost.name)
def test_gradients_are_derivatives(cost):
    x = np.random.default_rng(0).standard_normal((50, 3))
    assert (cost.value(x) >= 0).all()
    for axis in range(3):
        e = 1e-6 * np.eye(3)[axis]
        slope = (cost.value(x + e) - cost.value(x - e)) / 2e-6
        assert np.allclose(slope, cost.gradient(x)[:, axis], atol=1e-6)


def test_the_sine_cost_points_outward_beyond_its_horizon():
    x = np.random.default_rng(0).standard_normal((2000, 4))
    radius = np.sqrt(COSTS["sine"].horizon(4)) * (1 + np.arange(2000) % 5)
    x *= (radius / np.sqrt(np.square(x).sum(axis=1)))[:, None]
    g = COSTS["sine"].gradient(x)
    cosine = (x * g).sum(axis=1) / np.sqrt(np.square(x).sum(axis=1) * np.square(g).sum(axis=1))
    assert cosine.min() > 0.6


def test_schedules_say_whether_ii_holds():
    good = {name for name, s in SCHEDULES.items() if s.sum_diverges and s.squares_summable}
    assert good == {"standard", "harmonic", "three_quarters"}
    with pytest.raises(ValueError, match="step sizes"):
        Schedule(a=0)
    with pytest.raises(ValueError, match="step sizes"):
        Schedule(b=float("nan"))


def test_runs_start_beyond_the_horizon():
    assert np.square(start(setting(horizon=2.0))).sum() == pytest.approx(8)
    assert np.square(start(setting(horizon=0.0))).sum() == pytest.approx(12)
