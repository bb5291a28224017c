"""Brings the readings of a document together: what is proved, refuted, exhibited, and how tight.

`audit` judges every reading from its evidence (`theory.judge`), and then turns round and evaluates
what was proved on the document's witness models. A proved statement that is false there is a bug of
the kernel, and stops the audit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reports.exhibits import Exhibit, Exhibits, Models
from reports.scope import scope
from reports.tightness import Attained, Examples
from theory.errors import KernelBug
from theory.judge import Judge, Judgement
from theory.kernel.sheet import formula
from theory.kernel.witnesses import write_model
from theory.notation.document import Document, Step
from theory.notation.printing import Printer

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and how many there are."""


@dataclass(frozen=True)
class Finding:
    """What is known of one reading; `as_json` is its public form."""

    judgement: Judgement
    scope: str
    assumes: tuple[str, ...]
    tightness: Attained | None = None
    true_on: tuple[str, ...] = ()
    """The witness models on which a proved statement was evaluated, and is true."""
    untold_on: tuple[str, ...] = ()
    """Those on which irrational numbers are too close to tell."""

    @property
    def id(self) -> str:
        """The name of the reading: 1-3a, 1-3a:repaired."""
        return self.judgement.id

    @property
    def verdict(self) -> str:
        """PROVED, REFUTED, ILL-TYPED, VACUOUS or UNDECIDED."""
        return self.judgement.verdict

    def as_json(self, printer: Printer) -> dict[str, Any]:
        """The finding as `byzproof audit --json` prints it."""
        claim, reading = self.judgement.claim, self.judgement.reading
        return {
            "id": claim.id,
            "equation": self.judgement.step.equation,
            "reading": reading.kind,
            "statement": printer.text(reading.statement),
            "plain": formula(reading.statement),
            "title": claim.title,
            "verdict": self.verdict,
            "justification": reading.justification,
            "gap": reading.gap,
            "impact": claim.impact,
            "origin": claim.origin,
            "scope": self.scope,
            "assumes": list(self.assumes),
            "witness": self._witness(),
            "certificate": self.judgement.certificate,
            "tightness": self.tightness.as_json() if self.tightness else None,
        }

    def _witness(self) -> dict[str, Any] | None:
        if self.verdict in ("ILL-TYPED", "VACUOUS", "UNDECIDED"):
            return {"reason": self.judgement.reason}
        if self.judgement.witness is not None:
            return {"true on": self.judgement.witness.name}
        if self.verdict != "REFUTED":
            return None
        model, family = self.judgement.model, self.judgement.reading.family
        found: dict[str, Any] = {"violated": self.judgement.place}
        if self.judgement.reading.ties:
            found["ties"] = self.judgement.reading.ties
        if model is not None:
            found["model"] = write_model(model)
        if family is not None:
            from theory.kernel.certificates import encode

            values = {name: encode(value) for name, value in family.values.items()}
            found["family"] = {"constant": encode(family.constant), "values": values}
        return found


@dataclass(frozen=True)
class Audit:
    """The findings of a document in the order of its text."""

    document: Document
    findings: tuple[Finding, ...]
    exhibits: tuple[Exhibit, ...]
    """What holds on each witness model."""
    certificates: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The certificates that were searched for in this run."""

    @property
    def surprises(self) -> tuple[Finding, ...]:
        """The findings with another verdict than the document expects."""
        return tuple(f for f in self.findings if not f.judgement.as_expected)

    def by_step(self) -> list[tuple[Step, list[Finding]]]:
        """The findings of each step, in the order of the text."""
        found: dict[str, tuple[Step, list[Finding]]] = {}
        for finding in self.findings:
            step = finding.judgement.step
            found.setdefault(step.equation, (step, []))[1].append(finding)
        return list(found.values())

    def as_json(self) -> str:
        """The text of `audit.json`: one line for each field of a claim."""
        printer = Printer(self.document.language)
        claims = [
            ",\n".join(f"   {json.dumps(key)}: {_compact(value)}" for key, value in entry.items())
            for entry in (f.as_json(printer) for f in self.findings)
        ]
        body = ",\n".join(f"  {{\n{claim}\n  }}" for claim in claims)
        return f'{{\n "document": {_compact(self.document.name)},\n "claims": [\n{body}\n ]\n}}\n'


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), sort_keys=True)


def audit(
    document: Document,
    certificates: Mapping[str, Any],
    *,
    fresh: bool = False,
    measure: bool = True,
    wanted: Callable[[Step], bool] = lambda step: True,
    progress: Progress = lambda what, done, of: None,
) -> Audit:
    """Judge the wanted steps of a document; measure: also evaluate what is proved on all models.

    A judge looks for one witness of each theorem. Measuring tells on which witness models it is
    true, and the largest ratio of its sides on the examples that it brings.

    Raises KernelBug where a proved statement is false on a witness model that satisfies what it
    was proved from, and KernelError where a witness model is not a model of the signature.
    """
    judge = Judge(document, certificates, fresh=fresh, search=fresh or not certificates)
    readings = [c.readings for step in document.steps if wanted(step) for c in step.claims]
    count = sum(map(len, readings))
    judgements = []
    for done, judgement in enumerate(judge.all(wanted), 1):
        progress(judgement.id, done, count)
        judgements.append(judgement)
    if not measure:
        found = (finding(document, judgement, NOT_MEASURED) for judgement in judgements)
        return Audit(document, tuple(found), (), judge.found)
    models = Models(document)
    exhibits, examples = Exhibits(document, models), Examples(document, models)
    for judgement in judgements:
        build = judgement.reading.counterexample
        if judgement.verdict == "REFUTED" and build is not None:
            models.satisfied(build, document.in_force(judgement.reading).values())
    findings = []
    for done, judgement in enumerate(judgements, 1):
        progress(f"{judgement.id}, on models", done, count)
        shown = on_models(judgement, exhibits, examples)
        findings.append(finding(document, judgement, shown))
    return Audit(document, tuple(findings), exhibits.summary(), judge.found)


OnModels = tuple[Attained | None, tuple[str, ...], tuple[str, ...]]
"""The tightness of a reading, the witness models on which it is true, those that cannot tell."""

NOT_MEASURED: OnModels = (None, (), ())


def on_models(judgement: Judgement, exhibits: Exhibits, examples: Examples) -> OnModels:
    """What the models of the document show of a proved reading; raises as `audit` does."""
    if not judgement.verdict.startswith("PROVED"):
        return NOT_MEASURED
    true_on: list[str] = []
    untold_on: list[str] = []
    for name, true in exhibits.verdicts(judgement):
        if true is False:
            raise KernelBug(
                f"{judgement.id} is proved, yet it is false on the witness model {name!r}, which "
                "satisfies everything that it was proved from: do not trust this kernel"
            )
        (true_on if true else untold_on).append(name)
    return examples.attained(judgement), tuple(true_on), tuple(untold_on)


def finding(document: Document, judgement: Judgement, shown: OnModels) -> Finding:
    """What is known of a reading, by its judgement and by what the models show."""
    reading, assumes = judgement.reading, judgement.assumes
    if judgement.verdict == "REFUTED":
        assumes = tuple(document.stated(reading))
    return Finding(judgement, scope(document, reading, assumes), assumes, *shown)
