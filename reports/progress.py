"""Progress on standard error, for whatever takes longer than two seconds."""

from __future__ import annotations

import sys
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
            print(f"\r\x1b[K{self.title} {bar}{what[:24]}", end="", file=sys.stderr)
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
