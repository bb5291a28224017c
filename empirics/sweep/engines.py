"""What measures the cells: a pool of processes on this machine, or a Dask cluster.

Both yield whatever is finished, in any order, and outlive a worker that dies: its cells are
measured again. A cell that fails, or that kills its worker twice, is reported and holds up no
other one. Rules of other libraries run in the workers alone, never in the process that keeps the
results.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures import ProcessPoolExecutor as Pool
from typing import Any

from empirics.attacks.ipm import InnerProductManipulation
from empirics.foreign import Foreign, in_one_line
from empirics.models.gaussian import Gaussian
from empirics.rules.krum import Krum
from empirics.seeds import one_thread_per_process
from empirics.sweep.cells import Cell, Sampling
from empirics.sweep.measure import Measured, measure
from empirics.sweep.others import DEATH, enter_worker, look_at

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

    def problems(self, cells: Iterable[Cell]) -> list[str]:
        """Why its workers could not measure these cells, told before any work; nothing if empty."""
        return []

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
                    initializer=enter_worker,
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
                        yield [(job, f"its process died, twice: {DEATH}")]


class Cluster(Engine):
    """A Dask cluster, whose workers need this byzproof; see `problems`.

    Raises EngineError where there is no such cluster, or where it has no workers.
    """

    def __init__(self, address: str, timeout: float = 5.0) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise EngineError("--scheduler needs Dask: pip install 'byzproof[dask]'") from None
        self.address = address
        try:
            # Asked first: a client that fails tries again while it is thrown away, and says so.
            asyncio.run(_ask_who(address, timeout))
            self._client: Any = Client(address, timeout=timeout, set_as_default=False)
        except Exception as error:  # noqa: BLE001  (whatever is made of another server's answer)
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

    def problems(self, cells: Iterable[Cell]) -> list[str]:
        """What workers lack: byzproof, the same numbers from it as here, a rule of the plan."""
        expected = _tried()
        found = []
        for worker, said in self._everywhere(_tried).items():
            if isinstance(said, BaseException):
                found.append(
                    f"{worker} cannot run byzproof ({in_one_line(said)}): install it there"
                )
            elif said != expected:
                found.append(
                    f"{worker} gets other numbers than this machine: install the same versions of "
                    "byzproof and numpy there"
                )
        if found:
            return found
        rules = {(cell.rule, cell.code) for cell in cells if isinstance(cell.rule, Foreign)}
        for rule, code in sorted(rules, key=lambda each: each[0].label):
            for worker, said in self._everywhere(look_at, rule.spec, rule.m).items():
                if said.problem:
                    found.append(f"{worker}: {said.problem}")
                elif said.code != code:
                    found.append(f"{worker} has another {rule.spec}: install the same one there")
        return found

    def _everywhere(self, function: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
        """What the function returns, or raises, on every worker."""
        answers = self._client.run(function, *arguments, on_error="return")
        return {f"the Dask worker {name}": said for name, said in sorted(answers.items())}

    def run(self, jobs: Sequence[Job], sampling: Sampling) -> Outcomes:
        """See `Engine.run`; Dask itself measures the cells of a dead worker again, some times.

        After that it blames whatever its last worker held, so these cells go alone.
        """
        from distributed import KilledWorker

        width = 4 * max(1, sum(self._client.nthreads().values()))
        queue, suspects = deque(jobs), deque[Job]()
        executor = _Remote(self._client, width)
        try:
            while queue or suspects:
                alone = bool(suspects)
                part, at_once = (suspects, 1) if alone else (queue, width)
                lost = yield from _fly(executor, part, sampling, at_once, KilledWorker, self._check)
                if alone:
                    yield [(job, f"its Dask worker died, each time: {DEATH}") for job in lost]
                else:
                    suspects.extend(lost)
        except CancelledError:
            self._gone()
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

    def _check(self) -> None:
        if self._client.status != "running":
            self._gone()

    def _gone(self) -> None:
        raise EngineError(f"the Dask scheduler at {self.address} is gone: go on with --resume")


class _Remote(ThreadPoolExecutor):
    """One thread for each cell in flight, which waits for its result.

    Dask's own executor takes a result for an error where the worker that holds it dies.
    """

    def __init__(self, client: Any, width: int) -> None:
        super().__init__(width)
        self._client = client

    def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        """As every executor's."""
        return super().submit(self._result, function, *arguments, **options)

    def _result(self, function: Any, *arguments: Any, **options: Any) -> Any:
        return self._client.submit(function, *arguments, pure=False, **options).result()


def _fly(
    executor: Executor,
    queue: deque[Job],
    sampling: Sampling,
    width: int,
    crash: type[BaseException] = BrokenExecutor,
    check: Callable[[], None] = lambda: None,
) -> Generator[list[tuple[Job, Outcome]], None, list[Job]]:
    """Yield the outcomes of the queue with so many in flight; return what a crash took with it.

    Raises CancelledError where the executor gave up.
    """
    flying: dict[Future[Outcome], Job] = {}
    lost: list[Job] = []
    gave_up: CancelledError | None = None
    while (queue and not lost) or flying:
        while queue and not lost and len(flying) < width:
            job = queue.popleft()
            try:
                flying[executor.submit(_measured, job[1], sampling)] = job
            except BrokenExecutor:
                queue.appendleft(job)
                break
        done, _ = wait(flying, timeout=2, return_when=FIRST_COMPLETED)
        check()
        finished: list[tuple[Job, Outcome]] = []
        for future in done:
            job = flying.pop(future)
            error = future.exception()
            if isinstance(error, CancelledError):
                gave_up = error
            elif isinstance(error, crash):
                lost.append(job)
            else:
                finished.append((job, future.result() if error is None else in_one_line(error)))
        if finished:
            yield finished
        if gave_up is not None:
            raise gave_up
    return lost


async def _ask_who(address: str, timeout: float) -> None:
    """Raise whatever says that no scheduler is there; it may also be a server that is mute."""
    from distributed import Security, rpc

    security = Security().get_connection_args("client")
    async with asyncio.timeout(timeout), rpc(address, connection_args=security) as server:
        kind = (await server.identity())["type"]
    if kind != "Scheduler":
        raise ValueError(f"there is a Dask {kind.lower()}, with a scheduler elsewhere")


def _tried() -> dict[str, float | None]:
    """What a small cell comes to."""
    cell = Cell(Krum(), Gaussian(), InnerProductManipulation(), 7, 2, 3, 1.0)
    return measure(cell, Sampling(trials=16, groups=8)).values


def _measured(cell: Cell, sampling: Sampling) -> Outcome:
    """What was measured, or why it failed.

    Whatever a rule raises ends here: SystemExit would end a worker, and not every error of a
    library can be sent to another process.
    """
    try:
        return measure(cell, sampling)
    except BaseException as error:  # noqa: BLE001
        return in_one_line(error)
