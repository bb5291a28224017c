"""The command `byzproof`: its commands are the files of `reports.commands`.

Exit codes: 0, every claim got the verdict that its document expects; 1, one did not; 2, the
command could not be carried out as it was given; 130, stopped from the keyboard.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from reports.commands import add_parsers
from reports.errors import WrongUsage
from theory.errors import KernelBug


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = argparse.ArgumentParser(
        prog="byzproof",
        description="Audit proofs about Byzantine-robust learning, line by line.",
        epilog="Exit codes: 0 as the document expects, 1 not, 2 wrong usage.",
    )
    whole.add_argument("--version", action="store_true", help="print the version and exit")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND")

    add_parsers(commands)
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
        words = list(sys.argv[1:] if argv is None else argv)
        for word in words:  # argparse takes it for an option with an empty list
            if word.startswith("--") and word.endswith("=--"):
                raise WrongUsage(f"{word.removesuffix('=--')}: -- is no value")
        arguments = parser().parse_args(words)
        if arguments.version:
            print(f"byzproof {_version()}")
            return 0
        if arguments.command is None:
            parser().print_help()
            return 2
        code: int = arguments.run(arguments)
        return code
    except SystemExit as stop:  # argparse has already said what is wrong
        return stop.code if isinstance(stop.code, int) else 2
    except WrongUsage as wrong:
        print(f"byzproof: error: {wrong}", file=sys.stderr)
        return 2
    except KernelBug as bug:
        print(f"byzproof: KERNEL BUG: {bug}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("byzproof: stopped; nothing was written", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1


if __name__ == "__main__":
    sys.exit(main())
