"""How every chart is drawn: colours, axes, ticks, and SVG that is the same for the same input.

No date, no version, fixed hash salts. Text stays text.
"""

from __future__ import annotations

import io
import re
from html import escape
from math import log10
from typing import Any

INK = "#3b3a37"
CLAIMED, PROVED, SAMPLED = "#c2571a", "#1a7f5a", "#3867b8"


def canvas(rows: int, columns: int, width: float, height: float) -> tuple[Any, list[Any]]:
    """A figure of so many inches, and its axes row by row."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    grid = figure.subplots(rows, columns, squeeze=False)
    axes = [a for row in grid for a in row]
    for each in axes:
        each.set_facecolor("none")
        for spine in each.spines.values():
            spine.set_color(INK)
            spine.set_linewidth(0.6)
        for side in ("top", "right"):
            each.spines[side].set_visible(False)
        each.tick_params(colors=INK, which="both", width=0.6)
        for label in (each.xaxis.label, each.yaxis.label, each.title):
            label.set_color(INK)
    return figure, axes


def plain_ticks(axes: Any, *, y: bool = True) -> None:
    """Ticks as ordinary numbers: 1, 10, 100."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    for axis in (axes.xaxis, axes.yaxis) if y else (axes.xaxis,):
        axis.set_major_formatter(FuncFormatter(_power_of_ten))
        axis.set_minor_formatter(NullFormatter())


def _power_of_ten(value: float, _: object = None) -> str:
    """A tick: 0.1, 100, 10⁶.

    >>> _power_of_ten(100.0), _power_of_ten(1e6), _power_of_ten(1e-5)
    ('100', '10⁶', '10⁻⁵')
    """
    exponent = round(log10(value)) if value > 0 else 0
    if value > 0 and abs(exponent) >= 4 and abs(value / 10**exponent - 1) < 1e-9:
        return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{value:g}"


def as_svg(figure: Any) -> str:
    """The figure as an SVG file."""
    import matplotlib

    settings: Any = {
        "svg.hashsalt": "byzproof",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
    }
    for axes in figure.axes:
        for text in [axes.title, *(axes.get_legend().get_texts() if axes.get_legend() else [])]:
            text.set_color(INK)
    buffer = io.StringIO()
    with matplotlib.rc_context(settings):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    lines = [line.rstrip() for line in buffer.getvalue().splitlines()]
    return "\n".join(lines) + "\n"


def inline(svg: str, prefix: str, title: str) -> str:
    """A chart for a page: its title, no background, ink in the colour of the text, own ids.

    Styles become attributes, since the policy of the page allows none.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<(metadata|style)\b.*?</\1>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="patch_1">.*?</g>', "", svg, count=1, flags=re.DOTALL)
    svg = svg.replace(INK, "currentColor")
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{prefix}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", svg)
    svg = re.sub(r'\bstyle="([^"]*)"', lambda style: _attributes(style[1]), svg)
    svg = re.sub(r'<svg ([^>]*?)(?:width|height)="[\d.]+pt" ', r"<svg \1", svg, count=1)
    return re.sub(
        r"<svg ([^>]*)>", rf'<svg role="img" \1><title>{escape(title)}</title>', svg, count=1
    )


def _attributes(style: str) -> str:
    """A style as attributes.

    >>> _attributes("fill: none; stroke: #3b3a37")
    'fill="none" stroke="#3b3a37"'
    >>> _attributes("font: 10px 'DejaVu Sans', sans-serif; text-anchor: middle")
    'font-size="10px" text-anchor="middle"'
    """
    said = dict(re.findall(r"([\w-]+): ([^;]*)", style))
    if size := re.search(r"[\d.]+px", said.pop("font", "")):
        said = {"font-size": size[0], **said}
    return " ".join(f'{name}="{value}"' for name, value in said.items())


def versions() -> dict[str, str]:
    """The versions of what draws: with the same ones the figures are the same to the byte."""
    import matplotlib
    import numpy
    from matplotlib import ft2font

    return {
        "matplotlib": matplotlib.__version__,
        "freetype": ft2font.__freetype_version__,
        "numpy": numpy.__version__,
    }
