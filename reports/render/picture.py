"""A counterexample drawn: the vectors of its outcomes on a line or in a plane."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from markupsafe import Markup, escape

from reports.scope import mentioned, terms_of
from theory.judge import Judgement
from theory.kernel.models import Element, Evaluator, Model, Outcome
from theory.kernel.terms import Formula, Iid, Relation, Statement
from theory.notation.document import Document, Reading

MOST = 4
"""The most outcomes drawn."""
WIDE, LEFT, RIGHT = 560.0, 64.0, 24.0
Vector = tuple[Fraction, ...]


@dataclass(frozen=True)
class Dot:
    """A vector in the picture: its name, the set of its index, and whether it is singled out."""

    name: str
    kind: int
    """The number of its index set; -1 for a vector without index."""
    at: Vector
    chosen: bool = False


@dataclass(frozen=True)
class Scene:
    """One outcome: its probability and its vectors."""

    number: int
    probability: Fraction
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Picture:
    """A drawing with what it needs to be read."""

    svg: Markup
    caption: str
    rows: list[tuple[str, str, str]]
    """Outcome, probability, and the vectors as text."""
    left_out: int


def picture(document: Document, judgement: Judgement) -> Picture | None:
    """The drawing of a refutation; None where there is no model or it has no vectors."""
    model = judgement.model
    if model is None:
        return None
    painter = _Painter(document, model, judgement.reading)
    shown = _outcome_shown(document, judgement, model)
    numbers = [shown] if shown is not None else list(range(len(model.outcomes)))
    scenes = [painter.scene(number) for number in numbers]
    if not scenes or not scenes[0].dots:
        return None
    dimension = len(scenes[0].dots[0].at)
    drawn = scenes[:MOST]
    svg = Markup("")
    if dimension == 1:
        svg = _lines(drawn, painter.kinds)
    elif dimension == 2:
        svg = _planes(drawn, painter.kinds)
    rows = [
        (
            str(s.number + 1),
            str(s.probability),
            "; ".join(f"{d.name} = {_show(d.at)}" for d in s.dots),
        )
        for s in scenes[: 4 * MOST]
    ]
    return Picture(svg, painter.caption(shown, drawn), rows, len(scenes) - len(rows))


def _outcome_shown(document: Document, judgement: Judgement, model: Model) -> int | None:
    """The outcome of the first violation, if the statement speaks of single outcomes."""
    statement = judgement.reading.statement
    signature = document.language.signature
    if not isinstance(statement, Relation):
        return 0 if len(model.outcomes) == 1 else None
    if not any(signature.is_random(x) for x in (statement.left, statement.right, *statement.given)):
        return None
    for _, outcome, true in Evaluator(signature, model).instances(statement):
        if true is False:
            return outcome
    return None


class _Painter:
    def __init__(self, document: Document, model: Model, reading: Reading) -> None:
        self.document, self.model = document, model
        self.signature = document.language.signature
        self.kinds = [
            document.language.adjectives.get(name) or name for name in self.signature.sizes
        ]
        self._order = list(self.signature.sizes)
        self._shown = self._vectors(reading.statement, reading.needs.values())

    def _vectors(self, statement: Statement, needs: Iterable[Formula]) -> set[str]:
        """The vectors that the statement mentions; if none, all those with one index."""
        symbols = self.signature.symbols
        plain = {n for n, s in symbols.items() if s.sort == "vector" and len(s.sets) < 2}
        named = mentioned(self.signature, terms_of(statement))
        if not plain & named:
            named |= {n for need in needs for n in mentioned(self.signature, terms_of(need))}
        if not plain & named:
            return {n for n in plain if symbols[n].sets}
        if any(symbols[n].sort in ("choice", "indicator") for n in named & symbols.keys()):
            iids = [h for h in self.document.hypotheses.values() if isinstance(h, Iid)]
            return plain & (named | {h.family for h in iids})
        return plain & named

    def scene(self, number: int) -> Scene:
        """The vectors at one outcome."""
        outcome = self.model.outcomes[number]
        chosen = self._chosen(outcome)
        dots = []
        for name, symbol in self.signature.symbols.items():
            if name not in self._shown:
                continue
            table: Mapping[Any, Any] = (outcome.tables if symbol.random else self.model.tables)[
                name
            ]
            for key, value in table.items():
                element = key[0] if key else None
                kind = self._order.index(element[0]) if element else -1
                dots.append(Dot(self._name(name, element), kind, value, element in chosen))
        return Scene(number, outcome.probability, tuple(dots))

    def caption(self, shown: int | None, scenes: Sequence[Scene]) -> str:
        """What the signs mean."""
        signs = ["discs", "crosses", "squares", "triangles"]
        seen = {dot.kind for scene in scenes for dot in scene.dots}
        words = [f"{signs[k % 4]}: {word}" for k, word in enumerate(self.kinds) if k in seen]
        if any(dot.chosen for scene in scenes for dot in scene.dots):
            words.append("ringed: the one that is chosen")
        count = len(self.model.outcomes)
        which = f"outcome {shown + 1} of {count}" if shown is not None and count > 1 else ""
        return "; ".join(filter(None, (which, *words)))

    def _singles(self) -> list[str]:
        return [
            name
            for name, s in self.signature.symbols.items()
            if s.sort == "choice" and len(s.sets) == 1
        ]

    def _chosen(self, outcome: Outcome) -> set[Element]:
        tables: Mapping[str, Mapping[Any, Any]] = {**self.model.tables, **outcome.tables}
        return {
            key[0]
            for name in self._singles()[:1]
            for key, value in tables[name].items()
            if value == 1
        }

    def _name(self, symbol: str, element: Element | None) -> str:
        look = self.document.language.looks.get(symbol)
        letter = look.symbol if look else symbol
        if element is None:
            return letter
        if look and element[0] in look.by_set:
            letter = look.by_set[element[0]]
        return letter + "".join("₀₁₂₃₄₅₆₇₈₉"[int(c)] for c in str(element[1] + 1))


def _show(vector: Vector) -> str:
    return str(vector[0]) if len(vector) == 1 else f"({', '.join(map(str, vector))})"


# -- drawing -----------------------------------------------------------------------------------


def _lines(scenes: Sequence[Scene], kinds: Sequence[str]) -> Markup:
    values = sorted({d.at[0] for s in scenes for d in s.dots})
    low, high = values[0], values[-1]
    span = high - low or Fraction(1)

    def x(value: Fraction) -> float:
        if low == high:
            return (LEFT + WIDE - RIGHT) / 2
        return LEFT + 16 + float((value - low) / span) * (WIDE - LEFT - RIGHT - 32)

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
                body += _text(x(value) + 10, base - 5 - 18 * level, dot.name, "name")
        body += _ticks(values, x, base)
        y = base + 26
    label = _text(4, y - 10, "value", "label")
    return _svg(WIDE, y + 4, body + label, "The vectors on a line")


def _ticks(values: Sequence[Fraction], x: Any, base: float) -> str:
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


def _planes(scenes: Sequence[Scene], kinds: Sequence[str]) -> Markup:
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
    ring = f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="8.5"/>' if dot.chosen else ""
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
