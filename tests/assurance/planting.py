"""Faults that are planted into the product: wrong rules, models, attacks and seeds.

Each is a context in which the product itself is wrong, at the place where such a slip would happen.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from unittest import mock

import numpy as np

from empirics.attacks import ATTACKS
from empirics.experiments.krum import Krum
from empirics.interfaces import Attack, FloatArray, Model
from empirics.models import MODELS
from empirics.rules.krum import KrumTrace
from empirics.seeds import Cell, Plan

Fault = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class WrongKrum:
    """Krum with one slip; ties go to the smallest index unless said."""

    neighbours: int = 0
    """Added to n - f - 2."""
    power: float = 2.0
    """Of the distance in the score."""
    counts_itself: bool = False
    ties_to_last: bool = False
    place: int = 0
    """0 for the best score, 1 for the second best."""

    def __call__(self, vectors: FloatArray, f: int) -> KrumTrace:
        """What `select` gives, for vectors [trials, n, d], in floats."""
        trials, n, _ = vectors.shape
        differences = vectors[:, :, np.newaxis] - vectors[:, np.newaxis]
        distances = np.square(differences).sum(axis=3) ** (self.power / 2)
        ranked = distances.copy()
        if not self.counts_itself:
            ranked[:, range(n), range(n)] = np.inf
        order = self._order(ranked)[:, :, : n - f - 2 + self.neighbours]
        neighbours = np.zeros((trials, n, n), dtype=bool)
        np.put_along_axis(neighbours, order, True, axis=2)
        scores = np.where(neighbours, distances, 0.0).sum(axis=2)
        chosen = self._order(scores)[:, self.place]
        return KrumTrace(vectors, neighbours, scores, chosen, np.zeros(trials, dtype=bool))

    def _order(self, values: FloatArray) -> np.ndarray:
        """The indices along the last axis, smallest value first."""
        if self.ties_to_last:
            last = values.shape[-1] - 1
            return last - np.argsort(values[..., ::-1], axis=-1, kind="stable")
        return np.argsort(values, axis=-1, kind="stable")


@dataclass(frozen=True)
class ChangedModel(Model):
    """A model that draws something else than its label says."""

    model: Model
    change: Callable[[np.random.Generator, FloatArray], FloatArray]
    """Of standard noise [trials, workers, d]."""

    @property
    def label(self) -> str:
        """That of the model."""
        return self.model.label

    def standard(self, rng: np.random.Generator, shape: tuple[int, int, int]) -> FloatArray:
        """The changed noise."""
        return self.change(rng, self.model.standard(rng, shape))


@dataclass(frozen=True)
class BlindAttack(Attack):
    """An attack that is shown less than every correct vector."""

    attack: Attack
    show: Callable[[FloatArray], FloatArray]
    """Of the correct workers' noise [trials, workers, d], what the attack gets."""

    @property
    def label(self) -> str:
        """That of the attack."""
        return self.attack.label

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """What the attack does with what it sees."""
        return self.attack.offsets(rng, self.show(noise), gradient, f)


def rule(wrong: WrongKrum) -> Fault:
    """The experiment runs another rule."""
    return lambda: mock.patch("empirics.experiments.krum.select", wrong)


def models(change: Callable[[np.random.Generator, FloatArray], FloatArray]) -> Fault:
    """All models draw something else."""
    changed = {name: ChangedModel(model, change) for name, model in MODELS.items()}
    return lambda: mock.patch.dict(MODELS, changed)


def attacks(show: Callable[[FloatArray], FloatArray]) -> Fault:
    """All attacks see less."""
    changed = {name: BlindAttack(attack, show) for name, attack in ATTACKS.items()}
    return lambda: mock.patch.dict(ATTACKS, changed)


def shifted(by: float) -> Fault:
    """A gradient with a bias, in every coordinate, as a multiple of sigma."""
    return models(lambda rng, noise: noise + by)


def scaled(by: float) -> Fault:
    """A variance that is so many times as large as stated."""
    return models(lambda rng, noise: noise * by**0.5)


def correlated(rho: float) -> Fault:
    """Workers with so much correlation, each with the stated mean and variance."""

    def change(rng: np.random.Generator, noise: FloatArray) -> FloatArray:
        common = rng.standard_normal((len(noise), 1, noise.shape[2]))
        return (1 - rho) ** 0.5 * noise + rho**0.5 * common

    return models(change)


def common_size(rng: np.random.Generator, noise: FloatArray) -> FloatArray:
    """Workers without correlation whose noise is large in the same trials; the variance is kept."""
    size = np.where(rng.random((len(noise), 1, 1)) < 0.5, 0.5, 1.5)
    return noise * size**0.5


_draw, _generator = Krum.draw, Plan.generator


def one_seed_for_all_chunks() -> AbstractContextManager[object]:
    """The seed does not depend on the chunk."""

    def generator(plan: Plan, cell: Cell, chunk: int) -> np.random.Generator:
        return _generator(plan, cell, 0)

    return mock.patch.object(Plan, "generator", generator)


def own_seed_in_the_experiment() -> AbstractContextManager[object]:
    """The experiment does not use the generator that it is given."""

    def draw(self: Krum, cell: Cell, rng: np.random.Generator, trials: int) -> object:
        return _draw(self, cell, np.random.default_rng(0), trials)

    return mock.patch.object(Krum, "draw", draw)


FAULTS: dict[str, tuple[Fault, bool]] = {
    "n-f-1 neighbours": (rule(WrongKrum(neighbours=1)), True),
    "n-f-3 neighbours": (rule(WrongKrum(neighbours=-1)), True),
    "a worker is its own neighbour": (rule(WrongKrum(counts_itself=True)), True),
    "distances not squared": (rule(WrongKrum(power=1.0)), True),
    "fourth powers of distances": (rule(WrongKrum(power=4.0)), True),
    "ties to the last index": (rule(WrongKrum(ties_to_last=True)), True),
    "second best chosen": (rule(WrongKrum(place=1)), True),
    "gradient biased by 0.05 sigma": (shifted(0.05), False),
    "gradient biased by 0.1 sigma": (shifted(0.1), False),
    "gradient biased by 0.3 sigma": (shifted(0.3), True),
    "variance times 1.05": (scaled(1.05), False),
    "variance times 1.1": (scaled(1.1), False),
    "variance times 1.5": (scaled(1.5), True),
    "variance times 0.8": (scaled(0.8), False),
    "workers correlated by 0.05": (correlated(0.05), False),
    "workers correlated by 0.1": (correlated(0.1), False),
    "workers correlated by 0.3": (correlated(0.3), True),
    "workers dependent without correlation": (models(common_size), True),
    "an attack sees half of the workers": (attacks(lambda z: z[:, : (z.shape[1] + 1) // 2]), True),
    "an attack sees nobody": (attacks(np.zeros_like), True),
    "one seed for all chunks": (one_seed_for_all_chunks, True),
    "a seed of the experiment's own": (own_seed_in_the_experiment, True),
}
"""Each fault, and whether every run must find it, rather than so many as the sample allows."""
