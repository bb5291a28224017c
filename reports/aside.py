"""Work in a process beside this one where the system can fork, else here when it is asked for."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, TypeVar

T = TypeVar("T")


def aside(work: Callable[[], T]) -> Callable[[], T]:
    """Start the work; what is given back waits for its result, which must be data.

    Whatever goes wrong beside goes wrong here, since the work is then done once more.

    >>> result = aside(lambda: sum(range(10)))
    >>> result()
    45
    """
    forks = "fork" in multiprocessing.get_all_start_methods()
    if (os.cpu_count() or 1) < 2 or not forks or multiprocessing.current_process().daemon:
        return work
    context: Any = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(sender, work), daemon=True)
    process.start()
    sender.close()

    def result() -> T:
        try:
            found: T = receiver.recv()
        except EOFError:
            return work()
        finally:
            receiver.close()
            process.join()
        return found

    return result


def _send(sender: Connection, work: Callable[[], Any]) -> None:
    with suppress(Exception), sender:  # the parent meets it again
        sender.send(work())
