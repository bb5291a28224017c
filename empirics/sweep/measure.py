"""Measure one cell: how far F is from g, its angle and its moments, with errors, and its time."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt
from statistics import median
from time import perf_counter

import numpy as np

from empirics.interfaces import FloatArray
from empirics.monte_carlo import Outcomes, Setting, outcomes
from empirics.statistics import Estimate, jackknife
from empirics.sweep.cells import REDUCED, Cell, Sampling

ORDERS = (2, 3, 4)
"""The r of Definition 1 (ii)."""


@dataclass(frozen=True)
class Measured:
    """What a cell says, and how long it took; sigma = 1."""

    values: dict[str, float | None]
    """The same bytes on every engine: see `measure`."""
    seconds: float
    """Of the whole cell."""
    rule_seconds: float
    """Of the rule alone, for one trial: the median of the groups, since a machine may falter."""


def measure(cell: Cell, sampling: Sampling) -> Measured:
    """Sample a cell; the values depend on the arguments alone.

    They are, each with a `_se` (standard error):

    * `bias` = |E F - g|^2, without the bias of the plain estimate, and `error` = E|F - g|^2;
    * `angle` = <E F, g> / |g|^2, None where g = 0;
    * `moment_r` = E|F|^r / s^r for the r of `ORDERS`, where s^2 = |g|^2 + d is E|G|^2 of a correct
      worker's vector G;

    and without one `along` = <E F - g, g> / |g|, in the first coordinate if g = 0, and `byzantine`,
    the share of trials in which Krum chose a Byzantine worker, None for other rules. Raises
    ValueError where the cell cannot be sampled.
    """
    start = perf_counter()
    gradient = np.full(cell.d, cell.gradient / np.sqrt(cell.d))
    setting = Setting(cell.model, cell.attack, cell.n, cell.f, gradient, rule=cell.rule)
    draws, reduced = sampling.draws(), cell.method == REDUCED
    groups, seconds = [], []
    with np.errstate(over="ignore", invalid="ignore"):  # jackknife refuses what came of it
        for group in range(draws.chunks):
            rng = draws.generator(cell.content(), group)
            total, spent = np.zeros(()), 0.0
            for part in outcomes(setting, rng, draws.chunk_size, reduced=reduced):
                total = total + _totals(cell, part)
                spent += part.seconds
            groups.append(total / draws.chunk_size)
            seconds.append(spent / draws.chunk_size)
        means = np.array(groups)
        along, squared, byzantine, *moments = means[:, :_ERRORS].T
        found: dict[str, Estimate | None] = {
            "bias": jackknife(means[:, _ERRORS:], lambda mean: float(np.square(mean).sum())),
            "error": _mean(squared),
            "angle": _mean(1 + along / cell.gradient) if cell.gradient else None,
            **{f"moment_{r}": _mean(moment) for r, moment in zip(ORDERS, moments, strict=True)},
        }
    values: dict[str, float | None] = {"along": float(along.mean()), "byzantine": None}
    if not np.isnan(byzantine).any():
        values["byzantine"] = float(byzantine.mean())
    for name, estimated in found.items():
        values[name] = None if estimated is None else estimated.value
        values[f"{name}_se"] = None if estimated is None else estimated.standard_error
    return Measured(values, perf_counter() - start, median(seconds))


def estimate(values: dict[str, float | None], quantity: str, sampling: Sampling) -> Estimate:
    """A measured quantity with its error; it must not be None."""
    value, error = values[quantity], values[f"{quantity}_se"]
    assert value is not None
    assert error is not None
    return Estimate(value, error, sampling.groups)


_ERRORS = 3 + len(ORDERS)
"""Where F - g begins among the totals."""


def _totals(cell: Cell, part: Outcomes) -> FloatArray:
    """Sums over trials: along, |F - g|^2, Byzantine chosen, (|F| / s)^r for each r, and F - g.

    Of a reduction the coordinate of F - g along g alone: across g its mean is 0, exactly.
    """
    size = hypot(cell.gradient, sqrt(cell.d))
    g, along = cell.gradient / size, part.along / size
    length = np.sqrt(np.maximum(g * g + 2 * g * along + part.squared / size / size, 0))
    chosen = np.nan if part.byzantine is None else np.count_nonzero(part.byzantine)
    counts = [part.along.sum(), part.squared.sum(), chosen, *((length**r).sum() for r in ORDERS)]
    errors = part.along[:, np.newaxis] if cell.method == REDUCED else part.error
    return np.concatenate([counts, errors.sum(axis=0)])


def _mean(of_groups: FloatArray) -> Estimate:
    return jackknife(of_groups[:, np.newaxis], lambda mean: float(mean[0]))
