"""The robustness coefficient of Krum, from the stored table: against eta^2, and its growth."""

from __future__ import annotations

from empirics.experiments.krum import eta2
from empirics.robustness.closed_forms import limit as limit_of_a_share
from empirics.robustness.published import PUBLISHED
from empirics.robustness.table import table
from reports.render.drawing import CLAIMED, INK, PROVED, SAMPLED, as_svg, canvas

AGAINST_ETA, LIMIT = "kappa.svg", "kappa-limit.svg"


def against_eta() -> str:
    """kappa* (m-1)/m against eta^2 over f, for some n; both bound |E Krum - g|^2 / (d sigma^2)."""
    figure, grid = canvas(1, 3, 8.4, 2.9)
    for axes, n in zip(grid, (11, 25, 50), strict=True):
        fs = range((n - 3) // 2 + 1)
        ours = [float(table()[n, f].upper) * (n - f - 1) / (n - f) for f in fs]
        axes.plot(
            fs,
            [eta2(n, f) for f in fs],
            color=CLAIMED,
            linestyle=(0, (5, 2)),
            linewidth=1.6,
            label="η² of the paper",
        )
        axes.plot(
            fs, ours, color=PROVED, linewidth=1.6, marker="o", markersize=3, label="κ*(m−1)/m"
        )
        axes.set_yscale("log")
        axes.set_title(f"n = {n}", fontsize=9)
        axes.set_xlabel("Byzantine workers f")
    grid[0].set_ylabel("bound of |E Krum − g|²/(dσ²)", fontsize=8)
    grid[0].legend(frameon=False, fontsize=8)
    return as_svg(figure)


def limit() -> str:
    """kappa* over the share f/n, with its limit, and what others have stated."""
    figure, (axes,) = canvas(1, 1, 5.6, 3.4)
    shares = [v / 200 for v in range(1, 97)]
    axes.plot(
        shares,
        [limit_of_a_share(v) for v in shares],
        color=INK,
        linewidth=1.0,
        linestyle=(0, (1, 2)),
        label="limit for n → ∞",
    )
    for v in (1 / 4, 1 / 3):  # from one regime of the limit to the next
        axes.axvline(v, color=INK, linewidth=0.5, alpha=0.4)
    for n, colour in ((50, PROVED), (1000, SAMPLED)):
        rows = sorted((f / n, float(row.upper)) for (m, f), row in table().items() if m == n and f)
        axes.plot(
            [v for v, _ in rows],
            [value for _, value in rows],
            color=colour,
            marker="o",
            markersize=3,
            linewidth=1.2 if n == 50 else 0,
            label=f"κ*, n = {n}",
        )
    other = PUBLISHED[0]
    assert other.value is not None
    axes.plot(
        shares,
        [other.value(1000, round(1000 * v)) for v in shares],
        color=CLAIMED,
        linewidth=1.2,
        linestyle=(0, (5, 2)),
        label="6(1 + f/(n−2f)), another rule",
    )
    axes.set_yscale("log")
    axes.set_ylim(0.9, 2000)
    axes.set_xlabel("share of Byzantine workers v = f/n")
    axes.set_ylabel("robustness coefficient, no unit", fontsize=8)
    axes.legend(frameon=False, fontsize=8)
    return as_svg(figure)
