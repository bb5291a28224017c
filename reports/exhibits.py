"""Witness models: small exact instances on which hypotheses and proved lines are evaluated.

They keep a theorem from being about nothing. Hypotheses that no model satisfies would make every
line above them true, and no proof checker would object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from reports.shared_terms import SharedTerms, SharingEvaluator
from theory.judge import Judgement
from theory.kernel.certificates import decode
from theory.kernel.models import Evaluator, Model
from theory.kernel.terms import (
    AlmostSure,
    Formula,
    Relation,
    SomeConstant,
    Statement,
    replace_atoms,
)
from theory.notation.document import Document

Said = Formula | Statement


@dataclass(frozen=True)
class Exhibit:
    """A witness model, and the hypotheses of the document that are true or false on it.

    Those about a whole run are neither: a finite model is one step.
    """

    name: str
    true: frozenset[str]
    false: frozenset[str]


class Models:
    """The models of a document by what builds them: each is built once, each formula decided once.

    Whoever evaluates a document shares one, and so what an evaluator has already worked out.
    """

    def __init__(self, document: Document) -> None:
        self._shared = SharedTerms(document.language.signature)
        self._formulas: dict[int, tuple[Said, Said]] = {}
        self._evaluators: dict[Callable[[], Model], Evaluator] = {}
        self._known: dict[tuple[Callable[[], Model], int], bool | None] = {}

    def evaluator(self, build: Callable[[], Model]) -> Evaluator:
        """The evaluator of a model."""
        if build not in self._evaluators:
            self._evaluators[build] = SharingEvaluator(self._shared, build())
        return self._evaluators[build]

    def formula(self, x: Said) -> Said:
        """A formula as it is evaluated here: what it says, of terms that all formulas share."""
        if id(x) not in self._formulas:
            self._formulas[id(x)] = x, self._shared.formula(x)
        return self._formulas[id(x)][1]

    def holds(self, build: Callable[[], Model], formula: Said) -> bool | None:
        """Whether a formula is true on a model; None where the model cannot tell."""
        key = build, id(self.formula(formula))
        if key not in self._known:
            about_a_run = isinstance(formula, AlmostSure)
            said = self.formula(formula)
            self._known[key] = None if about_a_run else self.evaluator(build).holds(said)
        return self._known[key]

    def satisfied(self, build: Callable[[], Model], formulas: Iterable[Formula]) -> None:
        """Take from a judge who evaluated them that formulas are true on a model."""
        self._known |= {(build, id(self.formula(formula))): True for formula in formulas}


class Exhibits:
    """The witness models of a document."""

    def __init__(self, document: Document, models: Models | None = None) -> None:
        self.document = document
        self._models = models or Models(document)

    def summary(self) -> tuple[Exhibit, ...]:
        """Which hypotheses hold on which model."""
        exhibits = []
        for name, build in self.document.witnesses:
            verdicts = {
                h: self._models.holds(build, x) for h, x in self.document.hypotheses.items()
            }
            true = frozenset(h for h, holds in verdicts.items() if holds is True)
            false = frozenset(h for h, holds in verdicts.items() if holds is False)
            exhibits.append(Exhibit(name, true, false))
        return tuple(exhibits)

    def verdicts(self, judgement: Judgement) -> Iterator[tuple[str, bool | None]]:
        """Whether a proved statement is true, on each model of what it was proved from."""
        statement = with_constant(judgement)
        if isinstance(statement, AlmostSure):
            return
        assumed = assumptions(self.document, judgement).values()
        for name, build in self.document.witnesses:
            if all(self._models.holds(build, formula) is True for formula in assumed):
                yield name, self._models.holds(build, statement)


def assumptions(document: Document, judgement: Judgement) -> dict[str, Formula]:
    """What a judgement assumes, by name; a need hides a hypothesis of the same name."""
    known = document.in_force(judgement.reading)
    return {name: known[name] for name in judgement.assumes}


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
