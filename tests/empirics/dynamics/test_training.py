"""Training on data: shards, momentum and attacks as they are said to be, the same for one seed."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from empirics.attacks import ATTACKS
from empirics.dynamics import training
from empirics.dynamics.training import Data, Training, defined, digits, dirichlet_shards, train
from empirics.rules import RULES


@pytest.fixture(scope="module")
def data():
    """Three hundred examples that a linear model can tell apart, and that differ by label."""
    rng = np.random.default_rng(0)
    labels = np.arange(300) % 10
    features = 0.3 * rng.standard_normal((300, 11)) + np.eye(11)[labels]
    features[:, -1] = 1
    return Data(features, labels)


def setting(rule="average", attack="honest", **changes):
    attack = ATTACKS.get(attack, attack)
    return Training(RULES[rule], attack, **{"n": 13, "f": 2, "steps": 30, "runs": 2, **changes})


def test_the_same_seed_gives_the_same_runs_whatever_their_number(data):
    few, many = train(setting(attack="alie"), data), train(setting(attack="alie", runs=3), data)
    np.testing.assert_array_equal(few.accuracy, many.accuracy[:2])
    other = train(setting(attack="alie", seed=1), data)
    assert (few.loss != other.loss).any()


def test_without_an_attack_it_learns(data):
    learned = train(setting(steps=100), data)
    assert learned.steps[0] == 0
    assert learned.steps[-1] == 100
    np.testing.assert_allclose(learned.loss[:, 0], np.log(10))
    assert learned.accuracy[:, -1].min() > 0.8
    assert learned.loss[:, -1].max() < 1


def test_gradient_is_the_derivative(data):
    rng = np.random.default_rng(1)
    weights = rng.standard_normal((11, 10))

    def loss(w):
        logs = training._log_probabilities(w, data.features)
        return -logs[range(300), data.labels].mean() + training.DECAY * np.square(w).sum() / 2

    gradient = training._gradient(weights, data.features, data.labels)
    for i, j in ((0, 0), (5, 9), (10, 3)):
        step = np.zeros((11, 10))
        step[i, j] = 1e-6
        slope = (loss(weights + step) - loss(weights - step)) / 2e-6
        assert gradient[i, j] == pytest.approx(slope, abs=1e-6)


def test_momentum_is_the_average_that_the_paper_sends(data):
    plain = training._Run(setting(momentum=0.0), data, 0)
    heavy = training._Run(setting(momentum=0.5), data, 0)
    weights = np.zeros((11, 10))
    first, second = plain.send(weights), plain.send(weights)
    heavy.send(weights)
    np.testing.assert_allclose(heavy.send(weights), 0.25 * first + 0.5 * second)


def test_attacks_see_what_the_correct_workers_send(data):
    run = training._Run(setting(attack="sign_flip"), data, 0)
    sent = run.send(np.zeros((11, 10)))
    np.testing.assert_allclose(sent[11:], np.tile(-sent[:11].mean(axis=0), (2, 1)), atol=1e-12)


def test_label_flip_turns_the_labels_of_the_byzantine_workers_alone(data):
    honest, flipped = (training._Run(setting(attack=a), data, 0) for a in ("honest", "label_flip"))
    for i, (before, after) in enumerate(zip(honest.shards, flipped.shards, strict=True)):
        np.testing.assert_array_equal(before.features, after.features)
        np.testing.assert_array_equal(after.labels, 9 - before.labels if i >= 11 else before.labels)


def test_an_attack_ruins_the_average_and_not_krum(data):
    lost, kept = (
        train(setting(rule, "far", steps=60), data).accuracy[:, -1] for rule in ("average", "krum")
    )
    assert lost.max() < 0.5 < kept.min()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("attack", ["min_max", "label_flip"])
def test_every_rule_and_attack_goes_together(rule, attack, data):
    learned = train(setting(rule, attack, steps=3), data)
    assert np.isfinite(learned.loss).all()


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_attack_can_be_used(attack, data):
    assert np.isfinite(train(setting("median", attack, steps=2), data).loss).all()


def test_buckets_change_with_the_steps():
    rule = RULES["bucketing"]
    assert training._rule_of(rule, 3) == replace(rule, seed=3)
    assert training._rule_of(RULES["krum"], 3) == RULES["krum"]


def test_small_alpha_gives_one_sided_shards():
    labels = np.arange(1000) % 10
    rng = np.random.default_rng(0)

    def kinds(alpha):
        shards = dirichlet_shards(labels, 20, alpha, rng)
        assert sorted(np.concatenate(shards)) == list(range(1000))
        return np.mean([len(np.unique(labels[shard])) for shard in shards])

    assert kinds(0.05) < 4 < 9 < kinds(100.0)
    with pytest.raises(ValueError, match="3 examples for n = 4"):
        dirichlet_shards(np.arange(3), 4, 1.0, rng)


def test_rules_that_refuse_are_named():
    good, refused = defined(list(RULES.values()), 13, 3)
    assert {"bulyan", "bucketing"} == set(refused)
    assert len(good) == len(RULES) - 2
    assert "n >= 4f + 3" in refused["bulyan"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n": 0}, "n = 0"),
        ({"f": 13}, "f < n"),
        ({"n": 1000}, "too few"),
        ({"steps": 0}, "steps = 0"),
        ({"momentum": 1.0}, "momentum = 1.0"),
        ({"rate": float("nan")}, "rate = nan"),
        ({"alpha": 0.0}, "alpha = 0.0"),
        ({"seed": -1}, "seed = -1"),
    ],
)
def test_refuses_what_cannot_be_trained(changes, message):
    with pytest.raises(ValueError, match=message):
        setting(**changes)


def test_without_scikit_learn_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'byzproof\[data\]'"):
        digits()


def test_the_digits_are_what_they_are_said_to_be():
    pytest.importorskip("sklearn")
    found = digits()
    assert found.features.shape == (1797, 65)
    assert found.features.min() == 0
    assert found.features.max() == 1
    assert set(found.labels.tolist()) == set(range(10))
