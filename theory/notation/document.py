"""A document: a proof taken apart into steps, claims and readings.

    document > step (a display, a sentence) > claim (one relation) > reading (as written, repaired)

Whatever a document says about itself (expected verdicts, justification, impact, origin) is its
author's judgement; the verdict is computed from the evidence by `theory.judge`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from theory.kernel.terms import Formula, KernelError, Relation, Statement, Term

if TYPE_CHECKING:
    from theory.kernel.models import Model
    from theory.kernel.processes import Run
    from theory.notation.language import Language
    from theory.search.prover import Proved, Prover

Kind = Literal["as written", "repaired"]
Justification = Literal["ESTABLISHED", "GAP", "NONE", ""]
Impact = Literal[
    "", "none", "slip", "local repair", "argument fails but conclusion survives", "conclusion fails"
]
Origin = Literal["transcription", "paper", "both", "not compared", "none", "ours"]


@dataclass(frozen=True)
class Family:
    """A refutation of "there is a constant": parameters that defeat every constant K.

    values gives the parameters as terms in the integer symbol `constant`; proof returns one
    `Proved` for each goal of `theory.kernel.families.goals`, in their order.
    """

    constant: Term
    values: Mapping[str, Term]
    proof: Callable[[Prover, Sequence[Relation]], list[Proved]]


@dataclass(frozen=True)
class Tightness:
    """How loose an inequality is: models on which left/right is computed, and what is claimed.

    ratio_of names the two sides as terms when they are not the sides of the statement.
    """

    examples: tuple[Callable[[], Model], ...] = ()
    claimed: str = ""
    best_proved: str = ""
    comment: str = ""
    sides: tuple[Term, Term] | None = None


@dataclass(frozen=True)
class Reading:
    """One way to read a claim, with its evidence.

    under names the document's hypotheses that are in force, where not all of them are: a statement
    about parameters alone, such as "eta is O(n)", is made whatever the gradients are. gap: what the
    written argument lacks, where its justification is GAP.
    """

    kind: Kind
    statement: Statement
    proof: Callable[[Prover], Proved] | None = None
    counterexample: Callable[[], Model] | None = None
    family: Family | None = None
    ill_typed: bool = False
    needs: Mapping[str, Formula] = field(default_factory=dict)
    under: tuple[str, ...] | None = None
    expected: str = "PROVED"
    justification: Justification = "ESTABLISHED"
    gap: str = ""
    why: str = ""
    breaks: str = ""
    ties: str = ""
    sampled: bool = True


@dataclass(frozen=True)
class Claim:
    """One assertion of the text: its readings, where it comes from and what its failure costs."""

    id: str
    title: str
    readings: tuple[Reading, ...]
    quote: str = ""
    impact: Impact = ""
    origin: Origin = "not compared"
    compared: str = ""
    comment: str = ""
    tightness: Tightness | None = None


@dataclass(frozen=True)
class Step:
    """A display or a sentence of the text, with its claims."""

    equation: str
    title: str
    claims: tuple[Claim, ...]
    display: str = ""
    section: str = ""
    explanation: str = ""
    uses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A question that the text marks, and where it is answered."""

    title: str
    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Role:
    """What a hypothesis of the theorem does, and what shows it.

    role: needed (false without it), replaceable (by what `why` says), redundant (it follows from
    the others) or unused. run: the name of an exact run on which the conclusion fails without it.
    """

    hypothesis: str
    role: str
    why: str
    run: str = ""
    claims: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A whole proof: language, the facts that may be assumed, steps in the order of the text.

    hypotheses by name. cited: the theorems of the literature with their references; taken: for each
    hypothesis (or need of a reading) that is an instance of one, which; its name has one formula.
    headline lists the readings that state the theorem as it now stands.
    witnesses are finite models on which all hypotheses hold; runs are explicit processes, for the
    theorems about whole runs.
    """

    name: str
    title: str
    language: Language
    hypotheses: Mapping[str, Formula]
    steps: tuple[Step, ...]
    about: str = ""
    folder: Path | None = None
    hypothesis_notes: Mapping[str, str] = field(default_factory=dict)
    cited: Mapping[str, str] = field(default_factory=dict)
    taken: Mapping[str, str] = field(default_factory=dict)
    headline: tuple[str, ...] = ()
    short_proof: str = ""
    questions: tuple[Question, ...] = ()
    roles: tuple[Role, ...] = ()
    witnesses: tuple[tuple[str, Callable[[], Model]], ...] = ()
    runs: tuple[tuple[str, Callable[[], Run]], ...] = ()

    def __post_init__(self) -> None:
        readings = [r for step in self.steps for claim in step.claims for r in claim.readings]
        said: dict[str, set[Formula]] = {}
        for formulas in (self.hypotheses, *(reading.needs for reading in readings)):
            for name, formula in formulas.items():
                said.setdefault(name, set()).add(formula)
        for name, theorem in self.taken.items():
            if theorem not in self.cited:
                raise KernelError(f"{name!r} is taken from {theorem!r}, which is not cited")
            if len(said.get(name, ())) > 1:
                raise KernelError(f"{name!r} is taken from {theorem!r} and has several formulas")

    def theorem_of(self, hypothesis: str) -> str | None:
        """The cited theorem of which a hypothesis is declared to be an instance, if of one."""
        return self.taken.get(hypothesis)

    def stated(self, reading: Reading) -> dict[str, Formula]:
        """What the document says that a reading assumes, by name: hypotheses and its needs."""
        names = self.hypotheses if reading.under is None else reading.under
        if unknown := sorted({*names} - self.hypotheses.keys()):
            raise KernelError(f"a reading is under {unknown[0]!r}, which is no hypothesis")
        return {**{name: self.hypotheses[name] for name in names}, **reading.needs}

    def in_force(self, reading: Reading) -> dict[str, Formula]:
        """All that is assumed for a reading, by name: also what its declarations promise.

        A promise that the document states has the name that it gives it.
        """
        stated = self.stated(reading)
        promised = self.language.signature.declared().items()
        return {**{n: x for n, x in promised if x not in stated.values()}, **stated}

    def claims(self) -> dict[str, Claim]:
        """All claims by id, in reading order."""
        return {claim.id: claim for step in self.steps for claim in step.claims}
