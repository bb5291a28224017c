"""The charts: what is proved against what is claimed, and how close samples come to each claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reports.audit import Audit
from reports.render.constants import Bound, bounds, number
from reports.render.drawing import CLAIMED, INK, PROVED, SAMPLED, as_svg, canvas, plain_ticks
from reports.sampled import Seen
from theory.kernel.terms import Relation
from theory.notation.document import Document
from theory.notation.printing import Printer

FAMILIES: list[tuple[str, Callable[[int], int | None], int]] = [
    ("f = 0", lambda n: 0, 3),
    ("f = 1", lambda n: 1, 5),
    ("f = ⌊n/4⌋", lambda n: n // 4, 5),
    ("f = (n − 3)/2, n odd", lambda n: (n - 3) // 2 if n % 2 else None, 3),
]
LARGEST = 1000


def figures(
    document: Document, audit: Audit, headline: Sequence[str], samples: Mapping[str, Seen]
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


def _constants(document: Document, left: Any, found: list[Bound]) -> str:
    signature = document.language.signature
    others = dict.fromkeys((n for n, s in signature.symbols.items() if not s.sets), 1.0)
    claimed = signature.definitions.get("eta")
    figure, grid = canvas(2, 2, 6.0, 5.0)
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
        plain_ticks(axes)
    printed = Printer(document.language).text(left)
    figure.supylabel(f"bound on {printed}, for d = σ = 1", color=INK, fontsize=9)
    handles, labels = grid[0].get_legend_handles_labels()
    legend = figure.legend(handles, labels, loc="outside upper center", ncols=2, frameon=False)
    for text in legend.get_texts():
        text.set_color(INK)
    return as_svg(figure)


Row = tuple[str, float | None, float | None, bool]
"""Reading, largest ratio of the sample, largest exact ratio, whether it is refuted."""


def _ratio_rows(audit: Audit, samples: Mapping[str, Seen]) -> list[Row]:
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
    figure, (axes,) = canvas(1, 1, 7.2, 1.1 + 0.2 * len(rows))
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
    plain_ticks(axes, y=False)
    return as_svg(figure)


def _spread(first: int, last: int) -> list[int]:
    """Whole numbers that look evenly spread on a logarithmic axis."""
    found, n = [], float(first)
    while n <= last:
        found += [int(n), int(n) + 1]
        n *= 1.12
    return sorted(set(found))
