"""What a sweep says along its axes: shares of bounds, the angle, and the exponents of the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from empirics.interfaces import FloatArray
from empirics.sweep.cells import PLAIN

AXES = {"f/n": ("n", "f"), "d": ("d",), "|g|/sigma": ("gradient",)}
"""What shares are drawn over, and the entries of a cell that it changes."""


@dataclass(frozen=True)
class Series:
    """Points of cells that differ in one axis, in its order."""

    family: tuple[str, str]
    """The claim and the rule."""
    label: str
    """What else they share."""
    x: list[float]
    ratio: list[float]
    """The share of the bound of their claim that was found: see `Quantity.share`."""


def ratios(rows: Sequence[dict[str, Any]], axis: str) -> list[Series]:
    """Shares of bounds along an axis, for every claim; series of one point are left out.

    `rows` are those of `empirics.sweep.export.compared`. Along f/n the number of workers is kept.
    """
    varied = AXES[axis]
    kept = [name for name in varied if name != "n"]
    points = []
    for row in rows:
        cell = row["cell"]
        if row["result"] is None:
            continue
        rest = ", ".join(
            str(v) if isinstance(v, str) else f"{k} = {v:g}"
            for k, v in cell.items()
            if k not in kept and k != "rule"
        )
        x = cell["f"] / cell["n"] if axis == "f/n" else float(cell[kept[0]])
        for name, claim in row["claims"].items():
            points.append(((name, cell["rule"]), rest, x, claim["share"]))
    points.sort()
    found = []
    for (family, label), group in groupby(points, key=lambda point: point[:2]):
        _, _, xs, ys = zip(*group, strict=True)
        if len(xs) > 1:
            found.append(Series(family, label, list(xs), list(ys)))
    return found


def largest(
    series: Sequence[Series],
) -> dict[tuple[str, str], tuple[list[float], list[float]]]:
    """For every family the largest ratio at each x, over all its series."""
    found: dict[tuple[str, str], dict[float, float]] = {}
    for one in series:
        at = found.setdefault(one.family, {})
        for x, y in zip(one.x, one.ratio, strict=True):
            at[x] = max(y, at.get(x, y))
    return {family: (sorted(at), [at[x] for x in sorted(at)]) for family, at in found.items()}


@dataclass(frozen=True)
class Panel:
    """|E F - g|^2 of each rule along an axis, all else being equal."""

    axis: str
    """A key of `AXES`."""
    label: str
    """What the cells share."""
    lines: dict[str, list[tuple[float, float, float]]]
    """Of each rule: x, the estimate, which may be negative, and its standard error."""


def biases(rows: Sequence[dict[str, Any]]) -> list[Panel]:
    """A panel for each setting with more than one point, along the first axis that varies."""
    for axis, varied in AXES.items():
        kept = [name for name in varied if name != "n"]
        panels: dict[str, dict[str, list[tuple[float, float, float]]]] = {}
        for row in rows:
            cell, result = row["cell"], row["result"]
            if result is None:
                continue
            rest = ", ".join(
                v if isinstance(v, str) else f"{k} = {v:g}"
                for k, v in cell.items()
                if k not in (*kept, "rule", "method")
            )
            x = cell["f"] / cell["n"] if axis == "f/n" else float(cell[kept[0]])
            point = x, result["bias"], result["bias_se"]
            panels.setdefault(rest, {}).setdefault(cell["rule"], []).append(point)
        found = [
            Panel(axis, rest, {rule: sorted(points) for rule, points in lines.items()})
            for rest, lines in panels.items()
            if any(len({x for x, *_ in points}) > 1 for points in lines.values())
        ]
        if found:
            return found
    return []


@dataclass(frozen=True)
class Angle:
    """How 1 - <E F, g> / |g|^2 and its bound sin alpha go with |g| / sigma, for one rule."""

    rule: str
    gradients: list[float]
    largest: list[float]
    """The largest of all settings, at each |g| / sigma."""
    bounds: list[tuple[list[float], list[float]]]
    """For each (n, f, d) at which |g| / sigma it has which bound."""


def angles(rows: Sequence[dict[str, Any]]) -> list[Angle]:
    """Of every rule with claims about the angle at more than one |g| / sigma."""
    measured: dict[str, dict[float, float]] = {}
    bounds: dict[str, dict[tuple[int, int, int], dict[float, float]]] = {}
    for row in rows:
        cell, result = row["cell"], row["result"]
        for claim in row["claims"].values():
            if claim["quantity"] != "angle" or result is None:
                continue
            rule, x = cell["rule"], cell["gradient"]
            at = measured.setdefault(rule, {})
            at[x] = max(1 - result["angle"], at.get(x, -np.inf))
            place = cell["n"], cell["f"], cell["d"]
            bounds.setdefault(rule, {}).setdefault(place, {})[x] = 1 - claim["bound"]
    return [
        Angle(
            rule,
            sorted(at),
            [at[x] for x in sorted(at)],
            [(sorted(line), [line[x] for x in sorted(line)]) for line in bounds[rule].values()],
        )
        for rule, at in measured.items()
        if len(at) > 1
    ]


LEVEL = 0.95
"""Of the intervals of exponents."""


@dataclass(frozen=True)
class Exponent:
    """The power with which a time grows in one size."""

    value: float
    """Over all sizes."""
    interval: tuple[float, float]
    """At `LEVEL`, if the power law holds and times scatter alike; NaN where nothing can tell."""
    last: float
    """Between the two largest sizes, at the largest of the other size; NaN without such a pair."""


@dataclass(frozen=True)
class TimeFit:
    """seconds = constant n^a d^b, with a constant of its own for each model, attack and |g|.

    Least squares of logarithms. Small sizes cost more than their share, so that the exponents over
    all sizes are too small for large ones; the last ones come nearer to them, with more noise.
    Vectors that are sent by many workers are taken once: f workers that collude cost as one.
    """

    rule: str
    points: list[tuple[int, int, float]]
    """n, d and the seconds of one aggregation, as of the mean model, attack and |g|."""
    exponents: dict[str, Exponent]
    """Of n and d, where it varies."""
    constant: float
    """The mean of all constants."""


def time_fits(
    rows: Sequence[dict[str, Any]], timings: dict[str, tuple[float, float]]
) -> list[TimeFit]:
    """The time of every rule against n and d, where at least one of them varies.

    Result 2 says O(n^2 d) for Krum: exponents of 2 and 1 at most, for large n and d. Cells of the
    exact reduction are left out, since their rule saw fewer coordinates than d.
    """
    measured: dict[str, list[tuple[tuple[Any, ...], int, int, float]]] = {}
    for row in rows:
        cell = row["cell"]
        if row["key"] in timings and cell["method"] == PLAIN:
            setting = cell["model"], cell["attack"], cell["gradient"]
            seconds = timings[row["key"]][1]
            measured.setdefault(cell["rule"], []).append((setting, cell["n"], cell["d"], seconds))
    fits = (_fit(rule, found) for rule, found in sorted(measured.items()))
    return [fit for fit in fits if fit is not None]


def _fit(rule: str, measured: list[tuple[tuple[Any, ...], int, int, float]]) -> TimeFit | None:
    """None where neither varies, or where both vary along one line only."""
    from scipy.special import stdtrit  # slow to import

    settings = list(dict.fromkeys(setting for setting, *_ in measured))
    own = np.array([[one == setting for one in settings] for setting, *_ in measured], dtype=float)
    sizes = np.log([[n, d] for _, n, d, _ in measured])
    times = np.log([seconds for *_, seconds in measured])
    varied = [(name, k) for k, name in enumerate("nd") if np.ptp(sizes[:, k]) > 0]
    design = np.column_stack([own, *(sizes[:, k] for _, k in varied)])
    if not varied or np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    solution, errors, left = _least_squares(design, times)
    constants = solution[: len(settings)]
    # What each setting costs more or less than the mean is taken away, then sizes are averaged.
    levelled: dict[tuple[int, int], list[float]] = {}
    for (_, n, d, _), time in zip(
        measured, times - own @ (constants - constants.mean()), strict=True
    ):
        levelled.setdefault((n, d), []).append(time)
    points = [(n, d, float(np.exp(np.mean(t)))) for (n, d), t in sorted(levelled.items())]
    reach = -float(stdtrit(left, (1 - LEVEL) / 2)) if left else np.nan
    exponents = {
        name: Exponent(
            float(value), (float(value - reach * e), float(value + reach * e)), _last(points, k)
        )
        for (name, k), value, e in zip(
            varied, solution[len(settings) :], errors[len(settings) :], strict=True
        )
    }
    return TimeFit(rule, points, exponents, float(np.exp(constants.mean())))


def _last(points: Sequence[tuple[int, int, float]], axis: int) -> float:
    """The exponent between the two largest sizes along an axis: 0 is n, 1 is d."""
    lines: dict[int, list[tuple[int, float]]] = {}
    for *sizes, seconds in points:
        lines.setdefault(int(sizes[1 - axis]), []).append((int(sizes[axis]), seconds))
    long = [sorted(line) for _, line in sorted(lines.items()) if len(line) > 1]
    if not long:
        return np.nan
    (small, before), (large, after) = long[-1][-2:]
    return float(np.log(after / before) / np.log(large / small))


def _least_squares(design: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray, int]:
    """The solution, its standard errors, and the degrees of freedom that are left for them."""
    solution: FloatArray = np.linalg.lstsq(design, y, rcond=None)[0].astype(np.float64)
    left = len(y) - design.shape[1]
    if left == 0:
        return solution, np.full(len(solution), np.nan), left
    variance = np.square(y - design @ solution).sum() / left
    covariance = variance * np.linalg.inv(design.T @ design)
    errors: FloatArray = np.sqrt(np.diagonal(covariance))
    return solution, errors, left
