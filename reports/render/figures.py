"""The charts: what is proved against what is claimed, and how close samples come to each claim.

The same input gives the same bytes: no date, no version, fixed hash salts. Text stays text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from math import log10
from typing import TYPE_CHECKING, Any

from reports.audit import Audit
from reports.render.constants import Bound, bounds, number
from theory.kernel.terms import Relation
from theory.notation.document import Document
from theory.notation.printing import Printer

if TYPE_CHECKING:
    from empirics.claims.results import ClaimSample

INK = "#3b3a37"
CLAIMED, PROVED, SAMPLED = "#c2571a", "#1a7f5a", "#3867b8"
FAMILIES: list[tuple[str, Callable[[int], int | None], int]] = [
    ("f = 0", lambda n: 0, 3),
    ("f = 1", lambda n: 1, 5),
    ("f = ⌊n/4⌋", lambda n: n // 4, 5),
    ("f = (n − 3)/2, n odd", lambda n: (n - 3) // 2 if n % 2 else None, 3),
]
LARGEST = 1000


def figures(
    document: Document, audit: Audit, headline: Sequence[str], samples: Mapping[str, ClaimSample]
) -> dict[str, str]:
    """Every chart that the document has data for, as SVG files by name."""
    drawn = {}
    found = bounds(document, audit, headline)
    plain = document.language.signature.symbols
    if found is not None and {"n", "f"} <= plain.keys():
        drawn["constants.svg"] = _constants(document, *found)
    ratios = _ratio_rows(audit, samples)
    if len(ratios) > 1:
        drawn["ratios.svg"] = _ratios(ratios)
    return drawn


def inline(svg: str, prefix: str) -> str:
    """A chart for a page: no prologue, no background, ink in the colour of the text, own ids."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'<g id="patch_1">.*?</g>', "", svg, count=1, flags=re.DOTALL)
    svg = svg.replace(INK, "currentColor")
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{prefix}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", svg)
    return re.sub(r'<svg ([^>]*?)(?:width|height)="[\d.]+pt" ', r"<svg \1", svg, count=1)


def _constants(document: Document, left: Any, found: list[Bound]) -> str:
    signature = document.language.signature
    others = dict.fromkeys((n for n, s in signature.symbols.items() if not s.sets), 1.0)
    claimed = signature.definitions.get("eta")
    figure, grid = _canvas(2, 2, 6.0, 5.0)
    for (title, choose, first), axes in zip(FAMILIES, grid, strict=True):
        points = [
            (n, {**others, "n": float(n), "f": float(f)})
            for n in _spread(first, LARGEST)
            if (f := choose(n)) is not None and n > 2 * f + 2
        ]
        ns = [n for n, _ in points]
        best = [min(bound.value(values) for bound in found) for _, values in points]
        if claimed is not None:
            paper = [number(signature, claimed.body, values) ** 2 for _, values in points]
            axes.plot(
                ns, paper, color=CLAIMED, linewidth=1.8, linestyle=(0, (5, 2)), label="η²(n, f)"
            )
        axes.plot(ns, best, color=PROVED, linewidth=1.8, label="sharpest proved")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("workers n")
        _plain_ticks(axes)
    printed = Printer(document.language).text(left)
    figure.supylabel(f"bound on {printed}, for d = σ = 1", color=INK, fontsize=9)
    handles, labels = grid[0].get_legend_handles_labels()
    legend = figure.legend(handles, labels, loc="outside upper center", ncols=2, frameon=False)
    for text in legend.get_texts():
        text.set_color(INK)
    return _svg(figure)


Row = tuple[str, float | None, float | None, bool]
"""Reading, largest ratio of the sample, largest exact ratio, whether it is refuted."""


def _ratio_rows(audit: Audit, samples: Mapping[str, ClaimSample]) -> list[Row]:
    rows: list[Row] = []
    for finding in audit.findings:
        if not isinstance(finding.judgement.reading.statement, Relation):
            continue
        if finding.judgement.reading.statement.op == "=":
            continue
        sample = samples.get(finding.id)
        sampled = sample.ratio.value if sample is not None and sample.ratio is not None else None
        exact = finding.tightness.decimal if finding.tightness else None
        if sampled is not None and not 0 < sampled < float("inf"):
            sampled = None
        if exact is not None and exact <= 0:
            exact = None
        if sampled is not None or exact is not None:
            rows.append((finding.id, sampled, exact, finding.verdict == "REFUTED"))
    return rows


def _ratios(rows: list[Row]) -> str:
    figure, (axes,) = _canvas(1, 1, 7.2, 1.1 + 0.2 * len(rows))
    values = [v for _, a, b, _ in rows for v in (a, b) if v is not None]
    low, high = min(*values, 0.5), max(*values, 1.5)
    for place, (_, sampled, exact, refuted) in enumerate(rows):
        axes.plot([low / 2, high * 2], [place, place], color=INK, linewidth=0.3, alpha=0.35)
        if exact is not None:
            axes.plot([exact], [place], marker="D", markersize=5, color=PROVED, linestyle="none")
        if sampled is not None:
            colour = CLAIMED if refuted else SAMPLED
            axes.plot([sampled], [place], marker="o", markersize=4, color=colour, linestyle="none")
    axes.axvline(1.0, color=INK, linewidth=1.0)
    axes.set_xscale("log")
    axes.set_xlim(low / 1.5, high * 1.5)
    axes.set_ylim(len(rows) - 0.3, -0.7)
    axes.set_yticks(range(len(rows)), [row[0] for row in rows])
    axes.set_xlabel("largest left/right; to the right of 1 the claim is violated")
    for marker, colour, label in (
        ("o", SAMPLED, "sampled"),
        ("o", CLAIMED, "sampled, and the claim is refuted"),
        ("D", PROVED, "exact example"),
    ):
        axes.plot([], [], marker=marker, color=colour, linestyle="none", markersize=4, label=label)
    axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    _plain_ticks(axes, y=False)
    return _svg(figure)


def _spread(first: int, last: int) -> list[int]:
    """Whole numbers that look evenly spread on a logarithmic axis."""
    found, n = [], float(first)
    while n <= last:
        found += [int(n), int(n) + 1]
        n *= 1.12
    return sorted(set(found))


def _canvas(rows: int, columns: int, width: float, height: float) -> tuple[Any, list[Any]]:
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


def _plain_ticks(axes: Any, *, y: bool = True) -> None:
    """Ticks as ordinary numbers: 1, 10, 100."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    for axis in (axes.xaxis, axes.yaxis) if y else (axes.xaxis,):
        axis.set_major_formatter(FuncFormatter(_power_of_ten))
        axis.set_minor_formatter(NullFormatter())


def _power_of_ten(value: float, _: object = None) -> str:
    """A tick: 0.1, 100, 10⁶.

    >>> _power_of_ten(100.0), _power_of_ten(1e6)
    ('100', '10⁶')
    """
    exponent = round(log10(value)) if value > 0 else 0
    if value > 0 and exponent >= 4 and abs(value / 10**exponent - 1) < 1e-9:
        return "10" + "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(c)] for c in str(exponent))
    return f"{value:g}"


def _svg(figure: Any) -> str:
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
