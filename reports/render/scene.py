"""Outcomes of a model drawn: vectors on a line or in a plane, each choice as a ring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from markupsafe import Markup, escape

from theory.kernel.models import Element

WIDE, LEFT, RIGHT = 560.0, 64.0, 24.0
FAR = 6
"""A gap so many times as long as all shorter ones together is drawn broken."""
BREAK = 60.0
"""The width of a broken gap."""
RING, NEXT_RING = 8.5, 3.0
SIGNS = ("discs", "crosses", "squares", "triangles")
Vector = tuple[Fraction, ...]


@dataclass(frozen=True)
class Dot:
    """A vector in the picture: its name, the set of its index, and the choices that fell on it."""

    name: str
    kind: int
    """The number of its index set; -1 for a vector without index."""
    at: Vector
    element: Element | None = None
    rings: tuple[int, ...] = ()


@dataclass(frozen=True)
class Scene:
    """One outcome: its probability, its vectors, and numbers such as "γ_t = 1/8"."""

    number: int
    probability: Fraction
    dots: tuple[Dot, ...]
    numbers: tuple[str, ...] = ()


def draw(scenes: Sequence[Scene]) -> Markup:
    """The scenes on one scale; nothing where the vectors have more than two coordinates."""
    dimension = len(scenes[0].dots[0].at)
    if dimension > 2:
        return Markup("")
    return _lines(scenes) if dimension == 1 else _planes(scenes)


class Scale:
    """Values along an axis, in their order; gaps that would press all others together are broken.

    >>> scale = Scale([Fraction(10), Fraction(11), Fraction(1010)], 0, 100)
    >>> [scale(Fraction(x)) for x in (10, 11, 1010)], scale.breaks
    ([0, 40.0, 100.0], [70.0])
    >>> Scale([Fraction(0), Fraction(1)], 0, 100).breaks
    []
    """

    def __init__(self, values: Iterable[Fraction], start: float, end: float) -> None:
        places = sorted(set(values))
        gaps = [high - low for low, high in pairwise(places)]
        broken = _broken(gaps)
        whole = sum((gap for gap in gaps if gap not in broken), Fraction(0))
        room = end - start - BREAK * sum(gap in broken for gap in gaps)
        self._at = {places[0]: start if gaps else (start + end) / 2}
        self.breaks: list[float] = []
        for (low, high), gap in zip(pairwise(places), gaps, strict=True):
            width = BREAK if gap in broken else float(gap / whole) * room
            self._at[high] = self._at[low] + width
            if gap in broken:
                self.breaks.append(self._at[low] + width / 2)

    def __call__(self, value: Fraction) -> float:
        return self._at[value]


def _broken(gaps: Iterable[Fraction]) -> set[Fraction]:
    """The lengths of gaps that are much longer than all shorter ones together."""
    found, shorter = set(), Fraction(0)
    for gap in sorted(gaps):
        if shorter and gap not in found and gap > FAR * shorter:
            found.add(gap)
        shorter += gap
    return found


def _lines(scenes: Sequence[Scene]) -> Markup:
    values = sorted({d.at[0] for s in scenes for d in s.dots})
    x = Scale(values, LEFT + 16, WIDE - RIGHT - 16)
    body, y = "", 8.0
    for scene in scenes:
        places = {v: [d for d in scene.dots if d.at[0] == v] for v in values}
        stack = max((len(p) for p in places.values()), default=1)
        base = y + 18 * stack + 6
        body += (
            f'<line class="axis" x1="{LEFT}" y1="{base:.1f}" x2="{WIDE - RIGHT}" y2="{base:.1f}"/>'
        )
        if len(scenes) > 1:
            body += _text(4, base + 4, f"p = {scene.probability}", "label")
        for value, dots in places.items():
            for level, dot in enumerate(dots):
                body += _dot(dot, x(value), base - 9 - 18 * level)
                away = 10 + NEXT_RING * len(dot.rings)
                body += _text(x(value) + away, base - 5 - 18 * level, dot.name, "name")
        body += _ticks(values, x, base) + "".join(_break(at, base) for at in x.breaks)
        y = base + 26
    label = _text(4, y - 10, "value", "label")
    return _svg(WIDE, y + 4, body + label, "The vectors on a line")


def _ticks(values: Sequence[Fraction], x: Scale, base: float) -> str:
    body, last = "", -100.0
    for value in values:
        at = x(value)
        body += (
            f'<line class="axis" x1="{at:.1f}" y1="{base:.1f}" x2="{at:.1f}" y2="{base + 4:.1f}"/>'
        )
        text = _number(value)
        if at - last >= 4 + 7 * len(text):
            body += _text(at, base + 16, text, "tick")
            last = at
    return body


def _break(x: float, base: float) -> str:
    """Where the axis leaves something out: a gap between two strokes."""
    gap = f'<rect class="gap" x="{x - 4:.1f}" y="{base - 3:.1f}" width="8" height="6"/>'
    strokes = "".join(f"M{x + c:.1f} {base + 5:.1f}l4 -10" for c in (-6, 2))
    return f'{gap}<path class="axis cut" d="{strokes}"/>'


def _planes(scenes: Sequence[Scene]) -> Markup:
    side, pad = 250.0, 34.0
    points = [d.at for s in scenes for d in s.dots]
    lows = [min(p[c] for p in points) for c in (0, 1)]
    highs = [max(p[c] for p in points) for c in (0, 1)]
    span = max(*(h - l for h, l in zip(highs, lows, strict=True)), Fraction(1, 10**6))
    columns = min(2, len(scenes))
    body = ""
    for number, scene in enumerate(scenes):
        left = (number % columns) * (side + 20)
        top = (number // columns) * (side + 30)

        def place(at: Vector, left: float = left, top: float = top) -> tuple[float, float]:
            inner = side - 2 * pad - 12
            u, v = (float((at[c] - lows[c]) / span) * inner for c in (0, 1))
            return left + pad + 6 + u, top + side - pad - 6 - v

        body += (
            f'<rect class="frame" x="{left + pad:.1f}" y="{top + pad - 20:.1f}" '
            f'width="{side - 2 * pad + 14:.1f}" height="{side - 2 * pad + 20:.1f}"/>'
        )
        for c, (one, other) in enumerate(((lows[0], highs[0]), (lows[1], highs[1]))):
            for value in dict.fromkeys((one, other)):
                corner = tuple(value if k == c else lows[k] for k in (0, 1))
                px, py = place(corner)
                if c == 0:
                    body += _text(px, top + side - pad + 14, _number(value), "tick")
                else:
                    body += _text(left + pad - 4, py + 4, _number(value), "tick end")
        body += _text(left + side / 2, top + side - pad + 28, "first coordinate", "label mid")
        if len(scenes) > 1:
            body += _text(left + pad + 4, top + pad - 8, f"p = {scene.probability}", "label")
        groups: dict[Vector, list[Dot]] = {}
        for dot in scene.dots:
            groups.setdefault(dot.at, []).append(dot)
        for at, dots in groups.items():
            px, py = place(at)
            for dot in dots:
                body += _dot(dot, px, py)
            body += _text(px + 9, py - 6, ", ".join(d.name for d in dots), "name")
    rows = -(-len(scenes) // columns)
    return _svg(columns * (side + 20), rows * (side + 30), body, "The vectors in the plane")


def _dot(dot: Dot, x: float, y: float) -> str:
    ring = "".join(
        f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{RING + NEXT_RING * number:.1f}"/>'
        for number in dot.rings
    )
    kind = f'class="dot k{max(dot.kind, -1) % 4 if dot.kind >= 0 else "none"}"'
    if dot.kind < 0:
        return f'{ring}<path {kind} d="M{x:.1f} {y - 6:.1f}v12M{x - 3:.1f} {y + 3:.1f}l3 3l3 -3"/>'
    match dot.kind % 4:
        case 0:
            return f'{ring}<circle {kind} cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
        case 1:
            return f'{ring}<path {kind} d="M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8"/>'
        case 2:
            return f'{ring}<rect {kind} x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
    return f'{ring}<path {kind} d="M{x:.1f} {y - 5:.1f}l5 9h-10z"/>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _number(value: Fraction) -> str:
    text = str(value)
    return text if len(text) <= 9 else f"{float(value):.3g}"


def _svg(width: float, height: float, body: str, title: str) -> Markup:
    return Markup(
        f'<svg class="scene" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'role="img" xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>{body}</svg>'
    )
