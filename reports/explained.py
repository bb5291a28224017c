"""One claim taught in the terminal: whether it is true, why, what breaks; then what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rich.console import Console
from rich.text import Text

from reports.audit import Finding
from reports.evidence import lemmas
from reports.lesson import lesson_on
from reports.marks import mark
from reports.scope import decided
from reports.terminal import definitions, place_of, printed, quoted_title
from reports.wrapping import wrapped
from theory.notation.document import Document
from theory.notation.printing import Printer

Depth = Literal["brief", "usual", "full"]
LABEL = 14
"""The width of the questions that come first."""


def explain(
    document: Document, findings: Sequence[Finding], out: Console, depth: Depth = "usual"
) -> None:
    """Teach the claims of these findings, all of one step; no paragraph is printed twice."""
    teacher = _Teacher(document, out, depth)
    by_claim: dict[str, list[Finding]] = {}
    for finding in findings:
        by_claim.setdefault(finding.judgement.claim.id, []).append(finding)
    for number, found in enumerate(by_claim.values()):
        if number:
            out.rule(style="dim")
        teacher.claim(found)


class _Teacher:
    def __init__(self, document: Document, out: Console, depth: Depth) -> None:
        self.document, self.out, self.depth = document, out, depth
        self.printer = Printer(document.language)
        self._said: set[str] = set()

    def claim(self, findings: Sequence[Finding]) -> None:
        """One claim with its readings."""
        step, claim = findings[0].judgement.step, findings[0].judgement.claim
        self._lines(f"({claim.id}) {quoted_title(claim.title)}", 0, "bold")
        self._lines(place_of(step), 0, "dim")
        self._in_short(findings)
        if self.depth == "brief":
            for finding in findings:
                self._statement(finding)
        else:
            self._part("The text writes", claim.quote or step.display)
            self._part("What it is about", step.explanation)
            for finding in findings:
                self._statement(finding)
                self._evidence(finding)
        self._part("Where", "\n".join(definitions(self.document, findings)))
        if self.depth != "brief":
            self._part("Remark", claim.comment)
            lesson = lesson_on(self.document, claim.id)
            if lesson:
                self._part(f"From the lesson: {lesson.question}", lesson.text)
        if self.depth == "full":
            self._part("Compared with the paper", claim.compared)

    def _in_short(self, findings: Sequence[Finding]) -> None:
        """Three answers: is it true, why, what breaks."""
        first, claim = findings[0], findings[0].judgement.claim
        verdicts = f"{mark(first.verdict).sign} {first.verdict}"
        verdicts += "".join(f"; repaired: {f.verdict}" for f in findings[1:])
        self._answer("Is it true?", verdicts)
        reading, judgement = first.judgement.reading, first.judgement
        self._answer("Why?", reading.why or judgement.reason or mark(first.verdict).means)
        if first.verdict == "REFUTED":
            breaks = f"{judgement.place}."
        else:
            breaks = reading.breaks or f"It uses {', '.join(first.assumes) or 'no hypothesis'}."
        if claim.impact and claim.impact != "none":
            breaks += f" What it matters: {claim.impact} (origin: {claim.origin})."
        self._answer("What breaks?", breaks)
        self._said |= {reading.why, reading.breaks}

    def _answer(self, question: str, text: str) -> None:
        lines = list(wrapped(text, self.out.width - LABEL))
        for number, line in enumerate(lines):
            label = question if number == 0 else ""
            self.out.print(Text(f"{label:<{LABEL}}", "bold").append(line, "not bold"))

    def _statement(self, finding: Finding) -> None:
        reading = finding.judgement.reading
        look = mark(finding.verdict)
        self._part(f"Read {reading.kind}", printed(self.printer, reading.statement), again=True)
        self._lines(f"for {finding.scope}", 4, "dim")
        self._lines(f"{look.sign} {finding.verdict}", 4, f"bold {look.terminal}")

    def _evidence(self, finding: Finding) -> None:
        judgement, reading = finding.judgement, finding.judgement.reading
        if judgement.reason:
            self._lines(judgement.reason, 4)
        if reading.justification:
            gap = f": {reading.gap}" if reading.gap else ""
            self._lines(f"The argument given for it: {reading.justification}{gap}", 4)
        self._part("Why", reading.why)
        known = self.document.in_force(reading)
        if finding.verdict == "REFUTED":
            self._refutation(finding)
        else:
            uses = [f"{name}: {printed(self.printer, known[name])}" for name in finding.assumes]
            self._part("It uses", "\n".join(uses))
        self._part("It builds on", ", ".join(lemmas(judgement)))
        self._part("What breaks without them", reading.breaks)
        self._tightness(finding)
        if self.depth == "full":
            self._part("Ties", reading.ties)
            self._part("Evaluated, and true, on", "\n".join(finding.true_on))

    def _refutation(self, finding: Finding) -> None:
        judgement = finding.judgement
        if judgement.model is None:
            what = "is a family of parameters, one for every constant."
        else:
            known = self.document.in_force(judgement.reading)
            what = f"satisfies all {len(decided(known.values()))} hypotheses of which it decides."
        run = f"byzproof counterexample {judgement.id}"
        self._part("The counterexample", f"{what} See it run:\n{run}")

    def _tightness(self, finding: Finding) -> None:
        tight, shown = finding.judgement.claim.tightness, finding.tightness
        if tight is None or (finding.judgement.reading.kind != "as written" and shown is None):
            return
        facts = [f"largest left/right attained: {shown.shown}"] if shown and shown.shown else []
        facts += [f"claimed: {tight.claimed}"] if tight.claimed else []
        facts += [f"best proved: {tight.best_proved}"] if tight.best_proved else []
        facts += [tight.comment] if tight.comment else []
        self._part("How tight it is", "\n".join(facts))

    def _part(self, title: str, text: str, *, again: bool = False) -> None:
        """A titled paragraph; what was said before is left out, unless it is to be said again."""
        if not text or (text in self._said and not again):
            return
        self._said.add(text)
        self.out.print()
        self._lines(title, 0, "bold")
        self._lines(text, 4)

    def _lines(self, text: str, indent: int, style: str = "") -> None:
        for line in wrapped(text, self.out.width - indent):
            self.out.print(Text(" " * indent + line, style))
