"""A picture for each idea of (2-8) to (2-13): interest, the indicator, the sum of the rises.

The numbers are those of the lessons, or given by a formula in the caption; nothing is simulated.
"""

from __future__ import annotations

import numpy as np

from empirics.interfaces import FloatArray
from reports.render.drawing import CLAIMED, INK, PROVED, SAMPLED, as_svg, canvas

INTEREST, INDICATOR, RISES = "interest.svg", "indicator.svg", "rises.svg"


def interest() -> str:
    """A debt with interest, and the same in money of the first day (2-8, 2-9)."""
    figure, (debt, worth) = canvas(1, 2, 6.6, 2.5)
    steps = 12
    u, mu = np.ones(steps), np.ones(steps)
    for t in range(1, steps):
        factor = 1 + 1 / t**2
        u[t], mu[t] = factor * u[t - 1] + 1 / t**2, mu[t - 1] / factor
    times = np.arange(1, steps + 1)
    for axes, values, title, colour in (
        (debt, u, "u$_t$: grows by interest and loans", CLAIMED),
        (worth, mu * u, "u′$_t$ = μ$_t$u$_t$: grows by loans alone", PROVED),
    ):
        axes.plot(times, values, color=colour, marker="o", markersize=3, linewidth=1.2)
        axes.set_title(title, fontsize=9)
        axes.set_xlabel("step t")
        axes.set_ylabel("debt, a number")
        axes.set_ylim(bottom=0.0)
        axes.set_xticks(times[::2])
    rises = np.diff(mu * u)
    worth.bar(times[1:], rises, bottom=(mu * u)[:-1], width=0.5, color=SAMPLED, alpha=0.5)
    return as_svg(figure)


def expected_moves(count: int) -> tuple[FloatArray, FloatArray]:
    """u'_t by a fixed coin, and the mean of its next move: [count] each."""
    coin = np.array([1, -1, 1, 1, -1, -1, 1, -1, -1, 1, 1, -1, 1, -1, 1, -1, -1, 1, -1, 1, 1, -1])
    u, moves = np.empty(count), np.empty(count)
    u[0] = 1.0
    for t in range(count):
        moves[t] = (1.0 - u[t]) / 3 + 0.5 / (t + 1) ** 2
        if t + 1 < count:
            u[t + 1] = u[t] + moves[t] + coin[t] * 0.4
    return u, moves


def indicator() -> str:
    """The indicator of (2-10): 1 where the next move is upward in the mean."""
    count = 18
    u, moves = expected_moves(count)
    times = np.arange(1, count + 1)
    figure, (above, below) = canvas(2, 1, 6.2, 3.6)
    for axes in (above, below):
        for t, move in zip(times, moves, strict=True):
            if move > 0:
                axes.axvspan(t - 0.5, t + 0.5, color=PROVED, alpha=0.15, linewidth=0)
        axes.set_xlabel("step t")
        axes.set_ylabel("a number")
        axes.set_xlim(0.5, count + 0.5)
    above.plot(times, u, color=SAMPLED, marker="o", markersize=3, linewidth=1.2)
    above.set_title("u′$_t$ on one path; shaded where χ$_t$ = 1", fontsize=9)
    colours = [PROVED if move > 0 else CLAIMED for move in moves]
    below.bar(times, moves, width=0.6, color=colours)
    below.axhline(0.0, color=INK, linewidth=0.6)
    below.set_title("E(u′$_{t+1}$ − u′$_t$ | P$_t$); only the rises are added", fontsize=9)
    return as_svg(figure)


def wave(steps: int) -> tuple[FloatArray, FloatArray]:
    """Two sequences in [0, 2]: 1 + sin(log t) goes on swinging, 1 + sin(log t)/t settles."""
    times = np.arange(1, steps + 1)
    return 1 + np.sin(np.log(times)), 1 + np.sin(np.log(times)) / times


def rises() -> str:
    """A bounded sequence with an infinite sum of rises, and one with a finite sum."""
    steps = 100_000
    shown = np.unique(np.geomspace(1, steps - 1, 300).round().astype(int)) - 1
    figure, (path, total) = canvas(1, 2, 6.8, 2.6)
    for values, name, colour in zip(
        wave(steps), ("1 + sin(log t)", "1 + sin(log t)/t"), (CLAIMED, PROVED), strict=True
    ):
        upward = np.cumsum(np.maximum(np.diff(values), 0.0))
        path.plot(shown + 1, values[shown], color=colour, linewidth=1.4, label=name)
        total.plot(shown + 1, upward[shown], color=colour, linewidth=1.4, label=name)
    for axes, title in ((path, "the sequence"), (total, "the sum of its rises so far")):
        axes.set_xscale("log")
        axes.set_title(title, fontsize=9)
        axes.set_xlabel("step t")
        axes.set_ylabel("a number")
    total.legend(frameon=False, fontsize=8)
    return as_svg(figure)
