"""`byzproof report`: audit, sample, and write the report."""

from __future__ import annotations

import argparse
from pathlib import Path

from reports.commands import DOCUMENT_HELP, Subparsers
from reports.files import check_folder
from reports.opened_audit import audit_with_progress, open_with_progress


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the command to those of `byzproof`."""
    parser = subparsers.add_parser("report", help="audit, sample and write the report")
    parser.add_argument(
        "document", nargs="?", default="krum", metavar="DOCUMENT", help=DOCUMENT_HELP
    )
    parser.add_argument(
        "--out", metavar="DIR", help="where to write it (default: byzproof-NAME in this folder)"
    )
    parser.add_argument(
        "--sampling",
        choices=["none", "quick", "standard", "thorough"],
        default="standard",
        help="how much is sampled (default: standard, about a minute)",
    )
    parser.add_argument("--readme", metavar="FILE", help=argparse.SUPPRESS)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Audit, sample, and write the report."""
    from reports.render.report import write_report

    source = open_with_progress(arguments.document)
    folder = Path(arguments.out or f"byzproof-{source.document.name}")
    check_folder(folder)
    found = audit_with_progress(source)
    page = write_report(
        source.document, found, folder, sampling=arguments.sampling, readme=arguments.readme
    )
    print(f"Open {page}")
    return 1 if found.surprises else 0
