"""Figures of a paper's own, in a module named after the paper; found, not registered.

Such a module has `figures()`, SVG by file name, and `captions()`, title and text by the same names.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from theory.notation.document import Document


class Drawing(NamedTuple):
    """A figure with its words."""

    name: str
    title: str
    text: str
    svg: str


def drawings(document: Document) -> list[Drawing]:
    """The figures that belong to a document; none for most."""
    name = f"{__name__}.{document.name}"
    if not document.name.isidentifier() or find_spec(name) is None:
        return []
    module: Any = import_module(name)
    words = module.captions()
    pictures = module.figures().items()
    return [Drawing(file, words[file].title, words[file].text, svg) for file, svg in pictures]
