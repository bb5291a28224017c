"""Krums that hang, exit, crash, start others or take all memory, for the probe to outlive."""

import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from tests.empirics.probe.planted import paper


def loops(v, f):
    while True:
        pass


def loops_on_nan(v, f):
    while np.isnan(v).any():
        pass
    return paper(v, f)


def loops_when_noted(v, f):
    """Says where it loops, if it is told where to."""
    note = os.environ.get("BYZPROOF_TEST_NOTE")
    if note and len(v) == 9 and np.abs(v).max() > 30:
        Path(note).write_text(str(os.getpid()))
        while True:
            pass
    return paper(v, f)


def exits(v, f):
    os._exit(3)


def exits_on_nan(v, f):
    print("noise on standard output")
    print("and on the other", file=sys.stderr)
    if np.isnan(v).any():
        os._exit(3)
    return paper(v, f)


def quits_on_nan(v, f):
    if np.isnan(v).any():
        sys.exit(4)
    return paper(v, f)


def crashes_on_nan(v, f):
    if np.isnan(v).any():
        ctypes.string_at(0)
    return paper(v, f)


def cuts_off_on_nan(v, f):
    if np.isnan(v).any():
        os.closerange(3, 100)
        time.sleep(3600)
    return paper(v, f)


def takes_all_memory_on_nan(v, f):
    taken = []
    while np.isnan(v).any():
        taken.append(np.empty(1 << 26))
    return paper(v, f)


def starts_another_on_nan(v, f):
    """The other one keeps every file open, the pipe to the parent too."""
    if np.isnan(v).any():
        other = subprocess.Popen(["sleep", "3600"], close_fds=False)
        Path(os.environ["BYZPROOF_TEST_NOTE"]).write_text(str(other.pid))
        os._exit(7)
    return paper(v, f)


def naps(v, f):
    time.sleep(0.1)
    return paper(v, f)


class Counting:
    """Adds the number of calls so far to nothing else than itself."""

    calls = 0

    def aggregate(self, v, f):
        Counting.calls += 1
        return np.full(v.shape[1], float(self.calls))


def bound_exits(n, f):
    os._exit(6)


def bound_loops(n, f):
    while True:
        pass
