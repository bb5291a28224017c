"""Where in a sample something was seen: plain data from which the trial can be drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from empirics.batch import Layout
from empirics.evaluate import Axes
from empirics.experiments.base import Cell


@dataclass(frozen=True)
class Place:
    """A cell, the values of the free indices, and for one outcome the chunk and the trial."""

    cell: Cell
    at: str
    """Such as "i = C1, k = Y2": the first correct worker and the second Byzantine one."""
    chunk: int | None = None
    trial: int | None = None


def place_of(
    cell: Cell,
    layout: Layout,
    axes: Axes,
    places: Sequence[int],
    chunk: int | None = None,
    trial: int | None = None,
) -> Place:
    """The place with its indices in words; a further place is a coordinate."""
    words = []
    for index, position in zip(axes, places, strict=False):
        part, number = layout.element(index.set, position)
        words.append(f"{index.name} = {part}{number + 1}")
    words += [f"coordinate {position + 1}" for position in places[len(axes) :]]
    return Place(cell, ", ".join(words), chunk, trial)
