"""What the commands print: the table of an audit."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import IO

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from reports.audit import Audit, Finding
from reports.marks import in_words, kind, mark, tally
from reports.scope import mentioned, terms_of
from theory.judge import NO_WITNESS
from theory.kernel.sheet import quoted
from theory.kernel.terms import Call, Relation, Term
from theory.notation.document import Document, Step
from theory.notation.printing import Printer

NARROW = 80
"""The width where there is no terminal."""


def console(file: IO[str] | None = None) -> Console:
    """A console on standard output, or on the file; 80 columns wide where it is no terminal."""
    file = file or sys.stdout
    return Console(file=file, width=None if file.isatty() else NARROW, highlight=False)


def show_audit(audit: Audit, out: Console) -> None:
    """Every reading with its verdict, the counts, and whatever was not expected."""
    widths = (
        2 + max((len(_word(f)) for f in audit.findings), default=0),
        min(20, max((len(f.judgement.claim.id) for f in audit.findings), default=0)),
    )
    for step, findings in audit.by_step():
        out.print(f"\n[bold]{_heading(step)}[/]")
        out.print(_rows(audit.document, findings, widths))
    defined = definitions(audit.document, audit.findings)
    if defined:
        _part(out, "Where", "\n".join(defined))
    counts = tally([f.verdict for f in audit.findings])
    listed = ", ".join(f"{number} {word}" for word, number in counts.items())
    out.print(f"\n{len(audit.findings)} readings: {listed}.")
    shown = sum(f.judgement.witness is not None for f in audit.findings)
    if shown:
        out.print(f"{shown} proved statements evaluated, and true, on a witness.")
    for finding in audit.surprises:
        judgement = finding.judgement
        out.print(
            f"[bold red]Not as expected:[/] {escape(finding.id)} is {finding.verdict}, the "
            f"document expects {escape(judgement.reading.expected)}. {escape(_because(finding))}"
        )
    if not audit.surprises:
        out.print("Every verdict is the one that the document expects.")


def _because(finding: Finding) -> str:
    """What carries a verdict, in words, and what the document says of the line."""
    judgement = finding.judgement
    carried = judgement.reason or judgement.place
    if finding.verdict == "REFUTED" and judgement.place:
        carried = f"There is a counterexample with {judgement.place}."
    return " ".join(filter(None, (carried, judgement.claim.comment)))


def _heading(step: Step) -> str:
    return escape(f"({step.equation}) {_visible(step.title)}")


def _word(finding: Finding) -> str:
    """The verdict without what it rests on."""
    word = kind(finding.verdict)
    return word.removeprefix("PROVED, ")


def _rows(document: Document, findings: list[Finding], widths: tuple[int, int]) -> Table:
    printer = Printer(document.language)
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False, expand=True)
    table.add_column(width=1)
    table.add_column(width=widths[0], no_wrap=True)
    table.add_column(width=widths[1], overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    for finding in findings:
        claim, reading = finding.judgement.claim, finding.judgement.reading
        look, word = mark(finding.verdict), _word(finding)
        statement = printed(printer, reading.statement)
        said = escape(statement)
        if finding.verdict.startswith("PROVED FROM"):
            cited = finding.verdict.removeprefix("PROVED FROM ").removesuffix(NO_WITNESS)
            said += f" [dim](from {escape(cited)})[/]"
        if reading.kind == "repaired":
            said = f"[dim]repaired:[/] {said}"
        if reading.justification in ("GAP", "NONE") and finding.verdict.startswith("PROVED"):
            said += f" [yellow](the argument: {reading.justification})[/]"
        if promised := _promised(document, finding):
            said += f"\n[dim]where {escape(promised)}[/]"
        if claim.title != statement:
            said += f"\n[dim]{escape(quoted_title(claim.title))}[/]"
        if finding.verdict in ("UNDECIDED", "ILL-TYPED", "VACUOUS"):
            said += f"\n[dim]{escape(finding.judgement.reason)}[/]"
        table.add_row("", f"{look.sign} [{look.terminal}]{word}[/]", claim.id, said)
    return table


def _promised(document: Document, finding: Finding) -> str:
    """What declarations promise, no hypothesis says, and the proof rests on."""
    promises, printer = document.language.signature.declared(), Printer(document.language)
    used = [name for name in finding.judgement.assumes if name in promises]
    return ", ".join(f"{printed(printer, promises[name])} ({name})" for name in used)


def quoted_title(title: str) -> str:
    """The author's words, marked as such, in which nothing is hidden or turned round."""
    return f"“{_visible(title)}”"


def _visible(text: str) -> str:
    return re.sub(r'\\(["\\])', r"\1", quoted(text)[1:-1])


def definitions(document: Document, findings: Sequence[Finding]) -> list[str]:
    """The definitions behind what the findings say and assume: "s_i = ‖x_i‖²"."""
    signature, printer = document.language.signature, Printer(document.language)
    terms: list[Term] = []
    for finding in findings:
        if finding.verdict == "ILL-TYPED":
            continue
        reading = finding.judgement.reading
        known = document.in_force(reading)
        for formula in (reading.statement, *(known[n] for n in finding.assumes if n in known)):
            terms += terms_of(formula)
    names = mentioned(signature, terms)
    return [
        printer.text(Relation(Call(name, defined.parameters), "=", defined.body))
        for name, defined in signature.definitions.items()
        if name in names
    ]


def printed(printer: Printer, x: object) -> str:
    """A statement or formula as text; what has no picture in words."""
    try:
        return printer.text(x)  # type: ignore[arg-type]
    except TypeError:
        return in_words(x)


def place_of(step: Step) -> str:
    """Where a step stands: "step 1-2: its title, section 1.4.1"."""
    section = f", section {step.section}" if step.section else ""
    return f"step {step.equation}: {step.title}{section}"


def _part(out: Console, title: str, text: str) -> None:
    out.print(f"\n[bold]{escape(title)}[/]")
    out.print(Padding(escape(text), (0, 0, 0, 4)))
