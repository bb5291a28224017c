"""What a sweep says along its axes: bias against bound, and the exponents of the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from empirics.interfaces import FloatArray

AXES = {"f/n": ("n", "f"), "d": ("d",), "|g|/sigma": ("gradient",)}
"""What the bias is drawn over, and the entries of a cell that it changes."""


@dataclass(frozen=True)
class Series:
    """Points of cells that differ in one axis, in its order."""

    family: str
    """The claim and the rule."""
    label: str
    """What else they share."""
    x: list[float]
    ratio: list[float]
    """Quantity over bound of their claim; may be negative, as an unbiased estimate of 0 may be."""


def ratios(rows: Sequence[dict[str, Any]], axis: str) -> list[Series]:
    """Measured over bound along an axis, for every claim; series of one point are left out.

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
            ratio = row["result"][claim["quantity"]] / claim["bound"]
            points.append((f"{cell['rule']}, {name}", rest, x, ratio))
    points.sort()
    found = []
    for (family, label), group in groupby(points, key=lambda point: point[:2]):
        _, _, xs, ys = zip(*group, strict=True)
        if len(xs) > 1:
            found.append(Series(family, label, list(xs), list(ys)))
    return found


def largest(series: Sequence[Series]) -> dict[str, tuple[list[float], list[float]]]:
    """For every family the largest ratio at each x, over all its series."""
    found: dict[str, dict[float, float]] = {}
    for one in series:
        at = found.setdefault(one.family, {})
        for x, y in zip(one.x, one.ratio, strict=True):
            at[x] = max(y, at.get(x, y))
    return {family: (sorted(at), [at[x] for x in sorted(at)]) for family, at in found.items()}


@dataclass(frozen=True)
class TimeFit:
    """seconds = constant n^a d^b, by least squares of logarithms."""

    rule: str
    points: list[tuple[int, int, float]]
    """n, d, and the seconds of one aggregation: medians over all cells."""
    exponents: dict[str, tuple[float, float]]
    """Of n and d, each with its standard error (NaN where no point is left to tell)."""
    constant: float


def time_fits(
    rows: Sequence[dict[str, Any]], timings: dict[str, tuple[float, float]]
) -> list[TimeFit]:
    """The time of every rule against n and d, where at least one of them varies.

    Result 2 says O(n^2 d) for Krum: exponents of 2 and 1 at most, for large n and d.
    """
    seconds: dict[str, dict[tuple[int, int], list[float]]] = {}
    for row in rows:
        if row["key"] in timings:
            cell = row["cell"]
            at = seconds.setdefault(cell["rule"], {}).setdefault((cell["n"], cell["d"]), [])
            at.append(timings[row["key"]][1])
    found = []
    for rule, measured in sorted(seconds.items()):
        points = [(n, d, float(np.median(s))) for (n, d), s in sorted(measured.items())]
        fit = _fit(rule, points)
        if fit is not None:
            found.append(fit)
    return found


def _fit(rule: str, points: list[tuple[int, int, float]]) -> TimeFit | None:
    """None where neither varies, or where both vary along one line only."""
    table = np.log(np.array(points, dtype=float))
    varied = [(name, k) for k, name in enumerate("nd") if np.ptp(table[:, k]) > 0]
    design = np.column_stack([np.ones(len(table)), *(table[:, k] for _, k in varied)])
    if not varied or np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    solution, errors = _least_squares(design, table[:, 2])
    exponents = {
        name: (float(solution[1 + i]), float(errors[1 + i])) for i, (name, _) in enumerate(varied)
    }
    return TimeFit(rule, points, exponents, float(np.exp(solution[0])))


def _least_squares(design: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The solution and its standard errors."""
    solution: FloatArray = np.linalg.lstsq(design, y, rcond=None)[0].astype(np.float64)
    left = len(y) - design.shape[1]
    if left == 0:
        return solution, np.full(len(solution), np.nan)
    variance = np.square(y - design @ solution).sum() / left
    covariance = variance * np.linalg.inv(design.T @ design)
    errors: FloatArray = np.sqrt(np.diagonal(covariance))
    return solution, errors
