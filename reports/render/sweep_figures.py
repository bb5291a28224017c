"""The figure of a sweep: measured over bound along each axis, and the rule's time over n and d."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, Any

from empirics.sweep.summary import AXES, largest, ratios, time_fits
from reports.render.drawing import CLAIMED, INK, PROVED, SAMPLED, as_svg, canvas, plain_ticks

if TYPE_CHECKING:
    from empirics.sweep.summary import Series, TimeFit

COLOURS = (SAMPLED, PROVED, CLAIMED, "#7a4fa3", "#8a7a1f", "#2a8c96", "#b03a5b", "#6b6b6b")
SMALL = 1e-3
"""Shares of a bound below it are drawn on a linear scale."""
MOST_TICKS = 8


def sweep_figure(
    rows: Sequence[dict[str, Any]], timings: dict[str, tuple[float, float]]
) -> str | None:
    """The SVG, with a panel for whatever varies; None where nothing does."""
    lines = [(axis, found) for axis in AXES if (found := ratios(rows, axis))]
    fits = time_fits(rows, timings)
    times = [name for name in "nd" if any(name in fit.exponents for fit in fits)]
    panels = len(lines) + len(times)
    if not panels:
        return None
    figure, grid = canvas(panels, 1, 7.2, 2.9 * panels)
    for axes, (axis, series) in zip(grid, lines, strict=False):
        _ratios(axes, axis, series)
    for axes, name in zip(grid[len(lines) :], times, strict=True):
        _times(axes, name, fits)
    return as_svg(figure)


def _ratios(axes: Any, axis: str, series: Sequence[Series]) -> None:
    """Each series thin, and the largest of its family thick and named."""
    families = largest(series)
    colours = {name: COLOURS[k % len(COLOURS)] for k, name in enumerate(families)}
    for one in series:
        axes.plot(one.x, one.ratio, color=colours[one.family], linewidth=0.5, alpha=0.35)
    for name, (x, y) in families.items():
        axes.plot(x, y, "o-", color=colours[name], markersize=4, linewidth=1.6, label=name)
    axes.axhline(1.0, color=INK, linewidth=1.0)
    axes.set_yscale("symlog", linthresh=SMALL)  # an unbiased estimate of 0 may be negative
    if axis != "f/n":
        axes.set_xscale("log" if all(x > 0 for one in series for x in one.x) else "linear")
        plain_ticks(axes, y=False)
        _tick_at(axes, {x for one in series for x in one.x})
    axes.set_xlabel(axis.replace("sigma", "σ"))
    axes.set_ylabel("measured / bound", color=INK)
    axes.set_title("share of Krum's bounds; thick: the largest of all settings", fontsize=9)
    axes.legend(frameon=False, fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))


def _times(axes: Any, name: str, fits: Sequence[TimeFit]) -> None:
    """Seconds over n for each d, or the other way round, with the fitted plane."""
    for k, fit in enumerate(fits):
        if name not in fit.exponents:
            continue
        colour = COLOURS[k % len(COLOURS)]
        mine, other = (0, 1) if name == "n" else (1, 0)
        power, error = fit.exponents[name]
        known = f" ± {error:.2f}" if error == error else ""
        label: str | None = f"{fit.rule}: ~ {name}^{power:.2f}{known}"
        for fixed in sorted({point[other] for point in fit.points}):
            points = [point for point in fit.points if point[other] == fixed]
            x = [point[mine] for point in points]
            axes.plot(x, [p[2] for p in points], "o", color=colour, markersize=3, label=label)
            label = None
            axes.plot(x, [_fitted(fit, p[0], p[1]) for p in points], color=colour, linewidth=0.8)
    axes.set_xscale("log")
    axes.set_yscale("log")
    plain_ticks(axes)
    _tick_at(axes, {point["nd".index(name)] for fit in fits for point in fit.points})
    axes.set_xlabel("workers n" if name == "n" else "dimension d")
    axes.set_ylabel("seconds a trial", color=INK)
    axes.set_title(f"time of the rule over {name}; Result 2: O(n²d) for Krum", fontsize=9)
    axes.legend(frameon=False, fontsize=6)


def _tick_at(axes: Any, values: Set[float]) -> None:
    """Ticks where something was measured, unless they would cover each other."""
    if len(values) <= MOST_TICKS:
        axes.set_xticks(sorted(values))


def _fitted(fit: TimeFit, n: int, d: int) -> float:
    value = fit.constant
    for name, size in (("n", n), ("d", d)):
        if name in fit.exponents:
            value *= float(size) ** fit.exponents[name][0]
    return value
