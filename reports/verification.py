"""A published report, checked again: by both checkers, and against what is printed.

Nothing is searched for. Each certificate of the folder's `certificates.json` is replayed by the
kernel and by the second checker; its statement, hypotheses and signature must be those of the
document, and the statement as it is printed must stand in `audit.json` and on the page. A
counterexample is evaluated once more on its model, by the kernel's exact evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from reports.errors import WrongUsage
from reports.render.mathematics import anchor
from reports.render.report import CERTIFICATES
from theory import replay as second
from theory.bundle import bundle
from theory.judge import ABSURD, proved_word, theorem_id
from theory.kernel import families
from theory.kernel.certificates import decode, encode, replay
from theory.kernel.models import Evaluator
from theory.kernel.rules import Kernel, Theorem
from theory.kernel.terms import Formula, KernelError, SomeConstant
from theory.kernel.witnesses import read_model
from theory.notation.document import Document, Reading
from theory.notation.printing import Printer


@dataclass(frozen=True)
class Checked:
    """One reading of the published report."""

    id: str
    verdict: str
    """The word that is published."""
    fault: str = ""
    """What is wrong; empty where everything agrees."""
    by: str = ""
    """What agrees."""


class Mismatch(Exception):
    """What is published is not what was checked; the message says how."""


def verify(
    folder: Path, document: Document, progress: Callable[[str, int, int], None]
) -> list[Checked]:
    """Check every reading of a published report; raises WrongUsage where files are missing."""
    return list(_Verifier(folder, document).readings(progress))


def published_name(folder: Path) -> str:
    """The name of the document that a report is about."""
    data = _read(folder / "audit.json")
    name = data.get("document") if isinstance(data, dict) else None
    if not isinstance(name, str):
        raise WrongUsage(f"{folder / 'audit.json'} does not name a document: write the report anew")
    return name


def _read(path: Path) -> Any:
    """JSON from a file; raises WrongUsage if there is none."""
    try:
        return second.load(path)
    except second.Refused as reason:
        raise WrongUsage(
            f"{path}: {reason}; write the report anew with `byzproof report`"
        ) from None


def _text(path: Path) -> str:
    """The text of a file; raises WrongUsage if there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(
            f"{path} cannot be read ({type(error).__name__}); write the report anew with "
            "`byzproof report`"
        ) from None


class _Verifier:
    def __init__(self, folder: Path, document: Document) -> None:
        self.document = document
        self.kernel = Kernel(document.language.signature)
        self.printer = Printer(document.language)
        published = _read(folder / "audit.json")
        entries = published.get("claims") if isinstance(published, dict) else None
        if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
            raise WrongUsage(f"{folder / 'audit.json'} lists no claims: write the report anew")
        self.entries = {(str(e.get("id")), str(e.get("reading"))): e for e in entries}
        self.listed = len(entries)
        self.carried = _read(folder / CERTIFICATES)
        self.page = _text(folder / "index.html")
        self.second = {result.id: result for result in second.check_bundle(self.carried)}
        self.claims = self._claims()
        self.first = {name: self._replayed(name) for name in self.claims}

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

    def readings(self, progress: Callable[[str, int, int], None]) -> Iterator[Checked]:
        """The result for every reading of the document, and for what is published besides."""
        wanted = {
            theorem_id(claim, reading): (claim.id, reading)
            for claim in self.document.claims().values()
            for reading in claim.readings
        }
        for done, (name, (claim, reading)) in enumerate(wanted.items(), 1):
            progress(name, done, len(wanted))
            entry = self.entries.get((claim, reading.kind))
            word = str(entry.get("verdict")) if entry is not None else "missing"
            try:
                by = self._agrees(name, reading, entry, word)
                self._shown(name, reading, word)
                yield Checked(name, word, by=by)
            except Mismatch as fault:
                yield Checked(name, word, str(fault))
        for name in self.claims.keys() - wanted.keys():
            yield Checked(name, "?", "the document has no such claim")
        if self.listed != len(wanted):
            yield Checked("audit.json", "?", f"it lists {self.listed} readings of {len(wanted)}")

    def _agrees(
        self, name: str, reading: Reading, entry: Mapping[str, Any] | None, word: str
    ) -> str:
        """What agrees on a reading; raises Mismatch where something does not."""
        if entry is None:
            raise Mismatch("it is not in audit.json")
        printed = self.printer.text(reading.statement)
        if entry.get("statement") != printed:
            raise Mismatch(f"audit.json prints another statement: {entry.get('statement')}")
        claim = self.claims.get(name)
        if claim is not None and claim.get("certificate") != entry.get("certificate"):
            raise Mismatch("audit.json and certificates.json have different certificates")
        if word.startswith("PROVED"):
            return self._proved(name, reading, claim, entry)
        if word == "REFUTED":
            return self._refuted(name, reading, claim, entry)
        if word == "VACUOUS" and claim is not None:
            return self._vacuous(name, reading)
        if claim is not None:
            raise Mismatch(f"it has a certificate, and is called {word}")
        if word != reading.expected:
            raise Mismatch(f"it is called {word} without a certificate or a counterexample")
        return "no certificate is claimed"

    def _shown(self, name: str, reading: Reading, word: str) -> None:
        """Refuse unless the page shows, at the place of the reading, its statement and verdict."""
        start = f'<div class="reading {reading.kind.replace(" ", "-")}" id="{anchor(name)}">'
        place = self.page.partition(start)[2].partition('<div class="facts">')[0]
        if self.printer.mathml(reading.statement, display=True) not in place:
            raise Mismatch("the page does not show the statement")
        badge = place.partition('<span class="badge')[2].partition("</span>")[0]
        if not badge.endswith(f"</svg>{escape(word)}"):
            raise Mismatch(f"the page does not call it {word}")

    def _accepted(self, name: str) -> Theorem | None:
        """What both checkers accept: a theorem, or None for a family; else raises Mismatch."""
        first, other = self.first[name], self.second.get(name)
        if isinstance(first, str):
            raise Mismatch(f"the kernel refuses the certificate: {first}")
        if other is None or not other.ok:
            reason = other.reason if other is not None else "it does not know the claim"
            raise Mismatch(f"the second checker refuses the certificate: {reason}")
        return first

    def _vacuous(self, name: str, reading: Reading) -> str:
        theorem = self._accepted(name)
        allowed = {*self.document.hypotheses.values(), *reading.needs.values()}
        if theorem is None or theorem.statement != ABSURD or not theorem.assumptions <= allowed:
            raise Mismatch("the certificate is not a contradiction between its hypotheses")
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
        unknown = theorem.assumptions - set(known.values())
        if unknown:
            raise Mismatch("it is proved from what the document does not assume")
        used = [title for title, formula in known.items() if formula in theorem.assumptions]
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
        try:
            evaluator = Evaluator(self.document.language.signature, read_model(witness["model"]))
            false = evaluator.holds(reading.statement) is False
            known = {**self.document.hypotheses, **reading.needs}
            broken = [title for title, x in known.items() if evaluator.holds(x) is not True]
        except KernelError as refusal:
            raise Mismatch(f"the counterexample is refused: {refusal}") from None
        if not false:
            raise Mismatch("the statement is not false on the counterexample")
        if broken:
            raise Mismatch(f"the counterexample does not satisfy {broken[0]!r}")
        return "the exact evaluator"
