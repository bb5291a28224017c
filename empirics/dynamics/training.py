"""Training on data under attack: logistic regression, heterogeneous shards, momentum, many seeds.

The data are the handwritten digits that scikit-learn ships: 1797 images of 8 x 8 pixels, of which a
fifth are kept for the test. Each of n workers has a shard of the rest: of each digit a share by a
Dirichlet law with parameter `alpha`, as in Hsu, Qi, Brown, 2019, arXiv:1909.06335. Small alpha
means workers that hold few digits. In each step a worker draws a batch from its shard, and sends
its momentum m = beta m + (1 - beta) gradient, as in Karimireddy, He, Jaggi, ICML 2021,
arXiv:2012.10333; the model moves by -rate F(m_1, ..., m_n).

An attack sees what the correct workers send, with their mean as g. Byzantine workers have shards
too: `honest` ones follow the rules, and those of `label_flip` take the digit y for 9 - y (Fang et
al., USENIX Security 2020, arXiv:1911.11815). No audit rests on this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import NamedTuple

import numpy as np

from empirics.interfaces import Attack, FloatArray, IntArray, Rule
from empirics.rules.bucketing import Bucketing
from empirics.seeds import Plan

CLASSES = 10
SHOWN = 40
"""The most steps at which accuracy and loss are measured."""
DECAY = 1e-4
"""Of the weights: the loss has DECAY |w|^2 / 2 more."""
LABEL_FLIP = "label_flip"
"""The attack that needs data, and so is none of `empirics.attacks`."""

Progress = Callable[[int, int], None]
"""Called with the number of steps that are done, and of all."""


class Data(NamedTuple):
    """Examples with features in [0, 1], the last one 1, and labels from 0 to 9."""

    features: FloatArray
    """[examples, features]."""
    labels: IntArray
    """[examples]."""


@dataclass(frozen=True)
class Training:
    """What is trained. Raises ValueError for what cannot be."""

    rule: Rule
    attack: Attack | str
    """An attack, or `LABEL_FLIP`."""
    n: int = 17
    f: int = 3
    steps: int = 300
    runs: int = 5
    """Independent runs, each with shards, batches and a test set of its own."""
    seed: int = 0
    batch: int = 32
    rate: float = 1.0
    momentum: float = 0.9
    alpha: float = 1.0

    def __post_init__(self) -> None:
        """Refuse numbers that are out of range."""
        for name in ("n", "steps", "runs", "batch"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} = {getattr(self, name)}: give at least 1")
        if not 0 <= self.f < self.n:
            raise ValueError(f"n = {self.n} and f = {self.f}: give 0 <= f < n")
        if self.n > 200:
            raise ValueError(f"n = {self.n}: the digits are too few for more than 200 workers")
        if self.seed < 0:
            raise ValueError(f"seed = {self.seed}: give an integer >= 0")
        if not 0 <= self.momentum < 1:
            raise ValueError(f"momentum = {self.momentum}: give 0 <= momentum < 1")
        for name in ("rate", "alpha"):
            if not (isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise ValueError(f"{name} = {getattr(self, name)}: give a finite number > 0")

    @property
    def attack_label(self) -> str:
        """The attack with its parameters."""
        return self.attack if isinstance(self.attack, str) else self.attack.label


@dataclass(frozen=True, eq=False)
class Learned:
    """How training went."""

    training: Training
    steps: IntArray
    """[points]: after how many steps it was measured."""
    accuracy: FloatArray
    """[runs, points]: the share of the test set that is recognised."""
    loss: FloatArray
    """[runs, points]: the mean cross-entropy on the test set, in nats."""


def digits() -> Data:
    """The digits of scikit-learn. Raises ModuleNotFoundError, with what to do, without it."""
    try:
        from sklearn.datasets import load_digits
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(
            "the digits need scikit-learn: pip install 'byzproof[data]'", name=missing.name
        ) from None
    found = load_digits()
    pixels = found.data / 16.0
    return Data(np.hstack([pixels, np.ones((len(pixels), 1))]), found.target.astype(np.intp))


def train(training: Training, data: Data, progress: Progress | None = None) -> Learned:
    """The runs of a training: the same for the same one, run r whatever their number.

    Shards and batches depend on the seed, n and alpha alone, so that rules and attacks are compared
    on the same data. Raises ValueError where the rule or the attack refuses n and f.
    """
    runs = [_Run(training, data, number) for number in range(training.runs)]
    weights = np.zeros((training.runs, data.features.shape[1], CLASSES))
    points = np.unique(np.linspace(0, training.steps, SHOWN + 1).astype(np.intp))
    accuracy, loss = np.empty((2, training.runs, len(points)))
    for step in range(training.steps + 1):
        if step in points:
            at = int(np.searchsorted(points, step))
            for number, run in enumerate(runs):
                accuracy[number, at], loss[number, at] = run.measure(weights[number])
        if step < training.steps:
            sent = np.stack([run.send(w) for run, w in zip(runs, weights, strict=True)])
            moved = _rule_of(training.rule, step).aggregate(sent, training.f)
            weights -= training.rate * moved.reshape(weights.shape)
        if progress is not None:
            progress(step, training.steps)
    return Learned(training, points, accuracy, loss)


def _rule_of(rule: Rule, step: int) -> Rule:
    """The rule of a step: bucketing draws other buckets in each."""
    return replace(rule, seed=rule.seed + step) if isinstance(rule, Bucketing) else rule


class _Run:
    """The data, the random numbers and the momenta of one run."""

    def __init__(self, training: Training, data: Data, number: int) -> None:
        plan = Plan(training.seed, chunk_size=1, chunks=training.runs)
        cell = {"n": training.n, "alpha": training.alpha, "batch": training.batch}
        self.training = training
        self.attack_rng = plan.generator({**cell, "of": "attack while training"}, number)
        self.rng = plan.generator({**cell, "of": "batches"}, number)
        order = plan.generator({"of": "test set"}, number).permutation(len(data.labels))
        test, rest = np.split(order, [len(order) // 5])
        self.test = Data(data.features[test], data.labels[test])
        shards = dirichlet_shards(
            data.labels[rest],
            training.n,
            training.alpha,
            plan.generator({**cell, "of": "shards"}, number),
        )
        self.shards = [Data(data.features[rest[s]], data.labels[rest[s]]) for s in shards]
        if training.attack == LABEL_FLIP:
            correct = training.n - training.f
            self.shards[correct:] = [
                Data(s.features, CLASSES - 1 - s.labels) for s in self.shards[correct:]
            ]
        self.momenta = np.zeros((training.n, data.features.shape[1] * CLASSES))

    def send(self, weights: FloatArray) -> FloatArray:
        """What all workers send, [n, d], at weights [features, classes]."""
        training = self.training
        for momentum, shard in zip(self.momenta, self.shards, strict=True):
            batch = self.rng.integers(len(shard.labels), size=training.batch)
            gradient = _gradient(weights, shard.features[batch], shard.labels[batch])
            momentum *= training.momentum
            momentum += (1 - training.momentum) * gradient.ravel()
        attack = training.attack
        if isinstance(attack, str) or attack.name == "honest" or not training.f:
            return self.momenta.copy()
        correct = self.momenta[: training.n - training.f]
        mean = correct.mean(axis=0)
        offsets = attack(self.attack_rng, (correct - mean)[np.newaxis], mean, training.f)[0]
        return np.concatenate([correct, mean + offsets])

    def measure(self, weights: FloatArray) -> tuple[float, float]:
        """Accuracy and loss on the test set."""
        logs = _log_probabilities(weights, self.test.features)
        right = logs.argmax(axis=1) == self.test.labels
        return float(right.mean()), -float(logs[range(len(right)), self.test.labels].mean())


def dirichlet_shards(
    labels: IntArray, n: int, alpha: float, rng: np.random.Generator
) -> list[IntArray]:
    """Which examples each of n workers holds: every one is held once, and nobody has none.

    Of each label the shares of the workers have a Dirichlet law with parameters alpha.
    Raises ValueError for fewer examples than workers.

    >>> shards = dirichlet_shards(np.arange(100) % 10, 4, 0.1, np.random.default_rng(0))
    >>> sorted(np.concatenate(shards).tolist()) == list(range(100))
    True
    """
    if len(labels) < n:
        raise ValueError(f"{len(labels)} examples for n = {n} workers: give each one at least one")
    shards: list[list[int]] = [[] for _ in range(n)]
    for label in np.unique(labels):
        examples = rng.permutation((labels == label).nonzero()[0])
        ends = np.rint(np.cumsum(rng.dirichlet(np.full(n, alpha))) * len(examples)).astype(np.intp)
        for shard, part in zip(shards, np.split(examples, ends[:-1]), strict=True):
            shard.extend(part.tolist())
    for shard in shards:
        if not shard:
            shard.append(max(shards, key=len).pop())
    return [np.array(shard, dtype=np.intp) for shard in shards]


def _log_probabilities(weights: FloatArray, features: FloatArray) -> FloatArray:
    """Of each class, [examples, classes]."""
    scores = features @ np.clip(weights, -1e6, 1e6)  # a rule that fails may send them anywhere
    scores -= scores.max(axis=1, keepdims=True)
    result: FloatArray = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return result


def _gradient(weights: FloatArray, features: FloatArray, labels: IntArray) -> FloatArray:
    """Of the mean cross-entropy with `DECAY`, [features, classes]."""
    errors = np.exp(_log_probabilities(weights, features))
    errors[range(len(labels)), labels] -= 1
    return features.T @ errors / len(labels) + DECAY * np.clip(weights, -1e6, 1e6)


def spread(values: FloatArray) -> tuple[float, float]:
    """The mean over runs [runs], and its standard error; 0 for one run.

    >>> spread(np.array([1.0, 3.0]))
    (2.0, 1.0)
    """
    runs = len(values)
    error = float(values.std(ddof=1)) / runs**0.5 if runs > 1 else 0.0
    return float(values.mean()), error


def defined(rules: Sequence[Rule], n: int, f: int) -> tuple[list[Rule], dict[str, str]]:
    """The rules that take n and f, and why the others do not, by name."""
    good, refused = [], {}
    for rule in rules:
        try:
            rule.aggregate(np.random.default_rng(0).standard_normal((1, n, 20)), f)
        except ValueError as why:
            refused[rule.name] = str(why)
        else:
            good.append(rule)
    return good, refused
