"""What is measured: the Krum document, judged from its certificates, and the models that try it.

Nothing here is a measurement; each of these is made once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any

from tests.assurance.mutating.worlds import broken_models, true_models
from theory.judge import Judge, Judgement, load_certificates
from theory.kernel.certificates import RULES, decode
from theory.kernel.intervals import Unseparated
from theory.kernel.models import Evaluator, Model
from theory.kernel.rules import Kernel, Line
from theory.kernel.terms import AlmostSure, Formula, KernelError, SomeConstant, Statement
from theory.notation.document import Document
from theory.notation.printing import Printer
from theory.papers import certificate_folder, load

FEW = 12
"""A statement is evaluated on so many models at most."""


@cache
def document() -> Document:
    """The document of Krum."""
    return load("krum")


@cache
def judgements() -> dict[str, Judgement]:
    """All readings by id, judged from their stored certificates."""
    return {judgement.id: judgement for judgement in _judge().all()}


@cache
def _judge() -> Judge:
    return Judge(document(), load_certificates(certificate_folder("krum")))


def lemmas() -> dict[str, Any]:
    """The theorems of the document by id."""
    return {j.id: j.theorem for j in judgements().values() if j.theorem is not None}


def kernel() -> Kernel:
    """A kernel that knows all theorems of the document."""
    judgements()
    return _judge().kernel


def stated(judgement: Judgement) -> tuple[Formula, ...]:
    """What the reading rests on: what it was proved from, else all that the document assumes."""
    if judgement.theorem is not None:
        return tuple(sorted(judgement.theorem.assumptions, key=repr))
    return tuple(document().in_force(judgement.reading).values())


def named(judgement: Judgement) -> dict[str, Formula]:
    """The same by name."""
    known = document().in_force(judgement.reading)
    formulas = set(stated(judgement))
    return {name: formula for name, formula in known.items() if formula in formulas}


def text(statement: Any) -> str:
    """The statement as it is printed."""
    return Printer(document().language).text(statement)


def derived(maker: Kernel, steps: Iterable[Any]) -> tuple[Line, ...]:
    """The lines that the steps make; raises KernelError where one is refused."""
    made: list[Line] = []
    for step in steps:
        rule, *arguments = step
        made.append(RULES[rule](maker, *(decode(x, made) for x in arguments)))
    return tuple(made)


@dataclass
class Trial:
    """A model with what was evaluated on it."""

    name: str
    evaluator: Evaluator
    known: dict[Any, bool | None] = field(default_factory=dict)

    def says(self, formula: Any) -> bool | None:
        """Whether the formula is true; None where the model cannot tell."""
        if formula not in self.known:
            self.known[formula] = evaluated(self.evaluator, formula)
        return self.known[formula]

    def satisfies(self, formulas: Iterable[Formula]) -> bool:
        """Whether all are true."""
        return all(self.says(formula) is True for formula in formulas)


def evaluated(evaluator: Evaluator, formula: Any) -> bool | None:
    """Whether a formula or statement is true on a model; None where that cannot be told."""
    if isinstance(formula, (AlmostSure, SomeConstant)):
        return None
    try:
        return evaluator.holds(formula)
    except (KernelError, Unseparated):
        return None


def trial(name: str, model: Model) -> Trial:
    """A model, checked for being one."""
    return Trial(name, Evaluator(document().language.signature, model))


@cache
def own_trials() -> tuple[Trial, ...]:
    """The witness models, tight examples and counterexamples of the document."""
    found = [trial(f"witness: {name}", build()) for name, build in document().witnesses]
    seen = set()
    for judgement in judgements().values():
        tightness = judgement.claim.tightness
        for number, build in enumerate(tightness.examples if tightness else ()):
            if build not in seen:
                seen.add(build)
                found.append(trial(f"example {number + 1} of {judgement.claim.id}", build()))
        if judgement.model is not None:
            found.append(trial(f"counterexample to {judgement.id}", judgement.model))
    return tuple(sorted(found, key=_size))


@cache
def trials() -> tuple[Trial, ...]:
    """Those and many more, small ones first."""
    more = [trial(name, model) for name, model in (*true_models(), *broken_models())]
    return tuple(sorted((*own_trials(), *more), key=_size))


def _size(one: Trial) -> int:
    model = one.evaluator.model
    return len(model.outcomes) * sum(map(len, model.outcomes[0].tables.values()))


def models_of(formulas: Iterable[Formula], among: Iterable[Trial]) -> list[Trial]:
    """The first few models on which all the formulas are true."""
    assumed = tuple(formulas)
    return list(islice((one for one in among if one.satisfies(assumed)), FEW))


def false_on(statement: Statement, models: Iterable[Trial]) -> str | None:
    """The name of the first model on which the statement is false."""
    return next((m.name for m in models if evaluated(m.evaluator, statement) is False), None)


@dataclass
class Workbench:
    """A theorem's derivation, made anew in a kernel of its own that then forgets its lemmas."""

    kernel: Kernel
    lines: tuple[Line, ...]
    ends: tuple[Line, ...]
    value: Any


def workbench(judgement: Judgement) -> Workbench:
    """The lines of the stored certificate of a reading; none where it has none."""
    maker = Kernel(document().language.signature, lemmas())
    if judgement.theorem is None:
        maker.lemmas = {}
        return Workbench(maker, (), (), None)
    certificate = judgement.certificate
    made = derived(maker, certificate["steps"])
    maker.lemmas = {}  # a search in this kernel is to use what it is given, and no other claim
    ends = tuple(made[k] for k in certificate["lines"])
    return Workbench(maker, made, ends, decode(certificate["value"]))
