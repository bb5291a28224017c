"""A running sweep on the terminal: how far it is, how long it still takes, and the last cells."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from reports.progress import Progress

if TYPE_CHECKING:
    from empirics.sweep.apart import Outcome
    from empirics.sweep.cells import Cell

LATEST = 8
"""Cells in the live table."""


class SweepProgress:
    """Call it with cells and their outcomes; it draws a live table, or lines now and then."""

    def __init__(self, cells: Sequence[Cell], done: int) -> None:
        self.of, self.before, self.done, self.failed = len(cells), done, done, 0
        self._work = sum(cell.work for cell in cells)
        self._begun = time.monotonic()
        self._done_work = 0.0
        self._latest: deque[tuple[Cell, Outcome]] = deque(maxlen=LATEST)
        self._waits_for = ""
        self._live: Any = None
        self._lines = Progress("sweep")

    def __enter__(self) -> SweepProgress:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(
                console=Console(stderr=True),
                get_renderable=self.table,
                refresh_per_second=2,
                transient=True,
            )
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def __call__(self, finished: Sequence[tuple[Cell, Outcome]], waits_for: str) -> None:
        """Some more cells, or none, and what is waited for."""
        for cell, outcome in finished:
            self.done += 1
            self.failed += isinstance(outcome, str)
            self._done_work += cell.work
            self._latest.append((cell, outcome))
        self._waits_for = waits_for
        if self._live is None:
            self._lines(self.told(), self.done, self.of)

    def told(self) -> str:
        """The time that is left, and what is waited for."""
        return f"{self.remaining()}; {self._waits_for}" if self._waits_for else self.remaining()

    def remaining(self) -> str:
        """The time that is left, if each n^2 d costs what it did so far."""
        now = self.done - self.before
        if not now:
            return "no cell yet"
        # Cells of earlier runs count as the mean of this run's, for want of their times.
        left = (self.of - self.done) * (self._work / self.of + self._done_work / now) / 2
        seconds = (time.monotonic() - self._begun) / self._done_work * left
        return f"about {duration(seconds)} left"

    def table(self) -> Any:
        """The live table."""
        from rich.markup import escape
        from rich.table import Table

        filled = round(30 * self.done / self.of)
        bar = "━" * filled + " " * (30 - filled)
        failed = f", {self.failed} failed" if self.failed else ""
        title = f"{bar} {self.done}/{self.of}{failed}, {self.told()}"
        table = Table(box=None, title=title, title_justify="left", pad_edge=False)
        for name in ("rule, model, attack", "n", "f", "d", "|g|/σ", "|EF-g|²", "s"):
            table.add_column(name, justify="left" if "," in name else "right")
        for cell, outcome in self._latest:
            failure = isinstance(outcome, str)
            table.add_row(
                escape(f"{cell.rule.label}, {cell.model.label}, {cell.attack.label}"),
                *(str(cell.n), str(cell.f), str(cell.d), f"{cell.gradient:g}"),
                "failed" if isinstance(outcome, str) else f"{outcome.values['bias']:.3g}",
                "" if isinstance(outcome, str) else f"{outcome.seconds:.2f}",
                style="red" if failure else None,
            )
        return table


def duration(seconds: float) -> str:
    """A time as people say it.

    >>> duration(42), duration(200), duration(9000)
    ('42 s', '3 min', '2.5 h')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
