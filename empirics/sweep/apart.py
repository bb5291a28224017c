"""Measure cells in processes apart, which a rule of another library may hang, end or crash.

Every engine measures every cell so, on whatever machine: what a rule does to its process costs its
own cell and no other, and whoever waits for a cell knows how long.
"""

from __future__ import annotations

import threading
from multiprocessing.connection import Connection

from empirics.child import Child, Ended, Silent
from empirics.foreign import in_one_line
from empirics.sweep.cells import Cell, Sampling
from empirics.sweep.measure import Measured, measure

Outcome = Measured | str
"""What was measured, or why it failed."""
IDLE = 60.0
"""Seconds after which a process without a cell ends: a cluster goes on for others."""


class Apart:
    """As many processes as there are cells at once; each stays for the next cell."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Child] = []
        self._busy: set[Child] = set()
        self._closed = False

    def measure(self, cell: Cell, sampling: Sampling, seconds: float) -> Outcome:
        """The outcome of a cell, or why there is none after so many seconds.

        Where its process ends without one, it is measured once more, in another process.
        """
        said = "it was stopped"
        for _ in range(2):
            child = self._take()
            if child is None:
                break
            child.send((cell, sampling))
            try:
                outcome: Outcome = child.receive(seconds)
            except Silent as silent:
                self._put_away(child)
                return f"{silent}: allow more with --cell-timeout, unless its rule hangs"
            except Ended as ended:
                self._put_away(child)
                said = f"{ended}, twice"
            else:
                self._give_back(child)
                return outcome
        return said

    def close(self) -> None:
        """End all processes; who waits for one sees its end."""
        with self._lock:
            self._closed = True
            for child in self._busy:
                child.kill()
        self._drop_idle()

    def _take(self) -> Child | None:
        """A process that lives, or None when closed."""
        with self._lock:
            while self._idle and not self._closed:
                child = self._idle.pop()
                if child.lives():
                    break
                child.close()
            else:
                if self._closed:
                    return None
                child = Child("empirics.sweep.apart:serve")
            self._busy.add(child)
            return child

    def _give_back(self, child: Child) -> None:
        with self._lock:
            self._busy.discard(child)
            self._idle.append(child)
        if self._closed:
            self._drop_idle()

    def _put_away(self, child: Child) -> None:
        with self._lock:
            self._busy.discard(child)
        child.close()

    def _drop_idle(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.close()


def serve(pipe: Connection) -> None:
    """The process: measure what comes, one cell after the other."""
    while pipe.poll(IDLE):
        try:
            cell, sampling = pipe.recv()
        except EOFError:
            return
        pipe.send(_measured(cell, sampling))


def _measured(cell: Cell, sampling: Sampling) -> Outcome:
    """What was measured, or what the rule raised, which may be SystemExit."""
    try:
        return measure(cell, sampling)
    except BaseException as error:  # noqa: BLE001
        return in_one_line(error)
