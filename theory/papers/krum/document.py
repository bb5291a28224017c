"""The document: every step of the notes in the order of the text, then our lemmas."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from theory.notation.document import Document, Step
from theory.papers.krum.setting import HYPOTHESES, language

TEXT = (
    "lemma_1",
    "eq_1_01_neighbour_counts",
    "eq_1_02_decomposition",
    "eq_1_03_correct_winner",
    "eq_1_04_score_comparison",
    "eq_1_05_byzantine_winner",
    "zeta",
    "eq_1_06_zeta_bound",
    "eq_1_07_byzantine_bias",
    "question_1",
    "eq_1_08_bias_bound",
    "ball_and_cone",
)
"""The step files in the order of the text."""

OURS = ("lemma_moments", "lemma_score", "lemma_gap", "lemma_error")
"""The lemmas that repair the proof, which the notes do not have."""


def _steps() -> tuple[Step, ...]:
    modules = [import_module(f"theory.papers.krum.{name}") for name in (*TEXT, *OURS)]
    return tuple(module.STEP for module in modules)


DOCUMENT = Document(
    name="krum",
    title="Krum is Byzantine resilient (Proposition 1)",
    language=language,
    hypotheses=HYPOTHESES,
    steps=_steps(),
    folder=Path(__file__).parent,
)
