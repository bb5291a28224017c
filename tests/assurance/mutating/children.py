"""Work in child processes: each has limits on time and memory, and answers with JSON, if at all.

Every child is a fork of the process that asks, so that none sees what another one did, and the
answers do not depend on how many run at a time.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator
from select import select
from typing import Any

SECONDS, BYTES = 120, 2 << 30
"""Processor time and memory of a child."""
NO_ANSWER = "no answer: out of memory, a crash, or without end"

Answer = Callable[[Any], None]
Work = Callable[[Answer], None]
"""Called with how to answer: once; the child ends with its answer."""


def answers(works: Iterable[Work], at_a_time: int) -> Iterator[Any]:
    """The answer of each work, in order; NO_ANSWER where a child dies of its limits or crashes.

    Raises RuntimeError where the work itself is wrong: it raises an exception, or does not answer.
    """
    running: dict[int, tuple[int, int]] = {}
    done: dict[int, Any] = {}
    following = 0
    for number, work in enumerate(works):
        if len(running) == at_a_time:
            done.update(_some(running))
        running[number] = _started(work)
        while following in done:
            yield done.pop(following)
            following += 1
    while running or done:
        if following not in done:
            done.update(_some(running))
        else:
            yield done.pop(following)
            following += 1


def _some(running: dict[int, tuple[int, int]]) -> Iterator[tuple[int, Any]]:
    """Wait for an answer, and take those that are there from what is running."""
    ready, _, _ = select([reading for _, reading in running.values()], [], [])
    for number in [number for number, (_, reading) in running.items() if reading in ready]:
        child, reading = running.pop(number)
        with os.fdopen(reading, "rb") as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            yield number, NO_ANSWER
        elif not said:
            raise RuntimeError(f"child {number} has failed, see above")
        else:
            yield number, json.loads(said)


def _started(work: Work) -> tuple[int, int]:
    """The number of the child, and where to read its answer."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    try:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))

        def answer(what: Any) -> None:
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(json.dumps(what).encode())
            os._exit(0)

        work(answer)
    except MemoryError:
        os.kill(os.getpid(), signal.SIGKILL)
    except BaseException:  # noqa: BLE001 - it must not leave this process
        traceback.print_exc()
    finally:
        os._exit(1)
