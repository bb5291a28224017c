"""A published report, checked again: by both checkers, and against what is printed.

Nothing is searched for. The judge replays each certificate of the folder's `certificates.json` and
evaluates the document's counterexamples and witnesses; the second checker does the same of the file
alone. All that `audit.json` says of a reading must follow from that, and from the models of the
document. Where every reading agrees, the other files are compared with what follows from them
(`reports.derived`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from reports.aside import aside
from reports.audit import Audit, Finding, finding, on_models
from reports.besides import checks
from reports.derived import compared
from reports.errors import WrongUsage
from reports.exhibits import Exhibits, Models
from reports.published import CERTIFICATES, Checked, Mismatch, Published
from reports.render.papers import sections
from reports.tightness import Examples
from theory import replay as second
from theory.bundle import bundle
from theory.judge import Judge, Judgement
from theory.notation.document import Document
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


class _Verifier:
    def __init__(
        self, published: Published, document: Document, readme: Path | None, progress: Progress
    ) -> None:
        self.published, self.document, self.readme = published, document, readme
        self.progress = progress
        self.printer = Printer(document.language)
        self.entries = {(str(e.get("id")), str(e.get("reading"))): e for e in published.entries}
        self.findings: list[Finding] = []
        """What was verified so far."""
        self.claims = self._claims()
        # What needs nothing of the first checker is done beside it.
        self.replayed = aside(lambda: list(second.check_bundle(published.bundle)))
        self.own = aside(lambda: sections(document))
        stored = {name: c["certificate"] for name, c in self.claims.items() if "certificate" in c}
        self.judge = Judge(document, stored, only_stored=True)
        models = Models(document)
        self.exhibits, self.examples = Exhibits(document, models), Examples(document, models)

    def _claims(self) -> dict[str, dict[str, Any]]:
        """The claims of the bundle by id, if its head is that of the document."""
        head = bundle(self.document, [])
        carried = self.published.bundle if isinstance(self.published.bundle, dict) else {}
        for key in ("format", "document", "signature", "hypotheses"):
            if carried.get(key) != head[key]:
                raise WrongUsage(f"{CERTIFICATES}: its {key} is not that of the document")
        claims = carried.get("claims")
        if not isinstance(claims, list) or not all(isinstance(c, dict) for c in claims):
            raise WrongUsage(f"{CERTIFICATES} lists no claims")
        return {str(claim.get("id")): claim for claim in claims}

    def files(self) -> Iterator[Checked]:
        """How the files compare with the readings, all of which agree."""
        audit = Audit(self.document, tuple(self.findings), self.exhibits.summary())
        return compared(self.published, audit, self.own(), self.readme)

    def readings(self) -> Iterator[Checked]:
        """The result for every reading of the document, and for what is published besides."""
        judgements = list(self._judged())
        other = {result.id: result for result in self.replayed()}
        for judgement in judgements:
            entry = self.entries.get((judgement.claim.id, judgement.reading.kind))
            word = "missing" if entry is None else str(entry.get("verdict"))
            try:
                if entry is None:
                    raise Mismatch("it is not in audit.json")
                by = self._accepted(judgement, other)
                self.findings.append(self._said(judgement, entry))
                yield Checked(judgement.id, word, by=by)
            except Mismatch as fault:
                yield Checked(judgement.id, word, str(fault))
        for name in self.claims.keys() - {judgement.id for judgement in judgements}:
            yield Checked(name, "?", "the document has no such claim")
        order = [(j.claim.id, j.reading.kind) for j in judgements]
        if [(e.get("id"), e.get("reading")) for e in self.published.entries] != order:
            listed = len(self.published.entries)
            yield Checked(
                "audit.json",
                "?",
                f"it lists {listed} readings of {len(order)}, or not in their order",
            )
        if self.published.head != {"document": self.document.name}:
            yield Checked("audit.json", "?", "it says more than its document and claims")

    def _judged(self) -> Iterator[Judgement]:
        count = sum(len(c.readings) for step in self.document.steps for c in step.claims)
        for done, judgement in enumerate(self.judge.all(), 1):
            self.progress(judgement.id, done, count)
            yield judgement

    def _accepted(self, judgement: Judgement, other: Mapping[str, second.Result]) -> str:
        """By whom a reading is accepted; raises Mismatch where the second checker refuses it."""
        if judgement.id not in self.claims:
            return "no certificate is claimed"
        result = other.get(judgement.id)
        if result is None or not result.ok:
            reason = "it does not know the claim" if result is None else result.reason
            raise Mismatch(f"the second checker refuses {CERTIFICATES}: {reason}")
        return "both checkers"

    def _said(self, judgement: Judgement, entry: Mapping[str, Any]) -> Finding:
        """The finding on a reading, if `audit.json` says what follows from its judgement."""
        word = str(entry.get("verdict"))
        if word != judgement.verdict:
            why = f" ({judgement.reason})" if judgement.reason else ""
            raise Mismatch(f"it is called {word}, and it is {judgement.verdict}{why}")
        if word == "UNDECIDED":
            judgement = replace(judgement, reason=_tried(entry))
        shown = on_models(judgement, self.exhibits, self.examples)
        found = finding(self.document, judgement, shown)
        said = found.as_json(self.printer)
        for key in said.keys() | entry.keys():
            if key not in entry or said.get(key) != entry[key]:
                shown_there = str(entry.get(key))[:60]
                raise Mismatch(f"audit.json: its {key} is {shown_there!r}, which does not follow")
        return found


def _tried(entry: Mapping[str, Any]) -> str:
    """What `audit.json` says was tried; words on one line, and no verdict."""
    witness = entry.get("witness")
    tried = witness.get("reason") if isinstance(witness, dict) else None
    if not isinstance(tried, str) or not tried.isprintable() or "PROVED" in tried:
        raise Mismatch("audit.json does not say in plain words what was tried")
    return tried
