"""Rules for the tests, named as MODULE:CALLABLE from a plan that runs in this folder."""

import os
import time
from contextlib import suppress
from pathlib import Path

import numpy as np


def mean(vectors, f):
    """Averaging."""
    return np.mean(vectors, axis=0)


def prints(vectors, f):
    """Averaging that talks."""
    print("chatter")
    return np.mean(vectors, axis=0)


def overflows(vectors, f):
    """A vector whose square is no number, for the 7 workers of the plans."""
    return np.full(vectors.shape[1], 1e300 if len(vectors) == 7 else 1.0)


def dies_at_two(vectors, f):
    """Averaging that takes its process along where d = 2."""
    if vectors.shape[1] == 2:
        os._exit(3)
    return np.mean(vectors, axis=0)


def dies_once(vectors, f):
    """Averaging that takes its process along while a file is there, and removes it.

    Only with the 7 workers of the plans: the parent tries it with others.
    """
    if len(vectors) == 7:
        with suppress(FileNotFoundError):  # another process may have been first
            Path("die").unlink()
            os._exit(3)
    return np.mean(vectors, axis=0)


def exits_at_two(vectors, f):
    """Averaging that ends the program where d = 2."""
    if vectors.shape[1] == 2:
        raise SystemExit("enough")
    return np.mean(vectors, axis=0)


def dies_when_tried(vectors, f):
    """A rule that ends its process whatever it is given."""
    os._exit(3)


def fails_at_two(vectors, f):
    """Averaging that raises where d = 2."""
    if vectors.shape[1] == 2:
        raise ZeroDivisionError("d = 2")
    return np.mean(vectors, axis=0)


def hangs_at_seven(vectors, f):
    """Averaging that never ends for the 7 workers of the plans: the parent tries it with others."""
    while len(vectors) == 7:
        time.sleep(60)
    return np.mean(vectors, axis=0)


def hangs_when_tried(vectors, f):
    """A rule that never ends."""
    while True:
        time.sleep(60)
