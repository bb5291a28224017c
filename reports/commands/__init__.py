"""The commands of `byzproof`, one file each.

A module here offers `add_parser`, which adds the command to the command line, and `run`, which
carries it out and returns the exit code. It is found by listing the folder. The command line needs
every module, so each imports what is slow only when it runs.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
from typing import TypeAlias

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What `add_parser` of a command is given."""

DOCUMENT_HELP = "the name of a paper, or the path of a file or folder of your own (default: krum)"


def add_parsers(subparsers: Subparsers) -> None:
    """Add every command of this folder; what is parsed has its `run` as an attribute."""
    for module in pkgutil.iter_modules(__path__):
        command = importlib.import_module(f"{__name__}.{module.name}")
        parser: argparse.ArgumentParser = command.add_parser(subparsers)
        parser.set_defaults(run=command.run)
