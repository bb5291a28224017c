"""The dependency graph of the steps as SVG: layers from what is used down to what uses it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from reports.audit import Audit
from reports.evidence import lemmas
from reports.marks import mark, tally
from reports.render.layered import WAY, lay_out, reduced, without_cycles
from reports.render.mathematics import anchor
from reports.render.shapes import shape
from theory.notation.document import Document

WIDTH, GAP_X, GAP_Y, MARGIN = 176, 22, 54, 12
ROW = 5
"""The most nodes side by side."""
LINE = 15
"""The height of a line of text."""
SUBSCRIPTS = str.maketrans("0123456789t", "₀₁₂₃₄₅₆₇₈₉ₜ")


@dataclass(frozen=True)
class Node:
    """A step with the verdicts of its readings."""

    name: str
    title: str
    counts: Mapping[str, int]
    ours: bool = False

    @property
    def lines(self) -> list[str]:
        """The title in short lines.

        >>> Node("2-12", "u_t converges, with K_2", {}).lines
        ['uₜ converges, with K₂']
        """
        title = re.sub(r"_([0-9t])", lambda index: index[1].translate(SUBSCRIPTS), self.title)
        return textwrap.wrap(title, 25, break_long_words=True)[:3]

    @property
    def height(self) -> int:
        """Of the whole box."""
        return 22 + LINE * len(self.lines) + LINE * len(self.counts) + 8


def dependencies(document: Document, audit: Audit) -> dict[str, list[str]]:
    """For each step the other steps that it uses: by its certificates, or by its own word."""
    home = {f.id: f.judgement.step.equation for f in audit.findings}
    homes = {c.id: step.equation for step in document.steps for c in step.claims}
    order = [step.equation for step, _ in audit.by_step()]
    used: dict[str, list[str]] = {name: [] for name in order}
    for step, findings in audit.by_step():
        names = [home.get(lemma) for f in findings for lemma in lemmas(f.judgement)]
        names += [name if name in used else homes.get(name) for name in step.uses]
        mine = {name for name in names if name in used and name != step.equation}
        used[step.equation] = sorted(mine, key=order.index)
    return used


def nodes(audit: Audit) -> list[Node]:
    """A node for each step, in the order of the text."""
    return [
        Node(
            step.equation,
            step.title,
            tally([f.verdict for f in findings]),
            all(str(f.judgement.claim.origin) == "ours" for f in findings),
        )
        for step, findings in audit.by_step()
    ]


def graph(document: Document, audit: Audit) -> Markup:
    """The graph as an inline SVG, each step a link to its place on the page."""
    each = {node.name: node for node in nodes(audit)}
    used = reduced(without_cycles(list(each), dependencies(document, audit)))
    layout = lay_out(list(each), used, box=WIDTH, gap=GAP_X, most=ROW)
    top: dict[str, float] = {}
    y = float(MARGIN)
    tall = [max((each[n].height for n in row if n in each), default=0) for row in layout.rows]
    for row, tallest in zip(layout.rows, tall, strict=True):
        top |= dict.fromkeys(row, y)
        y += tallest + GAP_Y
    total, height = layout.width + 2 * MARGIN, y - GAP_Y + MARGIN
    bottom = {n: top[n] + h for row, h in zip(layout.rows, tall, strict=True) for n in row}
    pieces = []
    for (source, target), way in layout.ways.items():
        x = layout.x[source] + MARGIN + WIDTH / 2
        points = [(x, top[source] + each[source].height)]
        for point in way:
            x = layout.x[point] + MARGIN + WAY / 2
            points += [(x, top[point] - 4), (x, bottom[point] + 4)]
        points.append((layout.x[target] + MARGIN + WIDTH / 2, top[target] - 2))
        pieces.append(_edge(points))
    pieces += [_node(each[name], layout.x[name] + MARGIN, top[name]) for name in each]
    return Markup(
        f'<svg class="graph" viewBox="0 0 {total:g} {height:g}" width="{total:g}" role="img" '
        'aria-labelledby="graph-title" xmlns="http://www.w3.org/2000/svg">'
        '<title id="graph-title">Which step uses which: an arrow leads from a step to one that '
        "uses it</title>"
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path class="head" d="M0 0L8 4L0 8z"/></marker></defs>'
        f"{''.join(pieces)}</svg>"
    )


def _edge(points: list[tuple[float, float]]) -> str:
    """A smooth way through the points, upright at each of them."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x1, y1), (x2, y2) in pairwise(points):
        if x1 == x2:
            path += f"L{x2:.1f} {y2:.1f}"
        else:
            bend = (y2 - y1) / 2
            path += f"C{x1:.1f} {y1 + bend:.1f} {x2:.1f} {y2 - bend:.1f} {x2:.1f} {y2:.1f}"
    return f'<path class="edge" marker-end="url(#arrow)" d="{path}"/>'


def _node(node: Node, x: float, y: float) -> str:
    worst = next(
        (w for w in ("REFUTED", "ILL-TYPED", "VACUOUS", "UNDECIDED") if w in node.counts), ""
    )
    look = mark(worst).name if worst else "proved"
    corner = 4 if worst else 16
    text = [
        f'<a href="#{anchor(node.name, "step")}"><g class="node v-{look}">',
        f'<rect class="box{" ours" if node.ours else ""}" x="{x:.1f}" y="{y:.1f}" width="{WIDTH}" '
        f'height="{node.height}" rx="{corner}"/>',
        f'<text class="name" x="{x + 12:.1f}" y="{y + 18:.1f}">{escape(_short(node.name))}</text>',
    ]
    top = y + 18
    for line in node.lines:
        top += LINE
        text.append(f'<text class="title" x="{x + 12:.1f}" y="{top:.1f}">{escape(line)}</text>')
    for word, count in node.counts.items():
        top += LINE
        text.append(shape(word, x + 18, top - 4))
        text.append(f'<text class="word" x="{x + 28:.1f}" y="{top:.1f}">{count} {word}</text>')
    return "".join(text) + "</g></a>"


def _short(name: str) -> str:
    return name if len(name) <= 20 else name[:19] + "…"
