"""From evidence to verdict: every reading of a document is proved, refuted, or honestly neither.

A verdict is what was checked here: PROVED by a certificate that the kernel replays, REFUTED by a
finite model or a family that it evaluates, ILL-TYPED by its type check, VACUOUS by a certificate
that derives 0 >= 1 from its hypotheses. A document's expectations are compared with the verdict and
never become one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from theory.errors import KernelBug
from theory.kernel import families
from theory.kernel.certificates import decode, encode, replay
from theory.kernel.evidence import refutes
from theory.kernel.models import Model
from theory.kernel.rules import Kernel, Theorem
from theory.kernel.terms import (
    Cited,
    Formula,
    IllTyped,
    KernelError,
    Number,
    Relation,
    SomeConstant,
)
from theory.notation.document import Claim, Document, Family, Reading, Step
from theory.witnessing import Witness, Witnesses

Certificates = dict[str, Any]

ABSURD = Relation(Number(Fraction(0)), ">=", Number(Fraction(1)), ())
"""What follows from hypotheses that cannot hold together."""


NO_WITNESS = ", NO WITNESS"
"""What is said of a theorem if no model is known on which its hypotheses hold together."""


@dataclass(frozen=True)
class Judgement:
    """The verdict on one reading and what carries it."""

    step: Step
    claim: Claim
    reading: Reading
    verdict: str
    assumes: tuple[str, ...] = ()
    reason: str = ""
    certificate: Any = None
    model: Model | None = None
    place: str = ""
    theorem: Theorem | None = field(default=None, repr=False)
    witness: Witness | None = None
    """The model on which all that is in force was evaluated, and the proved statement, as true."""

    @property
    def id(self) -> str:
        """The name under which other proofs use this reading."""
        return theorem_id(self.claim, self.reading)

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the one that the document expects."""
        return self.verdict == self.reading.expected


def theorem_id(claim: Claim, reading: Reading) -> str:
    """The name of a reading: 1-3a, 1-3a:repaired."""
    return claim.id if reading.kind == "as written" else f"{claim.id}:repaired"


def proved_word(document: Document, reading: Reading, names: Iterable[str]) -> str:
    """PROVED, or PROVED FROM the cited theorems among what a proof assumes."""
    known = document.in_force(reading)
    cited = dict.fromkeys(
        document.theorem_of(name) or name
        for name in names
        if document.theorem_of(name) or isinstance(known[name], Cited)
    )
    return f"PROVED FROM {', '.join(cited)}" if cited else "PROVED"


def contradictory(names: Iterable[str]) -> str:
    """What is said of hypotheses from which `ABSURD` follows."""
    listed = ", ".join(map(repr, names))
    return f"the hypotheses {listed} cannot hold together: 0 >= 1 follows from them"


