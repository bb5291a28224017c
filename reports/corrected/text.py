"""What the corrected text says and in which order, each piece as one writer has it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.corrected.writers import Writer
from reports.evidence import constant_of, lemmas
from reports.scope import mentioned, scope, terms_of
from theory.judge import Judgement
from theory.kernel.terms import (
    Atom,
    Call,
    Cited,
    Formula,
    Relation,
    SomeConstant,
    Statement,
    Term,
)
from theory.notation.document import Claim, Document, Step
from theory.notation.printing import Printer

IMPACTS = {
    "conclusion fails": "The conclusion fails",
    "argument fails but conclusion survives": "The argument fails, the conclusion survives",
    "local repair": "A local repair is enough",
    "slip": "Slips",
    "": "Not classed",
}
"""The classes of the errata, the gravest first, and their headings."""

HARMLESS = {
    "conclusion fails": "Not harmless: what the line concludes is false as printed.",
    "argument fails but conclusion survives": "Not harmless: another argument must replace it.",
    "local repair": "Harmless for the theorem once repaired.",
    "slip": "Harmless: what is meant is plain.",
}
"""What a class of errata means for the theorem."""
ORIGINS = {
    "transcription": "the notes alone",
    "paper": "the paper",
    "both": "the paper and the notes",
    "not compared": "the notes; not compared with the paper",
    "none": "the notes; not compared with the paper",
    "ours": "this audit",
}

AGAIN = ", concluded"
"""Said of a section that comes back, since its theorem needs the sections between."""

EXACTLY = {
    "robbins_siegmund": (
        r"Let $v_t, a_t, b_t, c_t \ge 0$ be known at time $t$, let $v_{t+1}$ have a mean, and let "
        r"$\mathbb{E}(v_{t+1} \mid P_t) \le (1 + a_t) v_t + b_t - c_t$ for every $t$. If "
        r"$\sum_t a_t < \infty$ and $\sum_t b_t < \infty$ almost surely, then almost surely $v_t$ "
        r"converges to a finite limit, and $\sum_t c_t < \infty$."
    )
}
"""What the cited theorems say, as `theory.kernel.runs` applies them."""


@dataclass(frozen=True)
class Line:
    """A proved claim as the corrected text has it."""

    id: str
    title: str
    statement: str
    constant: str
    why: str
    scope: str
    assumes: str
    uses: str
    verdict: str


@dataclass(frozen=True)
class Part:
    """A step: what is proved in it, and which sentences of the text are dropped."""

    equation: str
    title: str
    section: str
    ours: bool
    explanation: str
    lines: tuple[Line, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """An entry of the errata."""

    id: str
    printed: str
    """The formula, or in words what the sentence claims."""
    corrected: str
    origin: str


class Printed:
    """What all writers share of a document: formulas in LaTeX and scopes, each made once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._printer = Printer(document.language)
        self._latex: dict[int, tuple[object, str]] = {}
        self._scopes: dict[str, str] = {}

    def latex(self, x: Term | Formula | Statement) -> str:
        """A term, formula or statement in LaTeX."""
        if id(x) not in self._latex:  # with x itself, so that its id is not used again
            self._latex[id(x)] = x, self._printer.latex(x)
        return self._latex[id(x)][1]

    def scope(self, judgement: Judgement) -> str:
        """For what a judgement is claimed."""
        if judgement.id not in self._scopes:
            made = scope(self.document, judgement.reading, judgement.assumes)
            self._scopes[judgement.id] = made
        return self._scopes[judgement.id]


