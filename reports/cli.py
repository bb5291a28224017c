"""The command `byzproof`.

    byzproof audit [DOCUMENT] [--step ID]... [--json FILE|-] [--fresh]
    byzproof explain ID [--document DOCUMENT]
    byzproof counterexample ID [--document DOCUMENT] --format text|json|pytest
    byzproof report [DOCUMENT] [--out DIR]

DOCUMENT is the name of a paper (krum, unless given), or the path of a file or folder.
Exit codes: 0, every claim got the verdict that its document expects; 1, one did not; 2, the
command could not be carried out as it was given.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from reports import simulate
from reports.errors import WrongUsage

DOCUMENT_HELP = "the name of a paper, or the path of a file or folder of your own (default: krum)"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = argparse.ArgumentParser(
        prog="byzproof",
        description="Audit proofs about Byzantine-robust learning, line by line.",
        epilog="Exit codes: 0 as the document expects, 1 not, 2 wrong usage.",
    )
    whole.add_argument("--version", action="store_true", help="print the version and exit")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND")

    audit = commands.add_parser("audit", help="the verdict of every line")
    audit.add_argument(
        "document", nargs="?", default="krum", metavar="DOCUMENT", help=DOCUMENT_HELP
    )
    audit.add_argument(
        "--step",
        action="append",
        default=[],
        metavar="ID",
        help="audit this step or claim alone, such as 1-3 or 1-3a; may be repeated",
    )
    audit.add_argument(
        "--json", metavar="FILE", help="write the audit as JSON; - is standard output"
    )
    audit.add_argument(
        "--fresh", action="store_true", help="search every proof anew, using no stored certificate"
    )
    audit.add_argument("--store", action="store_true", help=argparse.SUPPRESS)

    explain = commands.add_parser("explain", help="one line: statement, reason, what breaks")
    explain.add_argument("id", metavar="ID", help="a claim or step, such as 1-3a or 1-3")
    explain.add_argument("--document", default="krum", metavar="DOCUMENT", help=DOCUMENT_HELP)

    counterexample = commands.add_parser(
        "counterexample", help="a refutation as something that runs on its own"
    )
    counterexample.add_argument("id", metavar="ID", help="a refuted claim, such as 1-3b")
    counterexample.add_argument(
        "--document", default="krum", metavar="DOCUMENT", help=DOCUMENT_HELP
    )
    counterexample.add_argument(
        "--format",
        choices=["text", "json", "pytest"],
        default="text",
        help="text: a script that shows it; pytest: tests that pass if it stands; json: the model",
    )

    report = commands.add_parser("report", help="audit, sample and write the report")
    report.add_argument(
        "document", nargs="?", default="krum", metavar="DOCUMENT", help=DOCUMENT_HELP
    )
    report.add_argument(
        "--out", metavar="DIR", help="where to write it (default: byzproof-NAME in this folder)"
    )
    report.add_argument(
        "--sampling",
        choices=["none", "quick", "standard", "thorough"],
        default="standard",
        help="how much is sampled (default: standard, about a minute)",
    )
    report.add_argument("--readme", metavar="FILE", help=argparse.SUPPRESS)
    simulate.add_parser(commands)
    return whole


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("byzproof")
    except PackageNotFoundError:
        return "(not installed: run from its source folder)"


def main(argv: Sequence[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        arguments = parser().parse_args(argv)
        if arguments.version:
            print(f"byzproof {_version()}")
            return 0
        if arguments.command is None:
            parser().print_help()
            return 2
        if arguments.command == "simulate":
            return simulate.run(arguments)
        from reports import commands

        return commands.run(arguments)
    except SystemExit as stop:  # argparse has already said what is wrong
        return stop.code if isinstance(stop.code, int) else 2
    except WrongUsage as wrong:
        print(f"byzproof: error: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("byzproof: stopped; nothing was written", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1


if __name__ == "__main__":
    sys.exit(main())
