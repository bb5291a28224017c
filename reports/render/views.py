"""What the page shows of each claim and reading, as plain values for the templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from reports.audit import Audit, Finding
from reports.evidence import facts, lemmas, rules
from reports.marks import mark
from reports.render.mathematics import Mathematics, anchor
from reports.render.picture import Mean, Picture, picture
from reports.render.shapes import badge, worst_of
from reports.sampled import Seen
from theory.kernel.terms import Atom, Relation
from theory.notation.document import Claim, Document, Step

Link = tuple[str, str]
"""What is shown, and the anchor it leads to."""


@dataclass(frozen=True)
class ReadingView:
    """One reading of a claim."""

    anchor: str
    kind: str
    verdict: str
    badge: Markup
    statement: Markup
    latex: str
    scope: str
    outcome: str
    justification: str
    gap: Markup
    why: Markup
    breaks: Markup
    ties: Markup
    assumes: list[Link]
    lemmas: list[Link]
    facts: list[tuple[Markup, str]]
    rules: str
    steps: int
    true_on: tuple[str, ...]
    tightness: list[tuple[str, str]]
    ratio: Markup
    share: float | None
    """The exact ratio as a number."""
    seen: str
    """The largest ratio of the sample."""
    looseness: Markup
    picture: Picture | None
    means: list[tuple[Markup, Mean]]
    family: list[Markup]
    runs: str
    sample: list[tuple[str, str]]


@dataclass(frozen=True)
class ClaimView:
    """A claim with its readings; `fault` says how a failure is classed, "" where there is none."""

    id: str
    anchor: str
    title: Markup
    plain: str
    """The title as it is written, for Markdown tables."""
    badge: Markup
    quote: Markup
    origin: str
    impact: str
    compared: Markup
    comment: Markup
    readings: list[ReadingView]
    fault: str
    verdict: str
    cure: str


@dataclass(frozen=True)
class StepView:
    """A step with its claims."""

    equation: str
    anchor: str
    title: Markup
    section: str
    display: Markup
    latex: str
    explanation: Markup
    claims: list[ClaimView]
    uses: list[Link]
    ours: bool
    badges: list[Markup]


class Viewer:
    """Makes the views of one audit."""

    def __init__(
        self, document: Document, audit: Audit, samples: Mapping[str, Seen], command: str
    ) -> None:
        self.document, self.audit, self.samples = document, audit, samples
        self.command = command
        self.links = {f.id: anchor(f.id) for f in audit.findings}
        claims = dict.fromkeys(f.judgement.claim.id for f in audit.findings)
        self.links |= {name: anchor(name, "claim") for name in claims}
        # A step of one claim has its name, and shows the display of the text as well.
        self.links |= {s.equation: anchor(s.equation, "step") for s, _ in audit.by_step()}
        self.maths = Mathematics(document.language, self.links)

    def step(self, step: Step, findings: list[Finding], uses: list[str]) -> StepView:
        """A step."""
        by_claim: dict[str, list[Finding]] = {}
        for finding in findings:
            by_claim.setdefault(finding.judgement.claim.id, []).append(finding)
        claims = [self.claim(found) for found in by_claim.values()]
        return StepView(
            step.equation,
            anchor(step.equation, "step"),
            self.maths.line(step.title),
            step.section,
            self.maths.display(step.display) if step.display else Markup(""),
            step.display,
            self.maths.prose(step.explanation),
            claims,
            [(name, anchor(name, "step")) for name in uses],
            all(c.origin == "ours" for c in claims),
            [badge(word) for word in dict.fromkeys(c.verdict for c in claims)],
        )

    def claim(self, findings: list[Finding]) -> ClaimView:
        """A claim."""
        claim = findings[0].judgement.claim
        worst = worst_of(findings)
        repaired = [f for f in findings if f.judgement.reading.kind == "repaired"]
        cure = f"repaired: {repaired[0].verdict}" if repaired else ""
        return ClaimView(
            claim.id,
            anchor(claim.id, "claim"),
            self.maths.line(claim.title),
            claim.title.replace("|", "\\|"),
            badge(worst),
            self.maths.display(claim.quote) if claim.quote else Markup(""),
            claim.origin,
            claim.impact,
            self.maths.prose(claim.compared),
            self.maths.prose(claim.comment),
            [self.reading(f) for f in findings],
            fault_of(claim, findings),
            worst,
            cure,
        )

    def reading(self, finding: Finding) -> ReadingView:
        """A reading."""
        judgement, reading = finding.judgement, finding.judgement.reading
        signature = self.document.language.signature
        proved = finding.verdict.startswith("PROVED")
        applied = rules(judgement)
        counted = ", ".join(f"{name} ×{count}" for name, count in applied.items())
        drawn = picture(self.document, judgement) if finding.verdict == "REFUTED" else None
        return ReadingView(
            anchor(finding.id),
            reading.kind,
            finding.verdict,
            badge(finding.verdict),
            self.maths.block(judgement.reading.statement),
            self.maths.latex(judgement.reading.statement),
            finding.scope,
            judgement.reason or judgement.place or mark(finding.verdict).means,
            reading.justification,
            self.maths.line(reading.gap),
            self.maths.prose(reading.why),
            self.maths.prose(reading.breaks),
            self.maths.prose(reading.ties),
            [(self.maths.line(name), anchor(name, "assume")) for name in finding.assumes]
            if proved
            else [],
            [(name, anchor(name)) for name in lemmas(judgement) if name in self.links],
            [(self.maths.inline(x), why) for why, x in facts(signature, judgement)],
            counted,
            sum(applied.values()),
            finding.true_on,
            self._tightness(finding),
            _ratio(finding),
            finding.tightness.decimal if finding.tightness else None,
            _seen(self.samples.get(finding.id)),
            self.maths.prose(finding.tightness.comment if finding.tightness else ""),
            drawn,
            [(self.maths.inline(m.term), m) for m in drawn.means] if drawn else [],
            self._family(finding),
            f"{self.command} {finding.id}" if finding.verdict == "REFUTED" else "",
            sample_rows(self.samples.get(finding.id)),
        )

    def _family(self, finding: Finding) -> list[Markup]:
        """The parameters of a family that refutes, as equations."""
        family = finding.judgement.reading.family
        if family is None or finding.verdict != "REFUTED":
            return []
        return [
            self.maths.inline(Relation(Atom(name), "=", value))
            for name, value in family.values.items()
        ]

    def _tightness(self, finding: Finding) -> list[tuple[str, str]]:
        tight = finding.tightness
        if tight is None:
            return []
        rows = [
            ("largest left/right attained exactly", tight.shown or ""),
            ("constant claimed", tight.claimed),
            ("best constant proved", tight.best_proved),
        ]
        return [(name, value) for name, value in rows if value]


def _ratio(finding: Finding) -> Markup:
    """The ratio attained, and as a decimal where it is a fraction."""
    tight = finding.tightness
    if tight is None or tight.shown is None:
        return Markup("")
    if "/" not in tight.shown:
        return Markup("{}").format(tight.shown)
    return Markup("{} <span>≈ {}</span>").format(tight.shown, f"{tight.decimal:.3g}")


def _seen(sample: Seen | None) -> str:
    if sample is None or sample.ratio is None:
        return ""
    return f"{sample.ratio.value:.3g}"


def fault_of(claim: Claim, findings: list[Finding]) -> str:
    """How a claim fails: "slip" of the notes, "fault" of the argument, "gap", "open", or "".

    What the paper has as well is no slip of the notes.
    """
    written = [f for f in findings if f.judgement.reading.kind == "as written"] or findings
    verdicts = [f.verdict for f in written]
    if any(v in ("REFUTED", "ILL-TYPED", "VACUOUS") for v in verdicts):
        of_notes = claim.impact == "slip" and claim.origin not in ("paper", "both")
        return "slip" if of_notes else "fault"
    if "UNDECIDED" in verdicts:
        return "open"
    if any(f.judgement.reading.justification in ("GAP", "NONE") for f in written):
        return "gap"
    return ""


def sample_rows(sample: Seen | None) -> list[tuple[str, str]]:
    """What sampling says about a reading."""
    if sample is None:
        return []
    rows = [("verdict of the sample", sample.verdict)]
    if sample.note:
        rows.append(("note", sample.note))
    if sample.ratio is not None:
        error = sample.ratio.standard_error
        spread = f" ± {error:.2g} (standard error)" if error else ""
        rows.append(("largest left/right seen", f"{sample.ratio.value:.4g}{spread}"))
    if sample.outcomes is not None:
        seen = sample.outcomes
        found = f"{seen.suspects:,} violated" if seen.suspects else "none violated"
        if seen.suspects:
            found += f"; {seen.confirmed} of the {seen.checked} worst confirmed exactly"
        rows.append(("instances", f"{seen.instances:,}, {found}"))
    if sample.cells:
        rows.append(("settings (n, f, d, law, attack)", str(sample.cells)))
    return rows
