"""A verdict drawn: the shape of its mark, and the badge of shape and word."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from reports.audit import Finding
from reports.marks import kind, mark
from theory.judge import NO_WITNESS


def shape(verdict: str, x: float, y: float, size: float = 5.0) -> str:
    """The shape of a verdict, drawn in its colour around a point."""
    look, s = mark(verdict), size
    drawn = f'class="mark v-{look.name}"'
    match look.shape:
        case "circle":
            return f'<circle {drawn} cx="{x:.1f}" cy="{y:.1f}" r="{s}"/>'
        case "ring":
            return f'<circle {drawn} cx="{x:.1f}" cy="{y:.1f}" r="{s - 1}" fill-opacity="0"/>'
        case "dotted":
            return (
                f'<circle {drawn} cx="{x:.1f}" cy="{y:.1f}" r="{s - 1}" fill-opacity="0" '
                'stroke-dasharray="1.6 1.6"/>'
            )
        case "half":
            return (
                f'<circle {drawn} cx="{x:.1f}" cy="{y:.1f}" r="{s}" fill-opacity="0"/>'
                f'<path {drawn} d="M{x:.1f} {y - s:.1f}a{s} {s} 0 0 0 0 {2 * s}z"/>'
            )
        case "diamond":
            points = [(x, y - s - 1), (x + s + 1, y), (x, y + s + 1), (x - s - 1, y)]
        case "triangle":
            points = [(x, y - s), (x + s + 0.5, y + s - 1), (x - s - 0.5, y + s - 1)]
        case _:
            points = [(x - s + 1, y - s + 1), (x + s - 1, y - s + 1), (x + s - 1, y + s - 1)]
            points.append((x - s + 1, y + s - 1))
    listed = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    return f'<polygon {drawn} points="{listed}"/>'


def badge(verdict: str) -> Markup:
    """A verdict as a word with its shape."""
    look = mark(verdict)
    svg = f'<svg viewBox="0 0 14 14" aria-hidden="true">{shape(verdict, 7, 7)}</svg>'
    return Markup(f'<span class="badge v-{look.name}">{svg}{escape(verdict)}</span>')


def worst_of(findings: Sequence[Finding]) -> str:
    """The verdict that a reader should see first: of a refuted and repaired claim, REFUTED."""
    words = [f.verdict for f in findings]
    for worst in ("REFUTED", "ILL-TYPED", "VACUOUS", "UNDECIDED", f"PROVED{NO_WITNESS}"):
        found = [word for word in words if kind(word) == worst]
        if found:
            return found[0]
    return words[0] if words else "UNDECIDED"
