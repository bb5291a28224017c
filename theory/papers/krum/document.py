"""The document: every step of the notes in the order of the text, then our lemmas."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from theory.notation.document import Document, Step
from theory.papers.krum.setting import HYPOTHESES, language

ORDER = ("eq_1_01_neighbour_counts", "lemma_moments", "lemma_score", "lemma_error")
"""The step files in the order of the text."""


def _steps() -> tuple[Step, ...]:
    modules = [import_module(f"theory.papers.krum.{name}") for name in ORDER]
    return tuple(step for module in modules for step in (module.STEP,))


DOCUMENT = Document(
    name="krum",
    title="Krum is Byzantine resilient (Proposition 1)",
    language=language,
    hypotheses=HYPOTHESES,
    steps=_steps(),
    folder=Path(__file__).parent,
)
