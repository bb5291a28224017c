"""The waterfall drawn: how far each line moves the bound, on the way down from eta^2."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from reports.render.drawing import CLAIMED, INK, PROVED, as_svg, canvas, plain_ticks
from reports.render.dynamics_figures import Caption
from reports.waterfall import Waterfall, sentence, waterfalls
from theory.papers.krum.document import DOCUMENT

NAME = "waterfall.svg"


@cache
def _ways() -> tuple[Waterfall, Waterfall]:
    return waterfalls(DOCUMENT)


def figures() -> dict[str, str]:
    """The waterfall of both ways down on the common model, as an SVG file by name."""
    return {NAME: waterfall_figure(_ways())}


def captions() -> dict[str, Caption]:
    """Title and caption by the same name."""
    text = sentence(*_ways())
    return {NAME: Caption("Where the constants are loose: line by line from η² down", text)}


def waterfall_figure(ways: Sequence[Waterfall]) -> str:
    """Each way down as bars on one logarithmic axis: an SVG file."""
    rows = sum(len(way.lines) + 1 for way in ways)
    figure, (axes,) = canvas(1, 1, 7.2, 1.2 + 0.22 * rows)
    labels: list[str] = []
    places: list[int] = []
    place = 0
    truth = 0.0
    for way in ways:
        scale = way.variance
        axes.text(0.01, place, way.title, color=INK, fontsize=9, weight="bold",
                  transform=axes.get_yaxis_transform(), va="center")  # fmt: skip
        place += 1
        for line in way.lines:
            before, after = float(line.before / scale), float(line.after / scale)
            colour = PROVED if line.inequality else CLAIMED
            axes.plot([before, after], [place, place], color=colour, linewidth=6,
                      solid_capstyle="butt")  # fmt: skip
            axes.plot([after], [place], marker="|", markersize=11, color=colour)
            axes.plot([after, after], [place, place + 0.9], color=INK, linewidth=0.4)
            labels.append(f"{line.says} ({line.claim.partition(':')[0]})")
            places.append(place)
            place += 1
        truth = float(way.lines[-1].after / scale)
    axes.axvline(truth, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_xscale("log")
    axes.set_ylim(place - 0.2, -0.7)
    axes.set_yticks(places, labels, fontsize=8)
    axes.set_xlabel("bound on |E Krum − g|² / (dσ²); dashed: its value")
    for colour, label in ((PROVED, "proved"), (CLAIMED, "no inequality: false as written")):
        axes.plot([], [], color=colour, linewidth=6, label=label)
    axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=2)
    plain_ticks(axes, y=False)
    return as_svg(figure)
