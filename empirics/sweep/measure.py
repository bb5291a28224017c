"""Measure one cell: |E F - g|^2 and E|F - g|^2 with their errors, and the time of the rule."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from empirics.interfaces import FloatArray
from empirics.rules.krum import Krum, choose_among
from empirics.statistics import Estimate, jackknife
from empirics.sweep.cells import Cell, Sampling
from empirics.workers import Workers

_VALUES = 2**19
"""Numbers in the vectors of one batch of trials: 4 MB."""


@dataclass(frozen=True)
class Measured:
    """What a cell says, and how long it took; sigma = 1."""

    values: dict[str, float | None]
    """The same bytes on every engine: see `measure`."""
    seconds: float
    """Of the whole cell."""
    rule_seconds: float
    """Of the rule alone, for one trial, in the mean."""


def measure(cell: Cell, sampling: Sampling) -> Measured:
    """Sample a cell; the values depend on the arguments alone.

    They are `bias` = |E F - g|^2, without the bias of the plain estimate, and `error` =
    E|F - g|^2, each with a `_se` (standard error); `along` = <E F - g, g>/|g|, in the first
    coordinate if g = 0; and `byzantine`, the share of trials in which Krum chose a Byzantine
    worker, None for other rules. Raises ValueError where the cell cannot be sampled.
    """
    start = perf_counter()
    gradient = np.full(cell.d, cell.gradient / np.sqrt(cell.d))
    draws = sampling.draws()
    groups = []
    rule_seconds = 0.0
    with np.errstate(over="ignore", invalid="ignore"):  # jackknife refuses what came of it
        for group in range(draws.chunks):
            rng = draws.generator(cell.content(), group)
            means, spent = _group(cell, gradient, rng, draws.chunk_size)
            groups.append(means)
            rule_seconds += spent
        means = np.array(groups)
        bias = jackknife(means[:, : cell.d], lambda mean: float(np.square(mean).sum()))
        error = jackknife(means[:, cell.d : cell.d + 1], lambda mean: float(mean[0]))
    mean = means.mean(axis=0)
    direction = gradient / cell.gradient if cell.gradient else np.eye(1, cell.d)[0]
    values: dict[str, float | None] = {
        "bias": bias.value,
        "bias_se": bias.standard_error,
        "error": error.value,
        "error_se": error.standard_error,
        "along": float((mean[: cell.d] * direction).sum()),
        "byzantine": float(mean[-1]) if type(cell.rule) is Krum else None,
    }
    return Measured(values, perf_counter() - start, rule_seconds / sampling.trials)


def estimate(values: dict[str, float | None], quantity: str, sampling: Sampling) -> Estimate:
    """A measured quantity with its error: `bias` or `error`."""
    value, error = values[quantity], values[f"{quantity}_se"]
    assert value is not None
    assert error is not None
    return Estimate(value, error, sampling.groups)


def _group(
    cell: Cell, gradient: FloatArray, rng: np.random.Generator, trials: int
) -> tuple[FloatArray, float]:
    """The means over some trials of F - g, |F - g|^2 and 1{Byzantine chosen}: [d + 2]."""
    size = max(2, _VALUES // (cell.n * cell.d))
    batches = max(1, trials // size)
    total, spent = np.zeros(cell.d + 2), 0.0
    for batch in range(batches):
        here = trials * (batch + 1) // batches - trials * batch // batches
        noise = cell.model.noise(rng, here, cell.n - cell.f, cell.d, 1.0)
        attack = cell.attack(rng, noise, gradient, cell.f)
        workers = Workers.of(noise, attack)
        start = perf_counter()
        byzantine = 0
        if type(cell.rule) is Krum:
            chosen = choose_among(workers, cell.f).chosen
            error = workers.pick(chosen)
            byzantine = int(np.count_nonzero(chosen >= cell.n - cell.f))
        else:
            error = cell.rule.aggregate(workers.all(), cell.f)
        spent += perf_counter() - start
        total[: cell.d] += error.sum(axis=0)
        total[cell.d :] += np.square(error).sum(), byzantine
    return total / trials, spent
