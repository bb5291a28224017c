"""What an experiment is: it gives the symbols of a language values in sampled trials."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from empirics.batch import Batch
from theory.kernel.terms import Formula, Signature

Cell = Mapping[str, Any]
"""What is sampled, as JSON values; the numbers that are drawn depend on it alone."""


class Experiment(ABC):
    """How the trials of a document are drawn. It is sent to other processes, so it is plain data.

    An experiment for a certain language is a subclass in a module of `empirics.experiments`, and is
    found there by its `fit`.
    """

    name: ClassVar[str]

    @classmethod
    @abstractmethod
    def fit(cls, signature: Signature, hypotheses: Mapping[str, Formula]) -> Experiment | None:
        """The experiment for a document, or None if it is not for documents of this language."""

    @abstractmethod
    def cells(self, thorough: bool) -> list[Cell]:
        """What to sample; a quick sample needs few cells."""

    @abstractmethod
    def draw(self, cell: Cell, rng: np.random.Generator, trials: int) -> Batch:
        """A batch of independent trials of one cell."""

    def facts(self) -> list[Formula]:
        """What is true by the way the trials are drawn, beyond the hypotheses: E X = z."""
        return []

    @abstractmethod
    def guarantees(self, formula: Formula) -> bool:
        """Whether a hypothesis holds of every cell by the way the trials are drawn.

        The other hypotheses are evaluated, and what does not meet them is left out.
        """
