"""`byzproof explain`: one claim, or every claim of a step, explained."""

from __future__ import annotations

import argparse

from reports.commands import DOCUMENT_HELP, Subparsers
from reports.opened_audit import audit_with_progress, find_claims, open_with_progress


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the command to those of `byzproof`."""
    parser = subparsers.add_parser("explain", help="one line: statement, reason, what breaks")
    parser.add_argument("id", metavar="ID", help="a claim or step, such as 1-3a or 1-3")
    parser.add_argument("--document", default="krum", metavar="DOCUMENT", help=DOCUMENT_HELP)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Explain the claims that are meant."""
    source = open_with_progress(arguments.document)
    wanted, claims = find_claims(source, arguments.id)
    found = audit_with_progress(source, wanted=lambda step: step.equation == wanted.equation)
    from reports.terminal import console, explain

    out = console()
    for number, claim in enumerate(claims):
        if number:
            out.rule(style="dim")
        explain(source.document, [f for f in found.findings if f.judgement.claim.id == claim], out)
    return 0
