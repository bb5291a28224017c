"""`byzproof trust`: what must be read and believed, and what is not claimed."""

from __future__ import annotations

import argparse
import json
from typing import Any, Literal

from reports.commands import DOCUMENT_HELP, Subparsers
from reports.files import Output
from reports.opened_audit import judged, open_with_progress


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the command to those of `byzproof`."""
    parser = subparsers.add_parser(
        "trust",
        help="the files to read, the cited theorems, and what is not claimed",
        description="What the word PROVED rests on: the files of the kernel with their sizes, the "
        "cited theorems with every claim that uses them, and what is not claimed.",
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
    """The facts, computed from the files and from the verdicts of a document."""
    from reports.render.trusted import NOT_CLAIMED, kernel_files, second_checkers

    source = open_with_progress(name)
    judgements = judged(source)
    uses: dict[str, list[str]] = {}
    for judgement in judgements:
        if judgement.verdict.startswith("PROVED FROM "):
            for theorem in judgement.verdict.removeprefix("PROVED FROM ").split(", "):
                uses.setdefault(theorem, []).append(judgement.id)

    def listed(files: list[Any]) -> list[dict[str, Any]]:
        return [{"file": f.name, "code": f.code, "lines": f.lines, "for": f.purpose} for f in files]

    return {
        "document": source.document.name,
        "kernel": listed(kernel_files()),
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


def _show(surface: dict[str, Any]) -> None:
    from rich.table import Table

    from reports.terminal import console

    out = console()
    for title, key in (
        ("The kernel: what must be read", "kernel"),
        ("Second checkers, which share no code with it", "second checkers"),
    ):
        total = sum(f["code"] for f in surface[key])
        table = Table(title=f"{title} ({total} lines of code)", title_justify="left", box=None)
        for column in ("file", "code", "what it is for"):
            justify: Literal["left", "right"] = "right" if column == "code" else "left"
            table.add_column(column, justify=justify, no_wrap=column == "file")
        for file in surface[key]:
            table.add_row(file["file"], str(file["code"]), file["for"])
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
