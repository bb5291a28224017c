"""Sections of a paper's own, in a module named after the paper; found, not registered.

Such a module has `sections()`, which gives what the page shows besides the audit, and `in_short()`,
which says in a few sentences what they found.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from reports.documents import module_of
from theory.notation.document import Document


class Drawing(NamedTuple):
    """A figure with its words."""

    name: str
    """The file of the figure."""
    title: str
    text: str
    svg: str


class Table(NamedTuple):
    """Rows of text under a heading for each column."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Section(NamedTuple):
    """A part of the page: words, tables, figures."""

    anchor: str
    title: str
    text: str
    """Paragraphs; see `reports.render.mathematics.Mathematics.prose`."""
    tables: tuple[Table, ...] = ()
    drawings: tuple[Drawing, ...] = ()

    def shown_as(self, figures: Mapping[str, str]) -> Section:
        """The same with other figures, by name."""
        drawings = (d._replace(svg=figures.get(d.name, d.svg)) for d in self.drawings)
        return self._replace(drawings=tuple(drawings))


def sections(document: Document) -> list[Section]:
    """The sections that belong to a document; none for most."""
    module = module_of(__name__, document)
    found: list[Section] = [] if module is None else module.sections()
    return found


def in_short(document: Document) -> str:
    """What these sections found, for a README; empty where there are none."""
    module = module_of(__name__, document)
    said: str = "" if module is None else module.in_short()
    return said
