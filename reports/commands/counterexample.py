"""`byzproof counterexample`: a refutation as something that runs on its own."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from reports.commands import DOCUMENT_HELP, Subparsers
from reports.errors import WrongUsage
from reports.opened_audit import find_claims, judged, open_with_progress

if TYPE_CHECKING:
    from reports.documents import Opened


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the command to those of `byzproof`."""
    parser = subparsers.add_parser(
        "counterexample", help="a refutation as something that runs on its own"
    )
    parser.add_argument("id", metavar="ID", help="a refuted claim, such as 1-3b")
    parser.add_argument("--document", default="krum", metavar="DOCUMENT", help=DOCUMENT_HELP)
    parser.add_argument(
        "--format",
        choices=["text", "json", "pytest"],
        default="text",
        help="text: a script that shows it; pytest: tests that pass if it stands; json: the model",
    )
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Print the refutation as a script or as data."""
    from reports.counterexample import NoScript, as_json, script

    source = open_with_progress(arguments.document)
    names = _readings(source, arguments.id)
    judgements = judged(source, names)
    refuted = [judgement for judgement in judgements if judgement.verdict == "REFUTED"]
    if not refuted:
        verdicts = ", ".join(f"{j.id} is {j.verdict}" for j in judgements)
        raise WrongUsage(f"{verdicts}: there is no counterexample")
    try:
        if arguments.format == "json":
            text = as_json(refuted[0])
        else:
            text = script(source.document, refuted[0], arguments.format)
    except NoScript as none:
        raise WrongUsage(str(none)) from None
    sys.stdout.write(text)
    return 0


def _readings(source: Opened, name: str) -> list[str]:
    """The readings that a name means: the one named, or all of a claim or step."""
    from theory.judge import theorem_id

    step, claims = find_claims(source, name)
    found = [
        theorem_id(claim, reading)
        for claim in step.claims
        if claim.id in claims
        for reading in claim.readings
    ]
    return [name] if name in found else found