class Judge:
    """Judges the readings of one document, each once, lemmas before what uses them."""

    def __init__(
        self,
        document: Document,
        certificates: Mapping[str, Any],
        *,
        fresh: bool = False,
        search: bool = True,
        only_stored: bool = False,
    ) -> None:
        """fresh: prove everything anew; search: look for witnesses where the document has none.

        only_stored: prove nothing anew; what has no certificate is UNDECIDED.
        """
        self.document = document
        self.only_stored = only_stored
        self.witnesses = Witnesses(document, search=search and not only_stored)
        self.fresh = fresh
        self.certificates = dict(certificates)
        self.found: Certificates = {}
        self.kernel = Kernel(document.language.signature)
        self._places = {
            theorem_id(claim, reading): (step, claim, reading)
            for step in document.steps
            for claim in step.claims
            for reading in claim.readings
        }
        self._judged: dict[str, Judgement] = {}
        self._open: list[str] = []
        self._absurd: dict[frozenset[Formula], Any] = {}

    def all(self, wanted: Callable[[Step], bool] = lambda step: True) -> Iterator[Judgement]:
        """The judgements of the wanted steps in the order of the text."""
        for name, (step, _, _) in self._places.items():
            if wanted(step):
                yield self.judge(name)

    def judge(self, name: str) -> Judgement:
        """The judgement of one reading."""
        if name not in self._places:
            raise KernelError(f"{name!r} is not a reading of {self.document.name}")
        if name in self._open:
            raise KernelError(
                f"circular use: {' needs '.join([*self._open[self._open.index(name) :], name])}"
            )
        if name not in self._judged:
            self._open.append(name)
            try:
                self._judged[name] = self._judge(name)
            finally:
                self._open.pop()
        return self._judged[name]

    def _judge(self, name: str) -> Judgement:
        step, claim, reading = self._places[name]
        try:
            self.kernel.signature.check_formula(reading.statement)
        except IllTyped as refusal:
            return Judgement(step, claim, reading, "ILL-TYPED", reason=str(refusal))
        contradiction = self._absurd_from(name)
        if contradiction is not None:
            return self._checked(name, contradiction)
        if reading.counterexample is not None:
            return self._refute(name, reading.counterexample())
        if self.only_stored and name not in self.certificates:
            reason = "it has no certificate"
            return Judgement(step, claim, reading, "UNDECIDED", reason=reason)
        if reading.family is not None:
            return self._refute_by_family(name)
        if reading.proof is None and (self.fresh or name not in self.certificates):
            return self._attempt(name)
        return self._prove(name)

    def _stored(self, name: str) -> Any:
        """The stored certificate; where there is a proof to search with, not one that is stale."""
        certificate = None if self.fresh else self.certificates.get(name)
        _, _, reading = self._places[name]
        if reading.proof is not None and isinstance(certificate, dict) and not self.only_stored:
            stale = certificate.get("statement") != encode(reading.statement)
            return None if stale else certificate
        return certificate

    def _attempt(self, name: str) -> Judgement:
        """A reading without evidence: whatever the search finds is checked like any other."""
        from theory.search.automatic import attempt

        step, claim, reading = self._places[name]
        found = attempt(self.kernel, self.document, reading)
        if found.model is not None:
            return self._refute(name, found.model)
        if found.certificate is None:
            return Judgement(step, claim, reading, "UNDECIDED", reason=found.reason)
        self.found[name] = found.certificate
        return self._checked(name, found.certificate)

    # -- vacuous -------------------------------------------------------------------------------

    def _absurd_from(self, name: str) -> Any:
        """A certificate of `ABSURD` from the reading's hypotheses, or None.

        It is searched for where evidence is: not for a reading whose evidence is stored, nor for
        one with a counterexample, which is a model of its hypotheses.
        """
        _, _, reading = self._places[name]
        stored = None if self.fresh else self.certificates.get(name)
        if isinstance(stored, dict) and stored.get("statement") == encode(ABSURD):
            return stored
        if stored is not None or reading.counterexample is not None or self.only_stored:
            return None
        hypotheses = self.document.in_force(reading)
        key = frozenset(hypotheses.values())
        if key not in self._absurd:
            self._absurd[key] = self.contradiction(hypotheses)
        if self._absurd[key] is not None:
            self.found[name] = self._absurd[key]
        return self._absurd[key]

    def contradiction(self, hypotheses: Mapping[str, Formula]) -> Any:
        """`ABSURD` proved from hypotheses of which no model is known, or None; a short search."""
        from theory.search.automatic import FIRST_EFFORT, prove
        from theory.search.counterexamples import satisfy

        signature = self.kernel.signature
        if not hypotheses or self.witnesses.meet(hypotheses):
            return None
        if not self.document.witnesses and satisfy(signature, hypotheses) is not None:
            return None
        alone = replace(self.document, hypotheses=dict(hypotheses))
        reading = Reading("as written", ABSURD)
        return prove(self.kernel, alone, reading, effort=FIRST_EFFORT).certificate

    # -- proved --------------------------------------------------------------------------------

    def _prove(self, name: str) -> Judgement:
        step, claim, reading = self._places[name]
        certificate = self._stored(name)
        if certificate is None:
            try:
                certificate = self._search(reading)
            except (KernelError, SearchFailed) as refusal:
                return Judgement(step, claim, reading, "UNDECIDED", reason=str(refusal))
            self.found[name] = certificate
        return self._checked(name, certificate)

    def _checked(self, name: str, certificate: Any) -> Judgement:
        """PROVED if the certificate replays, of this statement, from what the document assumes."""
        step, claim, reading = self._places[name]
        try:
            theorem = self._replay(certificate)
        except KernelError as refusal:
            return Judgement(step, claim, reading, "UNDECIDED", reason=str(refusal))
        if theorem.statement not in (reading.statement, ABSURD):
            return Judgement(
                step, claim, reading, "UNDECIDED", reason="the certificate proves another statement"
            )
        names, unknown = self._named(theorem.assumptions, reading)
        if unknown:
            reason = f"the proof assumes what the document does not: {unknown}"
            return Judgement(step, claim, reading, "UNDECIDED", reason=reason)
        if theorem.statement == ABSURD:
            reason = contradictory(names)
            return Judgement(
                step, claim, reading, "VACUOUS", names, reason, certificate, theorem=theorem
            )
        self.kernel.lemmas[name] = theorem
        try:
            witness = self.witnesses.of(reading, decode(certificate["value"]))
        except KernelBug as bug:
            raise KernelBug(f"{name} is {bug}") from None
        verdict = proved_word(self.document, reading, names) + ("" if witness else NO_WITNESS)
        return Judgement(
            step,
            claim,
            reading,
            verdict,
            names,
            certificate=certificate,
            theorem=theorem,
            witness=witness,
        )

    def _search(self, reading: Reading) -> Any:
        from theory.search.promises import certified
        from theory.search.prover import NotFound, Prover

        assert reading.proof is not None
        in_force = self.document.in_force(reading)
        prover = Prover(self.kernel, in_force, need=self._need, goal=reading.statement)
        try:
            end = reading.proof(prover)
        except NotFound as failure:
            raise SearchFailed(str(failure)) from None
        stated = self.document.stated(reading).values()
        return certified(prover.derivation, stated, reading.statement, end)

    def _need(self, lemma: str) -> None:
        judged = self.judge(lemma)
        if not judged.verdict.startswith("PROVED"):
            raise KernelError(f"the lemma {lemma} is not proved ({judged.reason})")

    def _replay(self, certificate: Any) -> Theorem:
        for step in certificate.get("steps", ()) if isinstance(certificate, dict) else ():
            if (
                isinstance(step, list)
                and len(step) > 1
                and step[0] == "lemma"
                and step[1] in self._places
            ):
                self._need(step[1])
        return replay(self.kernel, certificate)

    def _named(
        self, assumptions: frozenset[Formula], reading: Reading
    ) -> tuple[tuple[str, ...], str]:
        known = {formula: name for name, formula in self.document.in_force(reading).items()}
        unknown = [formula for formula in assumptions if formula not in known]
        order = list(known.values())
        names = sorted((known[a] for a in assumptions if a in known), key=order.index)
        return tuple(names), "; ".join(map(str, unknown))

    # -- refuted -------------------------------------------------------------------------------

    def _refute(self, name: str, model: Model) -> Judgement:
        step, claim, reading = self._places[name]
        hypotheses = self.document.in_force(reading)
        try:
            place = refutes(self.kernel.signature, hypotheses, reading.statement, model)
        except KernelError as refusal:
            return Judgement(step, claim, reading, "UNDECIDED", reason=str(refusal))
        return Judgement(step, claim, reading, "REFUTED", model=model, place=str(place))

    def _refute_by_family(self, name: str) -> Judgement:
        step, claim, reading = self._places[name]
        family = reading.family
        assert family is not None
        try:
            if not isinstance(reading.statement, SomeConstant):
                raise KernelError("a family refutes a statement about a constant")
            formulas = self.document.in_force(reading).values()
            goals = families.goals(
                self.kernel, reading.statement, formulas, family.values, family.constant
            )
            certificates = None if self.fresh else self.certificates.get(name)
            if certificates is None:
                certificates = self._search_family(family, goals)
                self.found[name] = certificates
            theorems = [replay(self.kernel, certificate) for certificate in certificates]
            families.check(theorems, goals, family.constant)
        except (KernelError, SearchFailed) as refusal:
            return Judgement(step, claim, reading, "UNDECIDED", reason=str(refusal))
        return Judgement(
            step, claim, reading, "REFUTED", certificate=certificates, place="for every K"
        )

    def _search_family(self, family: Family, goals: list[Relation]) -> list[Any]:
        from theory.search.prover import NotFound, Prover

        prover = Prover(self.kernel)
        try:
            ends = family.proof(prover, goals)
        except NotFound as failure:
            raise SearchFailed(str(failure)) from None
        return [
            prover.derivation.certificate(goal, end.lines, end.obligations)
            for goal, end in zip(goals, ends, strict=True)
        ]


class SearchFailed(Exception):
    """No derivation was found."""


def load_certificates(folder: Path) -> Certificates:
    """All certificates of a folder, by reading."""
    found: Certificates = {}
    for path in sorted(folder.glob("*.json")):
        found.update(json.loads(path.read_text(encoding="utf-8")))
    return found


def save_certificates(folder: Path, document: Document, certificates: Certificates) -> None:
    """Write one file for each step, keeping nothing that no reading uses."""
    folder.mkdir(parents=True, exist_ok=True)
    for step in document.steps:
        mine = {
            name: certificates[name]
            for claim in step.claims
            for reading in claim.readings
            if (name := theorem_id(claim, reading)) in certificates
        }
        path = folder / f"{step.equation}.json"
        if mine:
            path.write_text(
                json.dumps(mine, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8"
            )
        elif path.exists():
            path.unlink()
