"""`byzproof audit`: the verdict of every line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from reports.commands import DOCUMENT_HELP, Subparsers
from reports.errors import WrongUsage
from reports.files import Output
from reports.opened_audit import audit_with_progress, find_claims, open_with_progress

if TYPE_CHECKING:
    from reports.documents import Opened
    from theory.notation.document import Step


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the command to those of `byzproof`."""
    parser = subparsers.add_parser("audit", help="the verdict of every line")
    parser.add_argument(
        "document", nargs="?", default="krum", metavar="DOCUMENT", help=DOCUMENT_HELP
    )
    parser.add_argument(
        "--step",
        action="append",
        default=[],
        metavar="ID",
        help="audit this step or claim alone, such as 1-3 or 1-3a; may be repeated",
    )
    parser.add_argument(
        "--json", metavar="FILE", help="write the audit as JSON; - is standard output"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="search every proof anew, using no stored certificate"
    )
    parser.add_argument("--store", action="store_true", help=argparse.SUPPRESS)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Print the verdict of every reading, as a table or as JSON."""
    from theory import papers

    source = open_with_progress(arguments.document, fresh=arguments.fresh)
    wanted = _wanted(source, arguments.step)
    if arguments.store and (source.store is None or arguments.step):
        raise WrongUsage("--store keeps the certificates of a whole paper of the package")
    output = Output(arguments.json)
    fresh = arguments.fresh and arguments.document in papers.names()
    measure = arguments.json is not None
    found = audit_with_progress(source, fresh=fresh, measure=measure, wanted=wanted)
    output.write(found.as_json)
    if not output.standard:
        from reports.terminal import console, show_audit

        show_audit(found, console())
    if arguments.store and source.store is not None:
        from theory.judge import save_certificates

        kept = {} if fresh else dict(source.certificates)
        save_certificates(source.store, source.document, {**kept, **found.certificates})
    return 1 if found.surprises else 0


def _wanted(source: Opened, ids: list[str]) -> Callable[[Step], bool]:
    if not ids:
        return lambda step: True
    equations = {find_claims(source, name)[0].equation for name in ids}
    return lambda step: step.equation in equations
