"""A report as it lies in its folder: what `byzproof report` wrote there, read and not believed."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.errors import WrongUsage
from reports.render.report import CERTIFICATES
from reports.sampled import RUN, Sampled, Words
from theory import replay as second

LARGEST = 64_000_000
"""Bytes of a file; a longer one is no report."""
TEXTS = ("index.html", "README.md", "corrected.md", "corrected.tex", "errata.md", RUN)
"""The files that are texts, beside what the checkers read."""
VERSION = re.compile(r"\d[\w.+-]{0,30}", re.ASCII)
AGAIN = "write the report anew with `byzproof report`"


@dataclass(frozen=True)
class Checked:
    """One reading of a published report, or one of its files."""

    id: str
    verdict: str
    """The word that is published; empty for a file."""
    fault: str = ""
    """What is wrong; empty where everything agrees."""
    by: str = ""
    """What agrees."""
    unchecked: str = ""
    """Why this is not checked; empty where it is."""


class Mismatch(Exception):
    """What is published is not what was checked; the message says how."""


class Published:
    """The files of a report; raises WrongUsage where one is missing, or is none of a report."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        data = read_json(folder / "audit.json")
        entries = data.get("claims") if isinstance(data, dict) else None
        if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
            raise WrongUsage(f"{folder / 'audit.json'} lists no claims: write the report anew")
        self.head = {key: value for key, value in data.items() if key != "claims"}
        """What `audit.json` says besides its claims."""
        self.entries: list[dict[str, Any]] = entries
        self.bundle = read_json(folder / CERTIFICATES)
        self.texts = {name: read_text(folder / name) for name in TEXTS}

    def entries_found(self) -> dict[str, str]:
        """Whatever lies in the folder, by relative name: "file", "folder", "link" or "other"."""
        return dict(_listed(self.folder, ""))

    def run(self, words: Words) -> tuple[dict[str, str], Sampled | None]:
        """With which versions the figures were drawn, and the sample; ValueError for anything else.

        What is more in the file than this is not looked at here.
        """
        try:
            data = json.loads(self.texts[RUN])
            drawn_with, sample = data["drawn with"], data["sample"]
            if not all(VERSION.fullmatch(version) for version in drawn_with.values()):
                raise ValueError("the figures are drawn with what is no version")
            return drawn_with, None if sample is None else Sampled.read(sample, words)
        except (TypeError, KeyError, AttributeError, RecursionError) as wrong:
            raise ValueError(f"it holds no run ({type(wrong).__name__})") from None


def _listed(folder: Path, above: str) -> Iterator[tuple[str, str]]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            name = above + entry.name
            if entry.is_symlink():
                yield name, "link"
            elif entry.is_dir():
                yield name, "folder"
                yield from _listed(Path(entry.path), f"{name}/")
            else:
                yield name, "file" if entry.is_file() else "other"


def published_name(folder: Path) -> str:
    """The name of the document that a report is about."""
    data = read_json(folder / "audit.json")
    name = data.get("document") if isinstance(data, dict) else None
    if not isinstance(name, str):
        raise WrongUsage(f"{folder / 'audit.json'} does not name a document: write the report anew")
    return name


def read_json(path: Path) -> Any:
    """JSON from a file; raises WrongUsage if there is none."""
    try:
        return second.load(path)
    except second.Refused as reason:
        raise WrongUsage(f"{path}: {reason}; {AGAIN}") from None


def read_text(path: Path) -> str:
    """The text of a file; raises WrongUsage if there is none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise WrongUsage(f"{path} is no file; {AGAIN}")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise WrongUsage(f"{path} is too large for a file of a report; {AGAIN}")
        return content.decode("utf-8")
    except (OSError, ValueError) as error:
        raise WrongUsage(f"{path} cannot be read ({type(error).__name__}); {AGAIN}") from None
