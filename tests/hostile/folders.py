"""Published reports that somebody tampered with: their files edited, missing, or no files at all.

Each is read in every way that there is: by the second checker as a bundle and as a program, and by
`byzproof verify`, which asks both checkers.
"""

import json
import os
import socket
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest import mock

from reports.audit import audit
from reports.cli import main as byzproof
from reports.documents import Opened
from reports.render.report import CERTIFICATES, write_report
from tests.hostile.edits import damaged, hostile, seeded
from tests.hostile.trying import ending, fault, undocumented
from tests.reports.conftest import load_toy
from theory import replay as second

FILES = ("audit.json", CERTIFICATES, "index.html", "corrected.md")
"""Files of a report that are edited, or replaced by what is no file."""


@cache
def toy():
    """The document of the report, and the texts of its files by name."""
    document = load_toy()
    with tempfile.TemporaryDirectory() as folder:
        write_report(document, audit(document, {}), Path(folder), sampling="none")
        paths = [path for path in Path(folder).rglob("*") if path.is_file()]
        return document, {str(p.relative_to(folder)): p.read_text() for p in paths}


@contextmanager
def report():
    """An honest report in a folder that goes away."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in toy()[1].items():
            (Path(folder) / name).parent.mkdir(exist_ok=True)
            (Path(folder) / name).write_text(text)
        yield Path(folder)


def verify(arguments):
    """`byzproof verify`, with the toy opened instead of a paper, and all its work in one process.

    So the processor time of all of it counts.
    """
    opened = Opened(toy()[0])
    with (
        mock.patch("theory.papers.names", return_value=[toy()[0].name]),
        mock.patch("theory.papers.load", return_value=toy()[0]),
        mock.patch("reports.commands.verify.open_with_progress", return_value=opened),
        mock.patch("reports.verification.aside", side_effect=lambda work: work),
    ):
        return byzproof(["verify", *arguments])


def faults(folder):
    """How a folder is read badly, by way of reading it; and the exit code of `verify`."""
    path = folder / CERTIFICATES
    wrong, code = ending(verify, [str(folder)])
    ways = {
        "check_bundle": fault(lambda: second.check_bundle(second.load(path)), second.Refused),
        "replay.py": undocumented(second.main, [str(path)]),
        "byzproof verify": wrong,
    }
    return [f"{way} {wrong}" for way, wrong in ways.items() if wrong], code


def edited_folder(number):
    """What is wrong with how the number-th edited report is read; and what was edited."""
    random = seeded("folder", number)
    name = random.choice((CERTIFICATES, CERTIFICATES, "audit.json", "audit.json", "index.html"))
    text = toy()[1][name]
    kind, content = (damaged if name == "index.html" else hostile)(random, text)
    with report() as folder:
        (folder / name).write_bytes(content)
        wrong, code = faults(folder)
        if code == 0 and name == "index.html" and content != text.encode():
            wrong = ["byzproof verify agrees with another page"]
        elif code == 0:
            wrong = _said_besides(folder)
    return f"{name}, {kind}", wrong


def _said_besides(folder):
    """What a report says that was verified must be what the honest one says."""
    honest = _said(toy()[1]["audit.json"])
    found = _said((folder / "audit.json").read_text())
    return [] if found == honest else ["byzproof verify agrees with another statement or verdict"]


def _said(text):
    keys = ("id", "reading", "statement", "verdict")
    return sorted(
        json.dumps([entry.get(key) for key in keys]) for entry in json.loads(text)["claims"]
    )


def _socket(path):
    with socket.socket(socket.AF_UNIX) as made, _inside(path.parent):
        made.bind(path.name)  # the name of a socket is short


@contextmanager
def _inside(folder):
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


NO_FILES = {
    "nothing": lambda path: None,
    "a folder": lambda path: path.mkdir(),
    "a pipe": lambda path: os.mkfifo(path),
    "a socket": _socket,
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to nothing": lambda path: path.symlink_to(path.parent / "gone"),
    "a link to a folder": lambda path: path.symlink_to(path.parent),
    "a device without end": lambda path: path.symlink_to("/dev/zero"),
    "an empty file": lambda path: path.touch(),
    "a file of 32 MB": lambda path: os.truncate(_touched(path), 32_000_000),
}
"""What may stand in the place of a file."""


def _touched(path):
    path.touch()
    return path


def sabotaged(name, kind):
    """What is wrong with how a report is read in which a file is none, and `verify`'s exit code."""
    with report() as folder:
        (folder / name).unlink()
        NO_FILES[kind](folder / name)
        return faults(folder)
