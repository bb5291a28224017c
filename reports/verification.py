"""A published report, checked again: by both checkers, and against what is printed.

Nothing is searched for. Each certificate of the folder's `certificates.json` is replayed by the
kernel and by the second checker; its statement, hypotheses and signature must be those of the
document. A counterexample is evaluated once more on its model, by the kernel's exact evaluator. All
that `audit.json` says of a reading must follow from that, and from the models of the document, on
which the proved statements are evaluated once more. Where every reading agrees, the other files are
compared with what follows from them (`reports.derived`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reports.aside import aside
from reports.audit import Audit, Finding, OnModels, finding, on_models
from reports.besides import checks
from reports.derived import compared
from reports.errors import KernelBug, WrongUsage
from reports.exhibits import Exhibits, Models
from reports.published import CERTIFICATES, Checked, Mismatch, Published
from reports.render.papers import sections
from reports.tightness import Examples
from theory import replay as second
from theory.bundle import bundle
from theory.judge import (
    ABSURD,
    Judgement,
    contradictory,
    proved_word,
    theorem_id,
    violation,
)
from theory.kernel import families
from theory.kernel.certificates import decode, encode, replay
from theory.kernel.models import Evaluator
from theory.kernel.rules import Kernel, Theorem
from theory.kernel.terms import Formula, IllTyped, KernelError, SomeConstant
from theory.kernel.witnesses import read_model
from theory.notation.document import Document, Reading
from theory.notation.printing import Printer

Progress = Callable[[str, int, int], None]


def verify(
    folder: Path, document: Document, progress: Progress, readme: Path | None = None
) -> list[Checked]:
    """Check every reading of a published report, and then each file that follows from them.

    readme: a file with a table of what was found, which is compared too.
    Raises WrongUsage where files are missing.
    """
    checked = aside(lambda: checks(document))
    verifier = _Verifier(Published(folder), document, readme, progress)
    results = list(verifier.readings())
    if any(result.fault for result in results):
        results.append(Checked("every other file", "", unchecked="until the readings agree"))
    else:
        results += verifier.files()
    results += [Checked(name, "", fault, "both checkers") for name, fault in checked()]
    return results


@dataclass(frozen=True)
class Evaluated:
    """Where a statement is false on its counterexample; or why that is none."""

    place: str = ""
    fault: str = ""


class _Verifier:
    def __init__(
        self, published: Published, document: Document, readme: Path | None, progress: Progress
    ) -> None:
        self.published, self.document, self.readme = published, document, readme
        self.kernel = Kernel(document.language.signature)
        self.printer = Printer(document.language)
        self.entries = {(str(e.get("id")), str(e.get("reading"))): e for e in published.entries}
        self.carried = published.bundle
        self.findings: list[Finding] = []
        """What was verified so far."""
        self.places = {
            theorem_id(claim, reading): (step, claim, reading)
            for step in document.steps
            for claim in step.claims
            for reading in claim.readings
        }
        self.claims = self._claims()
        # What needs nothing of the first checker is done beside it.
        replayed, shown = aside(lambda: second.check_bundle(self.carried)), aside(self._shown)
        self.own = aside(lambda: sections(document))
        self.first: dict[str, Theorem | str | None] = {}
        for done, name in enumerate(self.claims, 1):
            progress(name, done, len(self.claims))
            self.first[name] = self._replayed(name)
        self.second = {result.id: result for result in replayed()}
        self.shown = shown()

    def _claims(self) -> dict[str, dict[str, Any]]:
        """The claims of the bundle by id, if its head is that of the document."""
        head = bundle(self.document, [])
        carried = self.carried if isinstance(self.carried, dict) else {}
        for key in ("format", "document", "signature", "hypotheses"):
            if carried.get(key) != head[key]:
                raise WrongUsage(f"{CERTIFICATES}: its {key} is not that of the document")
        claims = carried.get("claims")
        if not isinstance(claims, list) or not all(isinstance(c, dict) for c in claims):
            raise WrongUsage(f"{CERTIFICATES} lists no claims")
        return {str(claim.get("id")): claim for claim in claims}

    def _shown(self) -> dict[str, Evaluated | OnModels]:
        """What the evaluator finds: where each refuted reading is false, and what the others show.

        It is asked before anything is known to be proved; where `audit.json` is nonsense, others
        see that.
        """
        models = Models(self.document)
        exhibits, examples = Exhibits(self.document, models), Examples(self.document, models)
        shown: dict[str, Evaluated | OnModels] = {}
        for name, (_, claim, reading) in self.places.items():
            entry = self.entries.get((claim.id, reading.kind), {})
            witness = entry.get("witness")
            if entry.get("verdict") == "REFUTED" and isinstance(witness, dict):
                shown[name] = self._evaluated(reading, witness.get("model"))
                continue
            try:
                shown[name] = on_models(self._claimed(name, entry), exhibits, examples)
            except KernelBug as bug:  # or a lie of `audit.json`, which the checkers find out
                shown[name] = Evaluated(fault=str(bug))
            except (Mismatch, KernelError, TypeError, ValueError, KeyError, AttributeError):
                continue
        return shown

    def files(self) -> Iterator[Checked]:
        """How the files compare with the readings, all of which agree."""
        exhibits = Exhibits(self.document).summary()
        audit = Audit(self.document, tuple(self.findings), exhibits)
        return compared(self.published, audit, self.own(), self.readme)

    def _evaluated(self, reading: Reading, data: Any) -> Evaluated:
        try:
            evaluator = Evaluator(self.document.language.signature, read_model(data))
            place = violation(evaluator, reading.statement)
            known = {**self.document.hypotheses, **reading.needs}
            broken = [title for title, x in known.items() if evaluator.holds(x) is not True]
        except KernelError as refusal:
            return Evaluated(fault=f"the counterexample is refused: {refusal}")
        if place is None:
            return Evaluated(fault="the statement is not false on the counterexample")
        if broken:
            return Evaluated(fault=f"the counterexample does not satisfy {broken[0]!r}")
        return Evaluated(place)

    def _replayed(self, name: str) -> Theorem | str | None:
        """The kernel's theorem, None for a family that it accepts, or why it refuses."""
        claim = self.claims[name]
        try:
            if claim.get("verdict kind") == "family":
                self._check_family(claim)
                return None
            theorem = replay(self.kernel, claim.get("certificate"))
        except KernelError as refusal:
            return str(refusal)
        except (TypeError, ValueError, KeyError, AttributeError) as wrong:
            return f"not a claim of a bundle ({type(wrong).__name__})"
        self.kernel.lemmas[name] = theorem
        return theorem

    def _check_family(self, claim: Mapping[str, Any]) -> None:
        statement, family = decode(claim.get("statement")), claim.get("family")
        if not isinstance(statement, SomeConstant) or not isinstance(family, dict):
            raise KernelError("a family refutes a statement about a constant")
        needs = {name: decode(formula) for name, formula in claim.get("needs", ())}
        formulas: list[Formula] = [*self.document.hypotheses.values(), *needs.values()]
        constant = decode(family.get("constant"))
        goals = families.goals(
            self.kernel, statement, formulas, decode(family.get("values")), constant
        )
        families.check((replay(self.kernel, c) for c in claim["certificate"]), goals, constant)

    def readings(self) -> Iterator[Checked]:
        """The result for every reading of the document, and for what is published besides."""
        for name, (_, claim, reading) in self.places.items():
            entry = self.entries.get((claim.id, reading.kind))
            word = str(entry.get("verdict")) if entry is not None else "missing"
            try:
                if entry is None:
                    raise Mismatch("it is not in audit.json")
                by, judgement = self._agrees(name, reading, entry, word)
                self.findings.append(self._said(judgement, entry))
                yield Checked(name, word, by=by)
            except Mismatch as fault:
                yield Checked(name, word, str(fault))
        for name in self.claims.keys() - self.places.keys():
            yield Checked(name, "?", "the document has no such claim")
        order = [(claim.id, reading.kind) for _, claim, reading in self.places.values()]
        if [(e.get("id"), e.get("reading")) for e in self.published.entries] != order:
            listed = len(self.published.entries)
            yield Checked(
                "audit.json",
                "?",
                f"it lists {listed} readings of {len(order)}, or not in their order",
            )
        if self.published.head != {"document": self.document.name}:
            yield Checked("audit.json", "?", "it says more than its document and claims")

    def _agrees(
        self, name: str, reading: Reading, entry: Mapping[str, Any], word: str
    ) -> tuple[str, Judgement]:
        """What agrees on a reading, and its verdict; raises Mismatch where something does not."""
        printed = self.printer.text(reading.statement)
        if entry.get("statement") != printed:
            raise Mismatch(f"audit.json prints another statement: {entry.get('statement')}")
        carried = self.claims.get(name)
        if carried is not None and carried.get("certificate") != entry.get("certificate"):
            raise Mismatch("audit.json and certificates.json have different certificates")
        if word.startswith("PROVED"):
            by = self._proved(name, reading, carried, entry)
        elif word == "REFUTED":
            by = self._refuted(name, reading, carried, entry)
        elif word == "VACUOUS" and carried is not None:
            by = self._vacuous(name, reading, entry)
        elif carried is not None:
            raise Mismatch(f"it has a certificate, and is called {word}")
        elif word != reading.expected:
            raise Mismatch(f"it is called {word} without a certificate or a counterexample")
        elif word == "ILL-TYPED" and not self._refusal(reading):
            raise Mismatch("it is called ILL-TYPED, and it denotes something")
        else:
            by = "no certificate is claimed"
        theorem = self.first.get(name)
        assert not isinstance(theorem, str)
        return by, replace(self._claimed(name, entry), theorem=theorem)

    def _claimed(self, name: str, entry: Mapping[str, Any]) -> Judgement:
        """The judgement that an entry of `audit.json` speaks of."""
        step, claim, reading = self.places[name]
        word, carried = str(entry["verdict"]), self.claims.get(name, {})
        made = Judgement(step, claim, reading, word, certificate=carried.get("certificate"))
        if word.startswith("PROVED"):
            return replace(made, assumes=tuple(entry["assumes"]))
        if word == "VACUOUS":
            names = tuple(entry["assumes"])
            return replace(made, assumes=names, reason=contradictory(names))
        if word == "REFUTED" and carried:
            return replace(made, place="for every K")
        if word == "REFUTED":
            model = read_model(entry["witness"]["model"])
            return replace(made, model=model, place=self._found(name).place)
        return replace(made, reason=self._refusal(reading) or _tried(entry))

    def _found(self, name: str) -> Evaluated:
        """What the evaluator found of a counterexample."""
        found = self.shown.get(name)
        if isinstance(found, Evaluated):
            return found
        return Evaluated(fault="its models cannot be evaluated")

    def _refusal(self, reading: Reading) -> str:
        """Why a statement does not denote; empty where it does."""
        try:
            self.document.language.signature.check_formula(reading.statement)
        except IllTyped as refusal:
            return str(refusal)
        return ""

    def _said(self, judgement: Judgement, entry: Mapping[str, Any]) -> Finding:
        """The finding on a verified reading, if `audit.json` says what follows from it."""
        shown = self.shown.get(judgement.id)
        if not judgement.verdict.startswith("PROVED"):
            shown = None, (), ()
        if not isinstance(shown, tuple):
            raise Mismatch(self._found(judgement.id).fault)
        found = finding(self.document, judgement, shown)
        said = found.as_json(self.printer)
        for key in said.keys() | entry.keys():
            if key not in entry or said.get(key) != entry[key]:
                shown_there = str(entry.get(key))[:60]
                raise Mismatch(f"audit.json: its {key} is {shown_there!r}, which does not follow")
        return found

    def _accepted(self, name: str) -> Theorem | None:
        """What both checkers accept: a theorem, or None for a family; else raises Mismatch."""
        first, other = self.first[name], self.second.get(name)
        if isinstance(first, str):
            raise Mismatch(f"the kernel refuses the certificate: {first}")
        if other is None or not other.ok:
            reason = other.reason if other is not None else "it does not know the claim"
            raise Mismatch(f"the second checker refuses the certificate: {reason}")
        return first

    def _vacuous(self, name: str, reading: Reading, entry: Mapping[str, Any]) -> str:
        theorem = self._accepted(name)
        known = {**self.document.hypotheses, **reading.needs}
        if theorem is None or theorem.statement != ABSURD:
            raise Mismatch("the certificate is not a contradiction between its hypotheses")
        if not theorem.assumptions <= {*known.values()}:
            raise Mismatch("the certificate is not a contradiction between its hypotheses")
        if entry.get("assumes") != _named(theorem, known):
            raise Mismatch("audit.json lists other assumptions than the proof uses")
        return "both checkers"

    def _proved(
        self,
        name: str,
        reading: Reading,
        claim: Mapping[str, Any] | None,
        entry: Mapping[str, Any],
    ) -> str:
        word = str(entry.get("verdict"))
        if claim is None:
            raise Mismatch(f"it is called {word}, and {CERTIFICATES} has no certificate for it")
        if claim.get("statement") != encode(reading.statement):
            raise Mismatch("the certificate is for another statement")
        theorem = self._accepted(name)
        if theorem is None or theorem.statement != reading.statement:
            raise Mismatch("the certificate proves another statement")
        known = {**self.document.hypotheses, **reading.needs}
        if theorem.assumptions - set(known.values()):
            raise Mismatch("it is proved from what the document does not assume")
        used = _named(theorem, known)
        if entry.get("assumes") != used:
            raise Mismatch("audit.json lists other assumptions than the proof uses")
        expected = proved_word(self.document, reading, used)
        if word != expected:
            raise Mismatch(f"it is called {word}, but what is proved is {expected}")
        return "both checkers"

    def _refuted(
        self,
        name: str,
        reading: Reading,
        claim: Mapping[str, Any] | None,
        entry: Mapping[str, Any],
    ) -> str:
        witness = entry.get("witness")
        if claim is not None:
            if claim.get("statement") != encode(reading.statement):
                raise Mismatch("the family refutes another statement")
            if self._accepted(name) is not None:
                raise Mismatch("the certificate proves something, and refutes nothing")
            return "both checkers"
        if not isinstance(witness, dict) or "model" not in witness:
            raise Mismatch("it is called REFUTED without a counterexample")
        if fault := self._found(name).fault:
            raise Mismatch(fault)
        return "the exact evaluator"


def _tried(entry: Mapping[str, Any]) -> str:
    """What `audit.json` says was tried; words on one line, and no verdict."""
    witness = entry.get("witness")
    tried = witness.get("reason") if isinstance(witness, dict) else None
    if not isinstance(tried, str) or not tried.isprintable() or "PROVED" in tried:
        raise Mismatch("audit.json does not say in plain words what was tried")
    return tried


def _named(theorem: Theorem, known: Mapping[str, Formula]) -> list[str]:
    """The names of what a theorem assumes."""
    return [title for title, formula in known.items() if formula in theorem.assumptions]
