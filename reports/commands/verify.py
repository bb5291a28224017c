"""`byzproof verify`: a published report, checked again by both checkers."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from reports.commands import Subparsers
from reports.errors import WrongUsage
from reports.opened_audit import open_with_progress, uncollected
from reports.progress import Progress


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the command to those of `byzproof`."""
    parser = subparsers.add_parser(
        "verify",
        help="a published report, checked again by both checkers",
        description="Replay every certificate of a report with the kernel and with the second "
        "checker, make every file anew from what is proved, and compare: the page, the figures, "
        "the READMEs, the corrected proof and the errata. The last line names what is not checked. "
        "Exit code 1 if something differs.",
    )
    parser.add_argument(
        "folder",
        nargs="?",
        default="reports/krum",
        metavar="FOLDER",
        help="the folder of a report (default: reports/krum)",
    )
    parser.add_argument(
        "--document",
        metavar="DOCUMENT",
        help="the file of a document of your own; a paper is found by its name in the report",
    )
    parser.add_argument(
        "--readme",
        metavar="FILE",
        help="a README with a table of what was found, compared too (default: the nearest one "
        "above the folder that has the table and links to the page)",
    )
    parser.add_argument("--quiet", action="store_true", help="print what differs, and the count")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Check a report, and print a line for each claim."""
    from reports.derived import readme_about
    from reports.published import published_name
    from reports.verification import verify
    from theory import papers

    folder = Path(arguments.folder)
    if not os.path.isfile(folder / "audit.json"):  # noqa: PTH113 - no name makes it raise
        raise WrongUsage(f"{folder} is not the folder of a report: it has no audit.json")
    name = arguments.document or published_name(folder)
    if not arguments.document and name not in papers.names():  # no file that a report names is run
        raise WrongUsage(
            f"{folder} is about {name[:60]!r}, no paper of the package: name its file with "
            "--document FILE"
        )
    source = open_with_progress(name)
    readme = Path(arguments.readme) if arguments.readme else readme_about(folder)
    with Progress("verifying") as progress, uncollected():
        results = verify(folder, source.document, progress, readme)
    faults = [result for result in results if result.fault]
    for result in results:
        if result.fault:
            print(f"DIFFERS  {result.id}: {result.fault}")
        elif not result.unchecked and not arguments.quiet:
            said = f"{result.verdict} ({result.by})" if result.verdict else result.by
            print(f"agreed   {result.id}: {said}")
    counts: dict[str, int] = {}
    for result in results:
        if not result.fault and not result.unchecked:
            counts[result.by] = counts.get(result.by, 0) + 1
    said = ", ".join(f"{count} by {by}" for by, count in counts.items())
    print(f"{sum(counts.values())} agreed ({said}), {len(faults)} differ")
    unchecked = [f"{result.id} ({result.unchecked})" for result in results if result.unchecked]
    print(f"NOT CHECKED: {'; '.join(unchecked) or 'nothing'}")
    return 1 if faults else 0
