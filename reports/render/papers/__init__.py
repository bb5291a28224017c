"""Sections of a paper's own, in a module named after the paper; found, not registered.

Such a module has `sections()`, which gives what the page shows besides the audit, and `checks()`,
which replays what those rest on.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

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


def sections(document: Document) -> list[Section]:
    """The sections that belong to a document; none for most."""
    module = _module_of(document)
    found: list[Section] = [] if module is None else module.sections()
    return found


def checks(document: Document) -> list[tuple[str, str]]:
    """What those sections rest on besides the audit: its name, and why a checker refuses it.

    The reason is empty where both checkers accept.
    """
    module = _module_of(document)
    found: list[tuple[str, str]] = [] if module is None else module.checks()
    return found


def _module_of(document: Document) -> Any:
    name = f"{__name__}.{document.name}"
    if not document.name.isidentifier() or find_spec(name) is None:
        return None
    return import_module(name)
