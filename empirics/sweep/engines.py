"""What measures the cells: a pool of processes on this machine, or a Dask cluster.

Both yield whatever is finished, in any order, and outlive a worker that dies: its cells are
measured again. A cell that fails, or that kills its worker twice, is reported and holds up no
other one.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from concurrent.futures import ProcessPoolExecutor as Pool
from typing import Any

from empirics.foreign import in_one_line
from empirics.seeds import one_thread_per_process
from empirics.sweep.cells import Cell, Sampling
from empirics.sweep.measure import Measured, measure

Job = tuple[str, Cell]
"""A cell with its key."""
Outcome = Measured | str
"""What was measured, or why it failed."""
Outcomes = Generator[list[tuple[Job, Outcome]], None, None]
"""Close it to stop."""


class EngineError(Exception):
    """The engine cannot work (any more); the message says what to do."""


class Engine(ABC):
    """Measures cells."""

    @abstractmethod
    def run(self, jobs: Sequence[Job], sampling: Sampling) -> Outcomes:
        """Whatever is finished, as soon as it is, until all is; EngineError where it ends early."""

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:  # noqa: B027  (most hold nothing)
        """Give back what it holds."""


class Processes(Engine):
    """Some fresh processes on this machine, with one BLAS thread each.

    One worker is a process too: the bytes are the same, and a rule may crash it.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def run(self, jobs: Sequence[Job], sampling: Sampling) -> Outcomes:
        """See `Engine.run`."""
        queue, suspects = deque(jobs), deque[Job]()
        strikes: dict[str, int] = {}
        with one_thread_per_process():
            while queue or suspects:
                # Who was in flight in a crash goes alone, so that the culprit is found.
                alone = bool(suspects)
                part = suspects if alone else queue
                before = set(multiprocessing.active_children())
                pool = Pool(
                    1 if alone else min(self.workers, len(part)),
                    mp_context=multiprocessing.get_context("spawn"),
                    initializer=_enter_worker,
                )
                try:
                    lost = yield from _fly(pool, part, sampling, 1 if alone else 2 * self.workers)
                    pool.shutdown()
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    for process in set(multiprocessing.active_children()) - before:
                        process.kill()  # it may have hours to go
                    raise
                for job in lost:
                    strikes[job[0]] = strikes.get(job[0], 0) + alone
                    if strikes[job[0]] < 2:
                        suspects.append(job)
                    else:
                        yield [(job, "its process died, twice")]


class Cluster(Engine):
    """A Dask cluster; its workers need byzproof, and one BLAS thread each as Dask sets it.

    Raises EngineError where there is no such cluster, or where it has no workers.
    """

    def __init__(self, address: str, timeout: float = 5.0) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise EngineError("--scheduler needs Dask: pip install 'byzproof[dask]'") from None
        self.address = address
        try:
            self._client: Any = Client(address, timeout=timeout, set_as_default=False)
        except (OSError, ValueError) as error:
            raise EngineError(
                f"no Dask scheduler answers at {address} ({in_one_line(error)}): start one with "
                "`dask scheduler`, or leave --scheduler out"
            ) from None
        if not self._client.nthreads():
            self.close()
            raise EngineError(
                f"the Dask scheduler at {address} has no workers: start some with "
                f"`dask worker {address}`"
            )

    def close(self) -> None:
        """Leave the cluster; it goes on for others."""
        self._client.close()

    def run(self, jobs: Sequence[Job], sampling: Sampling) -> Outcomes:
        """See `Engine.run`; Dask measures the cells of a dead worker again, up to three times."""
        width = 4 * max(1, sum(self._client.nthreads().values()))
        executor = self._client.get_executor(pure=False)
        try:
            lost = yield from _fly(executor, deque(jobs), sampling, width, self._check)
        finally:
            executor.shutdown(wait=False)
        if lost:
            self._gone()

    def _check(self) -> None:
        if self._client.status != "running":
            self._gone()

    def _gone(self) -> None:
        raise EngineError(f"the Dask scheduler at {self.address} is gone: go on with --resume")


def _fly(
    executor: Executor,
    queue: deque[Job],
    sampling: Sampling,
    width: int,
    check: Callable[[], None] = lambda: None,
) -> Generator[list[tuple[Job, Outcome]], None, list[Job]]:
    """Yield the outcomes of the queue with so many in flight; return what a crash took with it."""
    flying: dict[Future[Measured], Job] = {}
    lost: list[Job] = []
    while (queue and not lost) or flying:
        while queue and not lost and len(flying) < width:
            job = queue.popleft()
            try:
                flying[executor.submit(measure, job[1], sampling)] = job
            except BrokenExecutor:
                queue.appendleft(job)
                break
        done, _ = wait(flying, timeout=2, return_when=FIRST_COMPLETED)
        check()
        finished: list[tuple[Job, Outcome]] = []
        for future in done:
            job = flying.pop(future)
            error = None if future.cancelled() else future.exception()
            if future.cancelled() or isinstance(error, BrokenExecutor):
                lost.append(job)
            else:
                finished.append((job, future.result() if error is None else in_one_line(error)))
        if finished:
            yield finished
    return lost


def _enter_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it: the parent may be killed without notice."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
