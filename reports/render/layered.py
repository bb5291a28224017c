"""Where the boxes of a dependency graph stand: rows from what is used down to what uses it.

Long edges get a way-point in each row that they cross, so that they pass between the boxes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Edges = Mapping[str, Sequence[str]]
"""For each step, the steps that it uses."""

WAY = 16.0
"""The room of a way-point."""


@dataclass
class Layout:
    """The left end of each box in its row, and the ways of the edges.

    rows lists boxes and way-points from left to right; a way is the list of its way-points.
    """

    rows: list[list[str]]
    x: dict[str, float] = field(default_factory=dict)
    ways: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    width: float = 0.0


def without_cycles(order: Sequence[str], used: Edges) -> dict[str, list[str]]:
    """The edges without those that would close a circle of steps.

    >>> without_cycles("ab", {"a": ["b"], "b": ["a"]})
    {'a': ['b'], 'b': []}
    """
    kept: dict[str, list[str]] = {name: [] for name in order}
    state: dict[str, int] = {}

    def visit(name: str) -> None:
        state[name] = 1
        for other in used[name]:
            if state.get(other) == 1:
                continue
            kept[name].append(other)
            if other not in state:
                visit(other)
        state[name] = 2

    for name in order:
        if name not in state:
            visit(name)
    return kept


def reduced(used: Edges) -> dict[str, list[str]]:
    """The edges without those that a longer way implies.

    >>> reduced({"a": [], "b": ["a"], "c": ["a", "b"]})
    {'a': [], 'b': ['a'], 'c': ['b']}
    """
    below: dict[str, set[str]] = {}

    def reach(name: str) -> set[str]:
        if name not in below:
            below[name] = set(used[name]).union(*(reach(other) for other in used[name]))
        return below[name]

    return {
        name: [o for o in others if not any(o in reach(p) for p in others if p != o)]
        for name, others in used.items()
    }


def lay_out(order: Sequence[str], used: Edges, *, box: float, gap: float, most: int) -> Layout:
    """A layout of acyclic edges, at most so many boxes in a row."""
    layout = Layout(_rows(order, used, most))
    above, below = _with_way_points(layout, used)
    for _ in range(8):
        for row in layout.rows[1:]:
            _sort(layout.rows, row, above)
        for row in reversed(layout.rows[:-1]):
            _sort(layout.rows, row, below)
    _place(layout, above, below, box, gap)
    return layout


def _rows(order: Sequence[str], used: Edges, most: int) -> list[list[str]]:
    """Each step as low as what uses it allows, in rows of at most `most`."""
    depth: dict[str, int] = {}

    def measure(name: str) -> int:
        if name not in depth:
            depth[name] = 1 + max((measure(other) for other in used[name]), default=-1)
        return depth[name]

    users: dict[str, list[str]] = {name: [] for name in order}
    for name in order:
        measure(name)
        for other in used[name]:
            users[other].append(name)
    for name in sorted(order, key=lambda n: -depth[n]):
        if users[name]:
            depth[name] = min(depth[user] for user in users[name]) - 1
    rows: list[list[str]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
    for name in order:
        rows[depth[name]].append(name)
    return [row[k : k + most] for row in rows for k in range(0, len(row), most)]


def _with_way_points(
    layout: Layout, used: Edges
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Add way-points; the neighbours of every box and way-point in the rows above and below."""
    place = {name: k for k, row in enumerate(layout.rows) for name in row}
    above: dict[str, list[str]] = {name: [] for name in place}
    below: dict[str, list[str]] = {name: [] for name in place}
    for name in list(place):
        for other in used[name]:
            chain = [other]
            for crossed in range(place[other] + 1, place[name]):
                point = f"{other} > {name} @ {crossed}"
                layout.rows[crossed].append(point)
                chain.append(point)
            chain.append(name)
            layout.ways[other, name] = chain[1:-1]
            for upper, lower in pairwise(chain):
                below.setdefault(upper, []).append(lower)
                above.setdefault(lower, []).append(upper)
    for row in layout.rows:
        for name in row:
            above.setdefault(name, [])
            below.setdefault(name, [])
    return above, below


def _sort(rows: list[list[str]], row: list[str], neighbours: Mapping[str, list[str]]) -> None:
    """Put a row in the order of the mean places of its neighbours."""
    place = {name: (k + 0.5) / len(each) for each in rows for k, name in enumerate(each)}
    mean = {
        name: sum(place[o] for o in neighbours[name]) / len(neighbours[name])
        if neighbours[name]
        else place[name]
        for name in row
    }
    row.sort(key=lambda name: (mean[name], place[name]))


def _place(
    layout: Layout,
    above: Mapping[str, list[str]],
    below: Mapping[str, list[str]],
    box: float,
    gap: float,
) -> None:
    """Left ends: each as near to the middle of its neighbours as the row allows."""

    def width(name: str) -> float:
        return WAY if " > " in name else box

    def middle(name: str) -> float:
        return layout.x[name] + width(name) / 2

    needed = [sum(map(width, row)) + gap * (len(row) - 1) for row in layout.rows]
    layout.width = max(needed, default=0.0)
    for row, room in zip(layout.rows, needed, strict=True):
        x = (layout.width - room) / 2
        for name in row:
            layout.x[name] = x
            x += width(name) + gap
    for turn in range(12):
        rows = layout.rows if turn % 2 else layout.rows[::-1]
        for row in rows:
            want = {}
            for name in row:
                near = [*above[name], *below[name]]
                want[name] = (
                    sum(map(middle, near)) / len(near) - width(name) / 2 if near else layout.x[name]
                )
            at = 0.0
            for name in row:
                layout.x[name] = max(want[name], at)
                at = layout.x[name] + width(name) + gap
            at = layout.width
            for name in reversed(row):
                layout.x[name] = min(layout.x[name], at - width(name))
                at = layout.x[name] - gap
