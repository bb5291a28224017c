"""Witness models: small exact instances on which hypotheses and proved lines are evaluated.

They keep a theorem from being about nothing. Hypotheses that no model satisfies would make every
line above them true, and no proof checker would object.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from theory.judge import Judgement
from theory.kernel.certificates import decode
from theory.kernel.models import Evaluator
from theory.kernel.terms import (
    AlmostSure,
    Formula,
    Relation,
    SomeConstant,
    Statement,
    replace_atoms,
)
from theory.notation.document import Document


@dataclass(frozen=True)
class Exhibit:
    """A witness model, and the hypotheses of the document that are true or false on it.

    Those about a whole run are neither: a finite model is one step.
    """

    name: str
    true: frozenset[str]
    false: frozenset[str]


class Exhibits:
    """The witness models of a document, each built and checked once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        signature = document.language.signature
        self._evaluators = {
            name: Evaluator(signature, build()) for name, build in document.witnesses
        }
        self._known: dict[tuple[str, str], bool | None] = {}

    def summary(self) -> tuple[Exhibit, ...]:
        """Which hypotheses hold on which model."""
        exhibits = []
        for name in self._evaluators:
            verdicts = {h: self._holds(name, h) for h in self.document.hypotheses}
            true = frozenset(h for h, holds in verdicts.items() if holds is True)
            false = frozenset(h for h, holds in verdicts.items() if holds is False)
            exhibits.append(Exhibit(name, true, false))
        return tuple(exhibits)

    def verdicts(self, judgement: Judgement) -> Iterator[tuple[str, bool | None]]:
        """Whether a proved statement is true, on each model of what it was proved from."""
        needs = judgement.reading.needs
        statement = with_constant(judgement)
        if isinstance(statement, AlmostSure):
            return
        for name, evaluator in self._evaluators.items():
            if all(
                holds(evaluator, needs[a]) is True if a in needs else self._holds(name, a) is True
                for a in judgement.assumes
            ):
                yield name, evaluator.holds(statement)

    def _holds(self, model: str, hypothesis: str) -> bool | None:
        key = (model, hypothesis)
        if key not in self._known:
            formula = self.document.hypotheses[hypothesis]
            self._known[key] = holds(self._evaluators[model], formula)
        return self._known[key]


def holds(evaluator: Evaluator, formula: Formula) -> bool | None:
    """Whether a formula is true on a model; None where the model cannot tell."""
    return None if isinstance(formula, AlmostSure) else evaluator.holds(formula)


def with_constant(judgement: Judgement) -> Statement:
    """The statement that was proved; of "there is a constant", the relation with that constant."""
    statement = judgement.reading.statement
    if not isinstance(statement, SomeConstant):
        return statement
    values = {statement.constant: decode(judgement.certificate["value"])}
    relation = statement.relation
    return Relation(
        replace_atoms(relation.left, values),
        relation.op,
        replace_atoms(relation.right, values),
        tuple(replace_atoms(g, values) for g in relation.given),
    )
