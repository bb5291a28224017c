"""The figures of the convergence half: runs under attack, both weights, and what breaks.

All numbers are computed here, from fixed seeds; the same program gives the same bytes.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from empirics.attacks import ATTACKS
from empirics.attacks.ipm import InnerProductManipulation
from empirics.dynamics.dropped import DROPPED, Dropped
from empirics.dynamics.schedules import SCHEDULES
from empirics.dynamics.sgd import Setting, Trace, simulate, weights
from empirics.interfaces import FloatArray
from empirics.models import MODELS
from empirics.rules import RULES
from reports.render.drawing import CLAIMED, INK, PROVED, SAMPLED, as_svg, canvas
from reports.render.lesson_figures import (
    INDICATOR,
    INTEREST,
    RISES,
    indicator,
    interest,
    rises,
)

AVERAGING, KRUM, WEIGHTS = "averaging.svg", "krum-run.svg", "weights.svg"
_GROWTH = 2.0
"""B of the figure of the weights."""


class Caption(NamedTuple):
    """The words that go with a figure."""

    title: str
    text: str


def name_of(dropped: Dropped) -> str:
    """The file of a dropped hypothesis."""
    return f"without-{dropped.name}.svg"


def figures() -> dict[str, str]:
    """Every figure as an SVG file, by name, in the order in which a report shows them."""
    return {
        AVERAGING: _averaging(),
        KRUM: simulation(_under_attack("krum")),
        WEIGHTS: _weights(),
        INTEREST: interest(),
        INDICATOR: indicator(),
        RISES: rises(),
        **{name_of(dropped): _without(dropped) for dropped in DROPPED},
    }


def captions() -> dict[str, Caption]:
    """Title and caption of every figure, by the same names."""
    beaten, krum = (_one_liar(rule).setting for rule in ("average", "krum"))
    attacked = _under_attack("krum").setting
    return {
        AVERAGING: Caption(
            "One Byzantine worker breaks averaging (Result 1)",
            f"{beaten.n} workers, one of them Byzantine: it sends −{2 * beaten.n - 1} times the "
            f"mean of the others, so that the average is minus that mean. Cost {beaten.cost.label}"
            f", d = {beaten.d}, γ_t = {beaten.schedule.label}; {beaten.runs} runs each, on the "
            f"same noise, with sin α = {krum.sin_alpha:g}. Line: median; band: all runs.",
        ),
        KRUM: Caption(
            "Krum under attack: the quantities of the proof",
            f"n = {attacked.n}, f = {attacked.f}, d = {attacked.d}, attack "
            f"“{attacked.attack.name}”, model {attacked.model.label}, cost {attacked.cost.label}, "
            f"γ_t = {attacked.schedule.label}, D = {attacked.region:g}, sin α = "
            f"{attacked.sin_alpha:g}, {attacked.runs} runs (line: median; band: all). In the sums, "
            "E Krum_t is estimated by Krum_t itself: what that adds is a martingale.",
        ),
        WEIGHTS: Caption(
            "Both forms of μ_t in (2-8)",
            f"γ_t = 1/t and B = {_GROWTH:g}. The printed product begins with the factor "
            f"1/(1 − {_GROWTH:g}) < 0 and then moves away from 0; the repaired one starts at 1 and "
            "decreases to a positive limit.",
        ),
        INTEREST: Caption(
            "The idea of (2-8) and (2-9): take the interest out",
            "u_{t+1} = (1 + 1/t²)u_t + 1/t² from u_1 = 1, as in the lesson with A = B = 1 and "
            "γ_t = 1/t. Measured in money of the first day, only the loans γ_t²μ_{t+1}A are left "
            "(bars), and their sum is finite.",
        ),
        INDICATOR: Caption(
            "The idea of (2-10): look at the mean of the next move",
            "u′_{t+1} = u′_t + (1 − u′_t)/3 + 1/(2t²) ± 2/5, with a fair coin. The indicator χ_t "
            "looks at the mean of the move, not at the coin: it is known at time t. The path may "
            "well fall where it is 1.",
        ),
        RISES: Caption(
            "Why a finite sum of expected rises matters",
            "Both sequences stay between 0 and 2. The one whose rises have an infinite sum swings "
            "for ever. The other has used up its rises; it can fall by no more than its start and "
            "all that it has risen, and so it converges. That is the quasi-martingale theorem "
            "without chance.",
        ),
        **{
            name_of(dropped): Caption(
                f"Without {dropped.hypothesis}", f"{dropped.process} Proof. {dropped.proof}"
            )
            for dropped in DROPPED
        },
    }


def simulation(trace: Trace) -> str:
    """h_t, rho_t, u_t, the sums of the proof and mu_t of simulated runs, as SVG."""
    setting = trace.setting
    figure, grid = canvas(3, 2, 7.4, 7.2)
    after = np.arange(1, setting.steps + 2)
    during = after[:-1]
    symbol = "Krum" if setting.rule.name == "krum" else "F"
    for axes, times, values, title, unit, colour in (
        (grid[0], after, trace.h, "cost h$_t$ = Q(x$_t$)", "units of Q", SAMPLED),
        (grid[1], after, trace.rho, "ρ$_t$ = |∇Q(x$_t$)|²", "(units of Q / length)²", SAMPLED),
        (grid[2], after, trace.u, "u$_t$ = φ(|x$_t$|²)", "length⁴", SAMPLED),
        (
            grid[3],
            during,
            trace.outward_sum,
            f"Σγ$_i$⟨x$_i$, {symbol}$_i$⟩φ′(|x$_i$|²), (2-12)",
            "length⁴",
            PROVED,
        ),
    ):
        _band(axes, times, values, colour)
        _axes(axes, title, unit)
    for axes, values in ((grid[0], trace.h), (grid[1], trace.rho)):
        if (values > 0).all():
            axes.set_yscale("log")
    _band(grid[4], during, trace.descent_sum, PROVED, f"γ$_i$⟨{symbol}$_i$, ∇Q⟩, (2-18)")
    _band(grid[4], during, trace.rho_sum, SAMPLED, "γ$_i$ρ$_i$, (2-23)")
    _axes(grid[4], "sums over i ≤ t", "units of Q")
    _both_weights(grid[5], during, trace.mu_printed, trace.mu_repaired)
    _axes(grid[5], f"μ$_t$ for B = {setting.growth:g}", "a factor, no unit")
    for axes in grid[4:]:
        _legend(axes)
    for axes in grid[:4]:
        axes.set_xlabel("")
    return as_svg(figure)


@cache
def _one_liar(rule: str) -> Trace:
    n = 11
    attack = InnerProductManipulation(factor=2 * n - 1)
    parts = (RULES[rule], attack, MODELS["gaussian"])
    return simulate(Setting(*parts, n=n, f=1, d=2, steps=300, runs=20, sin_alpha=0.8))


@cache
def _under_attack(rule: str) -> Trace:
    parts = (RULES[rule], ATTACKS["alie"], MODELS["gaussian"])
    return simulate(Setting(*parts, d=2, steps=600, runs=20, sin_alpha=0.8))


def _averaging() -> str:
    figure, grid = canvas(1, 2, 7.0, 2.8)
    grid[1].sharey(grid[0])
    for axes, rule, title, colour in (
        (grid[0], "average", "averaging", CLAIMED),
        (grid[1], "krum", "Krum", PROVED),
    ):
        trace = _one_liar(rule)
        _band(axes, np.arange(1, trace.setting.steps + 2), np.sqrt(trace.rho), colour)
        _axes(axes, f"{title}, one Byzantine worker", "|∇Q(x$_t$)|, units of Q / length")
        axes.set_yscale("log")
    return as_svg(figure)


def _weights() -> str:
    figure, (axes,) = canvas(1, 1, 4.6, 2.8)
    times = np.arange(1, 201)
    _both_weights(axes, times, *weights(SCHEDULES["harmonic"].sizes(len(times)), _GROWTH))
    axes.axhline(0.0, color=INK, linewidth=0.6)
    _axes(axes, f"μ$_t$ for γ$_t$ = 1/t and B = {_GROWTH:g}", "a factor, no unit")
    _legend(axes)
    return as_svg(figure)


def _both_weights(axes: Any, times: Any, printed: FloatArray, repaired: FloatArray) -> None:
    shown = _spread(len(times))
    times, printed, repaired = times[shown], printed[shown], repaired[shown]
    axes.plot(times, printed, color=CLAIMED, linewidth=1.6, linestyle=(0, (5, 2)), label="printed")
    axes.plot(times, repaired, color=PROVED, linewidth=1.6, label="repaired")


def _without(dropped: Dropped) -> str:
    """The run, and the gradient along it."""
    run = dropped.run(dropped.shown)
    points = np.array(run.points, dtype=np.float64)
    sizes = np.sqrt(np.array(run.squared_gradients(), dtype=np.float64))
    times = np.arange(1, len(points) + 1)
    figure, (left, right) = canvas(1, 2, 6.4, 2.3)
    style: dict[str, Any] = {"color": CLAIMED, "linewidth": 1.0, "marker": "o", "markersize": 2.5}
    left.set_xlabel("step t")
    right.set_xlabel("step t")
    left.set_ylabel("length")
    right.set_ylabel("units of Q / length")
    left.set_title("x$_t$", fontsize=9)
    right.set_title("|∇Q(x$_t$)|", fontsize=9)
    if len(points) > 100:
        shown = _spread(len(points))
        times, points, sizes = times[shown], points[shown], sizes[shown]
        style["markersize"] = 1.5
        left.set_xscale("log")
        right.set_xscale("log")
    if points.shape[1] == 2:
        left.plot(points[:, 0], points[:, 1], **style)
        left.plot([0], [0], marker="+", color=INK, markersize=8, linestyle="none")
        left.set_xlabel("first coordinate, length")
        left.set_ylabel("second coordinate, length")
        left.set_title("x$_t$ in the plane; + is the minimum", fontsize=9)
    elif sizes.max() > 1e6:
        left.plot(times, np.abs(points[:, 0]), **style)
        left.set_title("|x$_t$|", fontsize=9)
        left.set_yscale("log")
    else:
        left.plot(times, points[:, 0], **style)
        left.axhline(0.0, color=INK, linewidth=0.6)
    right.plot(times, sizes, **style)
    if sizes.max() > 1e6:
        right.set_yscale("log")
    else:
        right.set_ylim(bottom=0.0)
    return as_svg(figure)


def _band(axes: Any, times: Any, values: FloatArray, colour: str, label: str = "") -> None:
    """The median over the runs, and all of them."""
    shown = _spread(len(times))
    times, values = times[shown], values[:, shown]
    low, high = values.min(axis=0), values.max(axis=0)
    axes.fill_between(times, low, high, color=colour, alpha=0.35, linewidth=0)
    axes.plot(times, np.median(values, axis=0), color=colour, linewidth=1.5, label=label or None)


def _spread(length: int) -> Any:
    """Positions that look evenly spread on a logarithmic axis, the first and the last included."""
    if length <= 150:
        return np.arange(length)
    return np.unique(np.geomspace(1, length, 150).round().astype(int)) - 1


def _axes(axes: Any, title: str, unit: str) -> None:
    axes.set_title(title, fontsize=9)
    axes.set_xlabel("step t")
    axes.set_ylabel(unit, fontsize=8)
    axes.set_xscale("log")


def _legend(axes: Any) -> None:
    axes.legend(frameon=False, fontsize=8)
