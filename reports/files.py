"""Writing files whole or not at all: first beside their place, then renamed into it."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from reports.errors import WrongUsage


class CannotWrite(WrongUsage):
    """The output cannot be written; the message says where and why."""


def check_file(path: Path) -> None:
    """Refuse, before any work, a file that could not be written."""
    try:
        folder = path.is_dir()
    except (OSError, ValueError) as error:  # a name that no file can have
        raise CannotWrite(f"no file can be called {str(path)[:80]!r} ({error.args[-1]})") from None
    if folder:
        raise CannotWrite(f"{path} is a folder: name a file")
    _check_folder(path.parent, create=False)


def check_folder(folder: Path) -> None:
    """Refuse, before any work, a folder that could not be written to; create it where it is new."""
    if folder.exists() and not folder.is_dir():
        raise CannotWrite(f"{folder} is a file: name a folder")
    _check_folder(folder, create=True)


def _check_folder(folder: Path, *, create: bool) -> None:
    try:
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except FileNotFoundError:
        raise CannotWrite(
            f"there is no folder {folder}: create it, or choose another place"
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CannotWrite(f"cannot write to {folder} ({reason}): choose another place") from None


def write_file(path: Path, content: str) -> None:
    """Write one text file, whole or not at all."""
    write_files(path.parent, {path.name: content})


class Output:
    """Where an option such as `--json FILE` sends a text: to a file, to standard output, nowhere.

    A file is checked at once, before any work; raises CannotWrite as `check_file` does.
    """

    def __init__(self, where: str | None) -> None:
        self.path = None if where in (None, "-") else Path(str(where))
        self.standard = where == "-"
        """It goes to standard output, which must then hold nothing else."""
        if self.path is not None:
            check_file(self.path)

    def write(self, text: Callable[[], str]) -> None:
        """Send the text, which is made only if it goes anywhere."""
        if self.standard:
            sys.stdout.write(text())
        elif self.path is not None:
            write_file(self.path, text())


def write_files(folder: Path, contents: Mapping[str, str], *, stale: Iterable[Path] = ()) -> None:
    """Write text files by relative name; remove the stale ones that are not among them.

    All are written to a temporary folder first, so that a failure leaves the old ones in place.
    """
    check_folder(folder)
    wanted = {folder / name for name in contents}
    scratch = Path(tempfile.mkdtemp(prefix=".byzproof-", dir=folder))
    try:
        for name, content in contents.items():
            target = scratch / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8", newline="\n")
        for name in contents:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        for name in contents:
            (scratch / name).replace(folder / name)
        for path in stale:
            if path not in wanted:
                path.unlink()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CannotWrite(f"cannot write to {folder} ({reason}): choose another place") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
