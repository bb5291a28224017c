"""`byzproof statements`: what is claimed, in one plain notation."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from reports.commands import Subparsers
from reports.errors import WrongUsage
from reports.opened_audit import judged, open_with_progress

if TYPE_CHECKING:
    from reports.statements import Parts


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the command to those of `byzproof`."""
    parser = subparsers.add_parser(
        "statements",
        help="what is claimed, in one plain notation",
        description="The signature, definitions, hypotheses and statements of a document in one "
        "plain notation, by the names that were declared: no look and no title can change how a "
        "statement reads. Of a bundle it says what the bundle states; `byzproof verify` says "
        "whether that holds.",
    )
    parser.add_argument(
        "document",
        nargs="?",
        default="krum",
        metavar="DOCUMENT|BUNDLE.json",
        help="the name of a paper, a file or folder of your own, or the certificates.json of a "
        "report (default: krum)",
    )
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Print the statement sheet."""
    from reports.statements import as_text

    parts = _parts(arguments.document)
    print(as_text(parts, shutil.get_terminal_size((80, 24)).columns))
    return 0


def _parts(name: str) -> Parts:
    from reports.statements import statements
    from theory.kernel.sheet import sheet
    from theory.kernel.terms import KernelError

    try:
        if name.endswith(".json"):
            from reports.published import read_json

            return sheet(read_json(Path(name)))
        source = open_with_progress(name)
        return statements(source.document, judged(source))
    except KernelError as refusal:
        raise WrongUsage(f"{name}: {refusal}") from None
