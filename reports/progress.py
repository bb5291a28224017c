"""Progress on standard error, for whatever takes longer than two seconds."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

PATIENCE = 2.0
"""Seconds before anything is said."""
PAUSE = 5.0
"""Seconds between lines where there is no terminal to draw on."""


class Progress:
    """Call it with what is done, how many are done and how many there are, 0 if nobody knows.

    On a terminal it draws one bar; elsewhere it writes a line now and then.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self._next = time.monotonic() + PATIENCE
        self._drawn = False

    def __call__(self, what: str, done: int, of: int) -> None:
        """Say how far it is, if it is time to."""
        now = time.monotonic()
        if now < self._next:
            return
        terminal = sys.stderr.isatty()
        self._next = now + (0.1 if terminal else PAUSE)
        if terminal:
            filled = round(24 * done / of) if of else 0
            bar = "━" * filled + " " * (24 - filled) + f" {done}/{of} " if of else ""
            print(f"\r\x1b[K{self.title} {bar}{what[: 24 if of else 60]}", end="", file=sys.stderr)
            sys.stderr.flush()
            self._drawn = True
        else:
            count = f"{done} of {of} ({what})" if of else what
            print(f"{self.title}: {count}", file=sys.stderr, flush=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


class Waiting:
    """Call it with what is begun; it says so now and then until the next call, or the end."""

    def __init__(self, title: str) -> None:
        self._progress = Progress(title)
        self._what = ""
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._say, daemon=True)

    def __call__(self, what: str) -> None:
        """What is waited for from now on; nothing, if it is empty."""
        self._what = what

    def __enter__(self) -> Waiting:
        self._progress.__enter__()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end.set()
        self._thread.join()
        self._progress.__exit__(kind, error, traceback)

    def _say(self) -> None:
        while not self._end.wait(0.1):
            if self._what:
                self._progress(self._what, 0, 0)