class Text:
    """A document with its judgements, seen by one writer."""

    def __init__(self, printed: Printed, judgements: Iterable[Judgement], writer: Writer) -> None:
        self.printed, self.document, self.writer = printed, printed.document, writer
        self.of_claim: dict[str, list[Judgement]] = {}
        for judgement in judgements:
            self.of_claim.setdefault(judgement.claim.id, []).append(judgement)
        self.steps = {
            step.equation: step
            for step in self.document.steps
            if any(claim.id in self.of_claim for claim in step.claims)
        }
        self.home = {
            claim.id: step.equation for step in self.document.steps for claim in step.claims
        }

    # -- which reading stands ------------------------------------------------------------------

    def written(self, claim: Claim) -> Judgement:
        """The judgement of the claim as it is written, or of its only reading."""
        found = self.of_claim[claim.id]
        return next((j for j in found if j.reading.kind == "as written"), found[0])

    def stands(self, claim: Claim) -> Judgement | None:
        """The reading that the corrected text has: as written where proved, else repaired."""
        found = sorted(self.of_claim[claim.id], key=lambda j: j.reading.kind != "as written")
        return next((j for j in found if j.verdict.startswith("PROVED")), None)

    def standing(self) -> list[Judgement]:
        """All readings that stand, in the order of the document."""
        claims = [c for s in self.steps.values() for c in s.claims if c.id in self.of_claim]
        return [j for claim in claims if (j := self.stands(claim)) is not None]

    # -- the order -----------------------------------------------------------------------------

    def ordered(self) -> list[Step]:
        """The steps, section by section; each after what it uses, our lemmas just before."""
        place = {name: number for number, name in enumerate(self.steps)}
        uses = {name: sorted(self._uses(step), key=place.get) for name, step in self.steps.items()}  # type: ignore[arg-type]
        section = {name: self._section(name, uses, frozenset()) for name in self.steps}
        text = [name for name, step in self.steps.items() if not self.ours(step)]
        text.sort(key=lambda name: (section[name], place[name]))
        out: dict[str, Step] = {}
        for name in (*text, *self.steps):
            self._visit(name, uses, out, set())
        return list(out.values())

    def ours(self, step: Step) -> bool:
        """Whether the text does not have the step."""
        return all(claim.origin == "ours" for claim in step.claims)

    def _uses(self, step: Step) -> set[str]:
        found = {self.home.get(n, n) for n in step.uses}
        for claim in step.claims:
            judgement = self.stands(claim) if claim.id in self.of_claim else None
            names = lemmas(judgement) if judgement else []
            found |= {self.home.get(n.removesuffix(":repaired"), "") for n in names}
        return (found & self.steps.keys()) - {step.equation}

    def _section(
        self, name: str, uses: Mapping[str, Sequence[str]], seen: frozenset[str]
    ) -> tuple[int, ...]:
        """The last of a step's own section and those of what it uses."""
        step = self.steps[name]
        own = () if self.ours(step) else tuple(map(int, re.findall(r"\d+", step.section)))
        inner = [self._section(n, uses, seen | {name}) for n in uses[name] if n not in seen]
        return max([own, *inner])

    def _visit(
        self, name: str, uses: Mapping[str, Sequence[str]], out: dict[str, Step], open_: set[str]
    ) -> None:
        if name in out or name in open_:
            return
        open_.add(name)
        for each in uses[name]:
            self._visit(each, uses, out, open_)
        out[name] = self.steps[name]

    # -- the pieces ----------------------------------------------------------------------------

    def parts(self) -> list[Part]:
        """The steps as they are written down, in their order."""
        found: list[Part] = []
        section, seen = "", set[str]()
        for step in self.ordered():
            ours = self.ours(step)
            if not ours and step.section != section.removesuffix(AGAIN):
                section = step.section + (AGAIN if step.section in seen else "")
                seen.add(step.section)
            claims = [c for c in step.claims if c.id in self.of_claim]
            lines = tuple(self.line(j) for c in claims if (j := self.stands(c)) is not None)
            dropped = tuple(
                f"{self.writer.prose(c.title)} ({self.writer.words(c.id)})"
                for c in claims
                if self.stands(c) is None and self.written(c).verdict != "UNDECIDED"
            )
            found.append(
                Part(
                    self.writer.words(step.equation),
                    self.writer.prose(step.title),
                    self.writer.words(section),
                    ours,
                    self.writer.prose(step.explanation),
                    lines,
                    dropped,
                )
            )
        return found

    def line(self, judgement: Judgement) -> Line:
        """A proved claim."""
        write, claim = self.writer, judgement.claim
        names = dict.fromkeys(n.removesuffix(":repaired") for n in lemmas(judgement))
        return Line(
            write.words(claim.id) + (", repaired" if judgement.reading.kind == "repaired" else ""),
            write.prose(claim.title),
            write.display(self.printed.latex(judgement.reading.statement)),
            self._value(judgement),
            write.prose(judgement.reading.why),
            write.prose(self.printed.scope(judgement)),
            "; ".join(write.prose(n) for n in judgement.assumes if not self.document.theorem_of(n)),
            ", ".join(f"({write.words(name)})" for name in names),
            write.prose(judgement.verdict.removeprefix("PROVED").removeprefix(" FROM ")),
        )

    def _value(self, judgement: Judgement) -> str:
        """The equation for the constant of "there is a constant", "" where there is none."""
        statement, value = judgement.reading.statement, constant_of(judgement)
        if value is None or not isinstance(statement, SomeConstant):
            return ""
        return self.writer.inline(
            self.printed.latex(Relation(Atom(statement.constant), "=", value))
        )

    def definitions(self) -> list[str]:
        """The names that the text uses, each with what it means."""
        signature = self.document.language.signature
        terms = [x for j in self.standing() for x in terms_of(j.reading.statement)]
        used = mentioned(signature, terms)
        return [
            self.writer.display(self.printed.latex(Relation(Call(name, d.parameters), "=", d.body)))
            for name, d in signature.definitions.items()
            if name in used
        ]

    def hypotheses(self) -> list[tuple[str, str, str]]:
        """The document's own hypotheses: name, formula, note."""
        notes = self.document.hypothesis_notes
        return [
            (
                self.writer.prose(n),
                self.writer.inline(self.printed.latex(x)),
                self.writer.prose(notes.get(n, "")),
            )
            for n, x in self.document.hypotheses.items()
            if not self.document.theorem_of(n)
        ]

    def further(self) -> list[tuple[str, str]]:
        """What single claims assume besides, in the order in which they first do."""
        found: dict[tuple[str, str], None] = {}
        for judgement in self.standing():
            for name in judgement.assumes:
                x = self.document.in_force(judgement.reading)[name]
                if name not in self.document.hypotheses and not self.document.theorem_of(name):
                    entry = (self.writer.prose(name), self.writer.inline(self.printed.latex(x)))
                    same = len({_bones(x) for x in entry}) == 1
                    found.setdefault(("" if same else entry[0], entry[1]))
        return list(found)

    def cited(self) -> list[tuple[str, str, str]]:
        """The theorems that are cited: name, exact statement, reference."""
        known: dict[str, Formula] = dict(self.document.hypotheses)
        for judgement in self.standing():
            known |= self.document.in_force(judgement.reading)
        return [
            (
                self.writer.prose(name),
                ", ".join(
                    self._exactly(x)
                    for n, x in known.items()
                    if self.document.theorem_of(n) == name
                ),
                self.writer.prose(reference),
            )
            for name, reference in self.document.cited.items()
        ]

    def _exactly(self, x: Formula) -> str:
        if isinstance(x, Cited):
            return self.writer.prose(EXACTLY.get(x.name, ""))
        return self.writer.inline(self.printed.latex(x))

    def undecided(self) -> list[tuple[str, str, str, str]]:
        """What is neither proved nor refuted: name, title, statement, and what was tried."""
        return [
            (
                self.writer.words(claim.id),
                self.writer.prose(claim.title),
                self.writer.display(self.printed.latex(j.reading.statement)),
                self.writer.prose(j.reading.why or j.reason),
            )
            for step in self.steps.values()
            for claim in step.claims
            for j in self.of_claim.get(claim.id, ())
            if j.verdict == "UNDECIDED"
        ]

    def errata(self) -> list[tuple[str, str, list[Entry]]]:
        """Heading, what it means, entries: by impact, the gravest first."""
        found: dict[str, list[Entry]] = {impact: [] for impact in IMPACTS}
        for step in self.steps.values():
            for claim in step.claims:
                if claim.id in self.of_claim and self._is_wrong(claim):
                    impact = claim.impact if claim.impact in IMPACTS else ""
                    found[impact].append(self._entry(claim))
        return [
            (IMPACTS[impact], HARMLESS.get(impact, ""), entries)
            for impact, entries in found.items()
            if entries
        ]

    def _is_wrong(self, claim: Claim) -> bool:
        fails = self.written(claim).verdict in ("REFUTED", "ILL-TYPED", "VACUOUS")
        return fails or claim.impact not in ("", "none")

    def _entry(self, claim: Claim) -> Entry:
        write, judgement, stands = self.writer, self.written(claim), self.stands(claim)
        quote = re.sub(r"\\tag\s*\{[^{}]*\}|\\(?:nonumber|notag)\b", "", claim.quote)
        quote = quote.replace(r"\rarr", r"\rightarrow")
        return Entry(
            write.words(claim.id),
            write.inline(quote) if quote else write.prose(claim.title),
            self._correction(judgement, stands),
            ORIGINS[claim.origin],
        )

    def _correction(self, written: Judgement, stands: Judgement | None) -> str:
        if stands is None:
            return "drop it"
        if stands is written:
            return "the line stands, by another argument"
        more = [n for n in stands.reading.needs if n not in written.reading.needs]
        if stands.reading.statement == written.reading.statement:
            said = "as printed"
        else:
            said = self.writer.inline(self.printed.latex(stands.reading.statement))
        return said + (f", if {'; '.join(map(self.writer.prose, more))}" if more else "")


def _bones(source: str) -> str:
    """A formula without what may be written in several ways."""
    source = re.sub(r"\\[lr]Vert", r"\\Vert", source.replace("[", "(").replace("]", ")"))
    return re.sub(r"[{}\s]|\\cdot", "", source)
