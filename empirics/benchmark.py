"""How much faster batches are than a loop over trials: `python -m empirics.benchmark`.

Both sides do the whole experiment: sample correct vectors, attack, aggregate, and average. They
alternate within one run, since on a shared machine only ratios are worth printing.
"""

import statistics
from collections.abc import Callable
from time import perf_counter

import numpy as np

from empirics.attacks.ipm import InnerProductManipulation
from empirics.interfaces import FloatArray
from empirics.models.gaussian import Gaussian
from empirics.rules.krum import chosen

FACTOR = 0.5
SETTINGS = [(11, 3, 10, 16_384), (25, 8, 100, 2_048)]
"""(n, f, d, trials)."""
CHUNKS = 2
"""The batch is done in chunks, as in any sampling: of some 10 MB, since the C library gives smaller
arrays back to the system after each chunk, and to get new ones costs as much as Krum."""

Experiment = Callable[[np.random.Generator, FloatArray, int, int, int], FloatArray]


def batched(
    rng: np.random.Generator, gradient: FloatArray, n: int, f: int, trials: int
) -> FloatArray:
    """Means over trials of Krum - g, |Krum - g|^2 and 1{Byzantine chosen}: [d + 2], in batches."""
    size = trials // CHUNKS
    return np.mean([_chunk(rng, gradient, n, f, size) for _ in range(CHUNKS)], axis=0)


def _chunk(
    rng: np.random.Generator, gradient: FloatArray, n: int, f: int, trials: int
) -> FloatArray:
    noise = Gaussian().noise(rng, trials, n - f, gradient.size, 1.0)
    attack = InnerProductManipulation(FACTOR)(rng, noise, gradient, f)
    vectors = np.concatenate([noise, attack], axis=1)
    choice = chosen(vectors, f)
    error = vectors[np.arange(trials), choice]
    squared = np.einsum("td,td->t", error, error)
    return np.array([*error.mean(axis=0), squared.mean(), (choice >= n - f).mean()])


def looped(
    rng: np.random.Generator, gradient: FloatArray, n: int, f: int, trials: int
) -> FloatArray:
    """The same means by the obvious numpy code for one trial after the other."""
    total = np.zeros(gradient.size + 2)
    for _ in range(trials):
        correct = gradient + rng.standard_normal((n - f, gradient.size))
        byzantine = np.tile(-FACTOR * correct.mean(axis=0), (f, 1))
        vectors = np.vstack([correct, byzantine])
        distances = np.square(vectors[:, np.newaxis] - vectors).sum(axis=2)
        scores = np.sort(distances, axis=1)[:, 1 : n - f - 1].sum(axis=1)
        choice = scores.argmin()
        error = vectors[choice] - gradient
        total += [*error, error @ error, choice >= n - f]
    return total / trials


def ratios(n: int, f: int, d: int, trials: int, repeats: int = 7) -> list[float]:
    """Time of the loop over time of the batch, for each of some alternating repeats."""

    def seconds(experiment: Experiment, seed: int) -> float:
        rng = np.random.default_rng(seed)
        start = perf_counter()
        experiment(rng, np.ones(d), n, f, trials)
        return perf_counter() - start

    return [seconds(looped, seed) / seconds(batched, seed) for seed in range(repeats)]


def main() -> None:
    for n, f, d, trials in SETTINGS:
        median = statistics.median(ratios(n, f, d, trials))
        print(f"n = {n}, f = {f}, d = {d}: batches are {median:.1f} times as fast as a loop")


if __name__ == "__main__":
    main()
