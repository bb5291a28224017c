"""Averages over many trials are those of the trials, and need the memory of a few."""

import subprocess
import sys

import numpy as np
import pytest

from empirics import monte_carlo
from empirics.attacks import ATTACKS
from empirics.models import MODELS
from empirics.monte_carlo import Setting, averages, outcomes
from empirics.rules import RULES
from empirics.rules.krum import chosen
from tests.limits import LIMIT


def setting(model="gaussian", attack="ipm", rule="krum", n=11, f=3, d=4, sigma=2.0):
    gradient = np.linspace(0.5, 1.5, d)
    return Setting(MODELS[model], ATTACKS[attack], n, f, gradient, sigma, RULES[rule])


@pytest.mark.parametrize("model", ["gaussian", "student_t", "two_point"])
@pytest.mark.parametrize("attack", ["ipm", "alie", "honest", "gaussian"])
def test_outcomes_are_those_of_krum_on_the_vectors(model, attack):
    it = setting(model, attack)
    (found,) = outcomes(it, np.random.default_rng(8), 300)
    rng = np.random.default_rng(8)
    noise = it.model.noise(rng, 300, 8, 4, 2.0)
    offsets = np.concatenate([noise, it.attack(rng, noise, it.gradient, 3)], axis=1)
    choice = chosen(offsets, 3)
    error = offsets[np.arange(300), choice]
    np.testing.assert_array_equal(found.byzantine, choice >= 8)
    np.testing.assert_allclose(found.squared, np.square(error).sum(axis=1))
    unit = it.gradient / np.linalg.norm(it.gradient)
    np.testing.assert_allclose(found.along, error @ unit, atol=1e-14)


@pytest.mark.parametrize("rule", ["average", "median", "multi_krum"])
def test_rules_that_do_not_choose_have_errors_all_the_same(rule):
    it = setting(rule=rule)
    (found,) = outcomes(it, np.random.default_rng(8), 50)
    assert found.byzantine is None
    assert found.squared.shape == found.along.shape == (50,)
    assert averages(it, np.random.default_rng(8), 50).byzantine is None


@pytest.mark.parametrize("reduced", [False, True])
@pytest.mark.parametrize("trials", [1, 2, 7, 100])
def test_chunks_make_up_all_trials(monkeypatch, reduced, trials):
    monkeypatch.setattr(monte_carlo, "_CHUNK", 100)
    it = setting()
    parts = list(outcomes(it, np.random.default_rng(8), trials, reduced=reduced))
    assert sum(part.squared.size for part in parts) == trials
    assert trials == 1 or min(part.squared.size for part in parts) > 1
    found = averages(it, np.random.default_rng(8), trials, reduced=reduced)
    for name in ("along", "squared", "byzantine"):
        every = np.concatenate([getattr(part, name) for part in parts])
        assert getattr(found, name) == pytest.approx(every.mean())


def test_without_a_gradient_the_first_coordinate_counts():
    it = Setting(MODELS["gaussian"], ATTACKS["mimic"], 5, 1, np.zeros(3))
    for reduced in (False, True):
        (found,) = outcomes(it, np.random.default_rng(8), 50, reduced=reduced)
        assert (np.square(found.along) <= found.squared).all()


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"n": 3, "f": 3}, "give 0 <= f < n"),
        ({"gradient": np.ones((2, 2))}, r"give \[d\]"),
        ({"gradient": np.array([1.0, np.nan])}, "not finite"),
    ],
)
def test_refuses_what_is_no_experiment(bad, message):
    good = {
        "model": MODELS["gaussian"],
        "attack": ATTACKS["ipm"],
        "n": 5,
        "f": 1,
        "gradient": np.ones(2),
    }
    with pytest.raises(ValueError, match=message):
        Setting(**(good | bad))


def test_refuses_no_trials_and_reductions_that_are_not_exact():
    with pytest.raises(ValueError, match="trials = 0"):
        averages(setting(), np.random.default_rng(0), 0)
    with pytest.raises(ValueError, match="no exact reduction for the attack alie"):
        averages(setting(attack="alie"), np.random.default_rng(0), 5, reduced=True)


PEAK = """
import re, resource, sys
from pathlib import Path
import numpy as np
from empirics.attacks.ipm import InnerProductManipulation
from empirics.models.gaussian import Gaussian
from empirics.monte_carlo import Setting, averages
n, f, d, trials, reduced = (int(x) for x in sys.argv[1:])
it = Setting(Gaussian(), InnerProductManipulation(), n, f, np.ones(d))
averages(it, np.random.default_rng(0), trials, reduced=bool(reduced))
status = Path("/proc/self/status")
if status.exists():  # the other figure starts with that of the process that started this one
    print(re.search("VmHWM:[^0-9]*([0-9]+)", status.read_text())[1])
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.parametrize(
    ("n", "f", "d", "reduced", "few"),
    [(11, 3, 10, 0, 30_000), (100, 30, 10_000, 0, 4), (100, 30, 10_000, 1, 500)],
)
def test_memory_does_not_grow_with_the_trials(n, f, d, reduced, few):
    pytest.importorskip("resource", reason="this system does not measure memory so")

    def megabytes(trials):
        command = [sys.executable, "-c", PEAK, *map(str, (n, f, d, trials, reduced))]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=LIMIT)
        kilobytes = int(done.stdout) / (1024 if sys.platform == "darwin" else 1)
        return kilobytes / 1024

    peak = megabytes(8 * few)
    assert peak < 300
    assert peak < megabytes(few) + 40
