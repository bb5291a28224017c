"""`byzproof explain`: one claim, or every claim of a step, explained."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from reports.commands import DOCUMENT_HELP, Subparsers
from reports.opened_audit import audit_with_progress, find_claims, judged, open_with_progress

if TYPE_CHECKING:
    from reports.audit import Finding
    from reports.documents import Opened
    from theory.notation.document import Step


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the command to those of `byzproof`."""
    parser = subparsers.add_parser("explain", help="one line: is it true, why, what breaks")
    parser.add_argument("id", metavar="ID", help="a claim or step, such as 1-3a or 1-3")
    parser.add_argument("--document", default="krum", metavar="DOCUMENT", help=DOCUMENT_HELP)
    depth = parser.add_mutually_exclusive_group()
    depth.add_argument(
        "--brief", dest="depth", action="store_const", const="brief", help="the answers alone"
    )
    depth.add_argument(
        "--full",
        dest="depth",
        action="store_const",
        const="full",
        help="also what the models show (takes seconds), ties, and the paper",
    )
    parser.set_defaults(depth="usual")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Explain the claims that are meant."""
    source = open_with_progress(arguments.document)
    step, claims = find_claims(source, arguments.id)
    found = _measured(source, step) if arguments.depth == "full" else _stored(source, step, claims)
    from reports.explained import explain
    from reports.terminal import console

    findings = [f for f in found if f.judgement.claim.id in claims]
    explain(source.document, findings, console(), arguments.depth)
    return 0


def _measured(source: Opened, step: Step) -> tuple[Finding, ...]:
    return audit_with_progress(source, wanted=lambda one: one.equation == step.equation).findings


def _stored(source: Opened, step: Step, claims: list[str]) -> list[Finding]:
    """What the stored evidence of these claims shows; nothing is measured on models."""
    from reports.audit import NOT_MEASURED, finding
    from theory.judge import theorem_id

    names = [theorem_id(c, r) for c in step.claims if c.id in claims for r in c.readings]
    return [finding(source.document, one, NOT_MEASURED) for one in judged(source, names)]
