"""`byzproof trust`: what must be read and believed, and what is not claimed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from reports.commands import DOCUMENT_HELP, Subparsers
from reports.files import Output
from reports.opened_audit import open_with_progress

if TYPE_CHECKING:
    from reports.render.trusted import TrustedFile
    from theory.notation.document import Document


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the command to those of `byzproof`."""
    parser = subparsers.add_parser(
        "trust",
        help="the files to read, the cited theorems, and what is not claimed",
        description="What PROVED, REFUTED and kappa rest on: three lists of files with their "
        "sizes, the cited theorems with every claim whose certificate uses them, and what is not "
        "claimed. Nothing is replayed here; that is `byzproof audit`.",
    )
    parser.add_argument(
        "document", nargs="?", default="krum", metavar="DOCUMENT", help=DOCUMENT_HELP
    )
    parser.add_argument("--json", metavar="FILE", help="write it as JSON; - is standard output")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Print the trusted surface of a document's audit."""
    output = Output(arguments.json)
    surface = trusted_surface(arguments.document)
    output.write(lambda: json.dumps(surface, indent=1, ensure_ascii=False) + "\n")
    if not output.standard:
        _show(surface)
    return 0


def trusted_surface(name: str) -> dict[str, Any]:
    """The facts, computed from the files and from the certificates of a document."""
    from reports.render.trusted import NOT_CLAIMED, second_checkers, trusted

    source = open_with_progress(name)
    uses: dict[str, list[str]] = {}
    for reading, word in proved_words(source.document, source.certificates).items():
        if word.startswith("PROVED FROM "):
            for theorem in word.removeprefix("PROVED FROM ").split(", "):
                uses.setdefault(theorem, []).append(reading)

    def listed(files: Iterable[TrustedFile]) -> list[dict[str, Any]]:
        return [{"file": f.name, "code": f.code, "lines": f.lines, "for": f.purpose} for f in files]

    return {
        "document": source.document.name,
        "must be read": [
            {"for": one.word, "because": one.why, "code": one.code, "files": listed(one.files)}
            for one in trusted()
        ],
        "second checkers": listed(second_checkers()),
        "cited theorems": [
            {
                "name": theorem,
                "statement": source.document.cited.get(theorem, ""),
                "used by": claims,
            }
            for theorem, claims in uses.items()
        ],
        "not claimed": list(NOT_CLAIMED),
    }


def proved_words(document: Document, certificates: Mapping[str, Any]) -> dict[str, str]:
    """PROVED or PROVED FROM ... for each reading with a certificate of its statement, by its name.

    It is read off the steps, replaying none: a hypothesis counts where a step names it, or a lemma
    of a step does. So a theorem is named even where a premise replaces it in the end.
    """
    from theory.judge import proved_word, theorem_id
    from theory.kernel.certificates import encode
    from theory.kernel.terms import CITED, Cited

    used: dict[str, set[str]] = {}

    def hypotheses(name: str) -> set[str]:
        """The formulas, as JSON, among what the steps were given."""
        if name not in used:
            used[name] = set()
            for step in certificates[name]["steps"]:
                if step[0] == "lemma" and step[1] in certificates:
                    used[name] |= hypotheses(step[1])
                theorems = [encode(Cited(step[0]))] if step[0] in CITED else []
                used[name] |= {json.dumps(given) for given in (*theorems, *step[1:])}
        return used[name]

    found = {}
    for step in document.steps:
        for claim in step.claims:
            for reading in claim.readings:
                name = theorem_id(claim, reading)
                certificate = certificates.get(name)
                if not isinstance(certificate, dict):
                    continue
                if certificate.get("statement") != encode(reading.statement):
                    continue
                known = {**document.hypotheses, **reading.needs}
                stated = hypotheses(name)
                named = [n for n, formula in known.items() if json.dumps(encode(formula)) in stated]
                found[name] = proved_word(document, reading, named)
    return found


def _show(surface: dict[str, Any]) -> None:
    from rich.table import Table

    from reports.terminal import console

    out = console()
    lists = [
        (f"To be read for {one['for']}: {one['because']}", one["files"])
        for one in surface["must be read"]
    ]
    checkers = "Second checkers, which share no code with these"
    for title, files in [*lists, (checkers, surface["second checkers"])]:
        total = sum(f["code"] for f in files)
        table = Table(title=f"{title} ({total} lines of code)", title_justify="left", box=None)
        for column in ("file", "code", "lines", "what it is for"):
            justify: Literal["left", "right"] = "right" if column in ("code", "lines") else "left"
            table.add_column(column, justify=justify, no_wrap=column == "file")
        for file in files:
            table.add_row(file["file"], str(file["code"]), str(file["lines"]), file["for"])
        out.print(table)
        out.print()
    out.print("[bold]Cited theorems[/bold]: PROVED FROM names them")
    for theorem in surface["cited theorems"]:
        out.print(f"  {theorem['name']}: {theorem['statement']}", highlight=False)
        out.print(f"    used by {', '.join(theorem['used by'])}", highlight=False)
    if not surface["cited theorems"]:
        out.print("  none")
    out.print("\n[bold]What is not claimed[/bold]")
    for line in surface["not claimed"]:
        out.print(f"  - {line}", highlight=False)
