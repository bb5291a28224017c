"""The papers: one folder each, with a DOCUMENT in its `document` module; found, not registered."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from theory.notation.document import Document


def names() -> list[str]:
    """The papers that come with the package, by folder name."""
    return sorted(path.parent.name for path in Path(__file__).parent.glob("*/document.py"))


def load(name: str) -> Document:
    """The document of a paper; raises ValueError for an unknown name."""
    if name not in names():
        raise ValueError(f"there is no paper {name!r}; there are {', '.join(names())}")
    document = import_module(f"theory.papers.{name}.document").DOCUMENT
    assert isinstance(document, Document)
    return document


def certificate_folder(name: str) -> Path:
    """Where the stored certificates of a paper are."""
    return Path(__file__).parent / name / "certificates"
