"""The figure of a sweep: shares of bounds along each axis, the angle, and times over n and d."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from functools import partial
from typing import TYPE_CHECKING, Any

from empirics.sweep.summary import AXES, angles, biases, largest, ratios, time_fits
from reports.render.drawing import CLAIMED, INK, PROVED, SAMPLED, as_svg, canvas, plain_ticks

if TYPE_CHECKING:
    from empirics.sweep.summary import Angle, Exponent, Panel, Series, TimeFit

COLOURS = (SAMPLED, PROVED, CLAIMED, "#7a4fa3", "#8a7a1f", "#2a8c96", "#b03a5b", "#6b6b6b")
MARKERS = "osD^vP*X"
SMALL = 1e-3
"""Shares of a bound below it are drawn on a linear scale."""
MOST_TICKS = 8
MOST_PANELS = 12
"""Of |E F - g|^2: more would not be looked at."""


def sweep_figure(
    rows: Sequence[dict[str, Any]], timings: dict[str, tuple[float, float]]
) -> str | None:
    """The SVG, with a panel for whatever varies; None where nothing does."""
    lines = [(axis, found) for axis in AXES if (found := ratios(rows, axis))]
    turned = angles(rows)
    panels: list[Callable[[Any], None]] = [partial(_ratios, axis=a, series=s) for a, s in lines]
    panels += [partial(_angles, found=turned)] if turned else []
    panels += [
        partial(_times, fit=fit, name=name)
        for fit in time_fits(rows, timings)
        for name in fit.exponents
    ]
    panels += [partial(_biases, panel=panel) for panel in biases(rows)[:MOST_PANELS]]
    if not panels:
        return None
    figure, grid = canvas(len(panels), 1, 7.2, 2.9 * len(panels))
    for axes, draw in zip(grid, panels, strict=True):
        draw(axes)
    return as_svg(figure)


def _biases(axes: Any, panel: Panel) -> None:
    """|E F - g|^2 of each rule, with a bar of one standard error to each side."""
    points = [point for line in panel.lines.values() for point in line]
    for k, (rule, line) in enumerate(panel.lines.items()):
        x, y, errors = zip(*line, strict=True)
        look = {"color": COLOURS[k % len(COLOURS)], "marker": MARKERS[k % len(MARKERS)]}
        axes.errorbar(x, y, errors, markersize=4, linewidth=1.2, capsize=2, label=rule, **look)
    if min(y - error for _, y, error in points) > 0:
        axes.set_yscale("log")
    else:  # an unbiased estimate of 0 may be negative
        axes.set_yscale("symlog", linthresh=max(error for *_, error in points) or SMALL)
    if panel.axis != "f/n":
        axes.set_xscale("symlog" if min(x for x, *_ in points) == 0 else "log")
        plain_ticks(axes, y=False)
    _tick_at(axes, {round(x, 3) for x, *_ in points})
    axes.set_xlabel(panel.axis if panel.axis != "d" else "dimension d")
    axes.set_ylabel("|E F − g|², σ = 1", color=INK)
    axes.set_title(panel.label, fontsize=9)
    axes.legend(frameon=False, fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))


def _ratios(axes: Any, axis: str, series: Sequence[Series]) -> None:
    """Each series thin, and thick the largest of its claim, a colour, and rule, a marker."""
    thick = largest(series)
    claims, rules = (list(dict.fromkeys(names)) for names in zip(*thick, strict=True))
    colours = {claim: COLOURS[k % len(COLOURS)] for k, claim in enumerate(claims)}
    markers = {rule: MARKERS[k % len(MARKERS)] for k, rule in enumerate(rules)}
    for one in series:
        axes.plot(one.x, one.ratio, color=colours[one.family[0]], linewidth=0.5, alpha=0.35)
    for (claim, rule), (x, y) in thick.items():
        look = {"color": colours[claim], "marker": markers[rule]}
        axes.plot(x, y, markersize=4, linewidth=1.6, **look)
    for claim, colour in colours.items():
        axes.plot([], [], color=colour, linewidth=1.6, label=claim)
    for rule, marker in markers.items():
        axes.plot([], [], color=INK, marker=marker, markersize=4, linestyle="", label=rule)
    axes.axhline(1.0, color=INK, linewidth=1.0)
    axes.set_yscale("symlog", linthresh=SMALL)  # an unbiased estimate of 0 may be negative
    if axis != "f/n":
        axes.set_xscale("log" if all(x > 0 for one in series for x in one.x) else "linear")
        plain_ticks(axes, y=False)
        _tick_at(axes, {x for one in series for x in one.x})
    axes.set_xlabel(axis.replace("sigma", "σ"))
    axes.set_ylabel("share of the bound", color=INK)
    axes.set_title("share of Krum's bounds; thick: the largest of all settings", fontsize=9)
    axes.legend(frameon=False, fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))


def _angles(axes: Any, found: Sequence[Angle]) -> None:
    """The largest 1 - <E F, g> / |g|^2 of each rule, and the bounds as dashed lines."""
    for k, one in enumerate(found):
        colour = COLOURS[k % len(COLOURS)]
        axes.plot(one.gradients, one.largest, "o-", color=colour, markersize=4, label=one.rule)
    bounds = [line for one in found for line in one.bounds]
    for number, (x, y) in enumerate(bounds):
        label = None if number else "sin α for each n, f, d"
        axes.plot(x, y, "--", color=INK, linewidth=0.8, label=label)
    axes.set_xscale("log")
    plain_ticks(axes, y=False)
    _tick_at(axes, {x for one in found for x in one.gradients})
    axes.set_xlabel("|g|/σ")
    if min(min(one.largest) for one in found) > 0:
        axes.set_yscale("log")
    else:
        axes.set_yscale("symlog", linthresh=SMALL * min(y[-1] for _, y in bounds))
    axes.set_ylabel("1 − ⟨E F, g⟩ / |g|²", color=INK)
    axes.set_title(
        "the angle: the largest loss of all settings, and what Krum is allowed", fontsize=9
    )
    axes.legend(frameon=False, fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))


def _times(axes: Any, fit: TimeFit, name: str) -> None:
    """Seconds over n for each d, or the other way round, with the fitted plane dashed."""
    mine, other = (0, 1) if name == "n" else (1, 0)
    for k, fixed in enumerate(sorted({point[other] for point in fit.points})):
        points = [point for point in fit.points if point[other] == fixed]
        x, fitted = [p[mine] for p in points], [_fitted(fit, p[0], p[1]) for p in points]
        look = {"color": COLOURS[k % len(COLOURS)], "linewidth": 1.0}
        label = f"{'nd'[other]} = {fixed}"
        axes.plot(x, [p[2] for p in points], "o-", markersize=4, label=label, **look)
        axes.plot(x, fitted, "--", alpha=0.6, **look)
    axes.set_xscale("log")
    axes.set_yscale("log")
    plain_ticks(axes)
    _tick_at(axes, {point[mine] for point in fit.points})
    axes.set_xlabel("workers n" if name == "n" else "dimension d")
    axes.set_ylabel("seconds a trial", color=INK)
    known = "; Result 2: O(n²d)" if fit.rule == "krum" else ""
    said = in_words(name, fit.exponents[name])
    axes.set_title(f"time of {fit.rule}{known}; dashed: {said}", fontsize=9)
    axes.legend(frameon=False, fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))


def _tick_at(axes: Any, values: Set[float]) -> None:
    """Ticks where something was measured, unless they would cover each other."""
    if len(values) <= MOST_TICKS:
        axes.set_xticks(sorted(values))


def _fitted(fit: TimeFit, n: int, d: int) -> float:
    value = fit.constant
    for name, size in (("n", n), ("d", d)):
        if name in fit.exponents:
            value *= float(size) ** fit.exponents[name].value
    return value


def in_words(name: str, found: Exponent) -> str:
    """An exponent with its interval and the last one.

    >>> from empirics.sweep.summary import Exponent
    >>> in_words("n", Exponent(1.7, (1.5, 1.9), 2.04))
    'n^1.70 (1.50 to 1.90), at last n^2.04'
    """
    low, high = found.interval
    interval = f" ({low:.2f} to {high:.2f})" if low == low else ""
    last = f", at last {name}^{found.last:.2f}" if found.last == found.last else ""
    return f"{name}^{found.value:.2f}{interval}{last}"
