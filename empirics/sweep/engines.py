"""What measures the cells: processes on this machine, or a Dask cluster.

Both yield whatever is finished, in any order, and say every few seconds what they wait for. Every
cell is measured apart (see `empirics.sweep.apart`), so that one which fails, hangs or ends its
process is reported and holds up no other one. Rules of other libraries run there alone, never in
the process that keeps the results.
"""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from math import inf
from typing import Any, NamedTuple

from empirics.attacks.ipm import InnerProductManipulation
from empirics.child import IMPORTING
from empirics.foreign import Foreign, in_one_line
from empirics.models.gaussian import Gaussian
from empirics.rules.krum import Krum
from empirics.sweep.apart import Apart, Outcome
from empirics.sweep.cells import Cell, Sampling
from empirics.sweep.measure import measure
from empirics.sweep.others import tried

Job = tuple[str, Cell]
"""A cell with its key."""
CELL_SECONDS = 3600.0
"""The default limit on a cell with a rule of another library; a rule of ours does not hang."""
LOOK = 2.0
"""Seconds between two looks at how far it is."""
GRACE = 20.0
"""Seconds without a worker after which a cluster is given up; one that died may be replaced."""
ANSWER = 3.0
"""Seconds for a scheduler to say which workers it has."""


class Look(NamedTuple):
    """How far it is."""

    finished: list[tuple[Job, Outcome]]
    """Since the last look."""
    waits_for: str
    """What comes next, in words."""


Looks = Generator[Look, None, None]
"""Close it to stop."""


class EngineError(Exception):
    """The engine cannot work (any more); the message says what to do."""


class Engine(ABC):
    """Measures cells."""

    def problems(self, cells: Iterable[Cell]) -> list[str]:
        """Why its workers could not measure these cells, told before any work; nothing if empty."""
        return []

    @abstractmethod
    def run(self, jobs: Sequence[Job], sampling: Sampling) -> Looks:
        """A look whenever something is finished, and now and then, until all is.

        Raises EngineError where it ends early.
        """

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:  # noqa: B027  (most hold nothing)
        """Give back what it holds."""


class Processes(Engine):
    """Some fresh processes on this machine, with one BLAS thread each.

    One worker is a process too: the bytes are the same, and a rule may crash it. A cell with a rule
    of another library may take `cell_seconds`.
    """

    def __init__(self, workers: int, cell_seconds: float = CELL_SECONDS) -> None:
        self.workers, self.cell_seconds = workers, cell_seconds

    def run(self, jobs: Sequence[Job], sampling: Sampling) -> Looks:
        """See `Engine.run`."""
        apart, threads = Apart(), ThreadPoolExecutor(self.workers)

        def start(cell: Cell) -> Future[Outcome]:
            return threads.submit(apart.measure, cell, sampling, _limit(cell, self.cell_seconds))

        try:
            yield from _looks(start, jobs, 2 * self.workers)
        finally:
            apart.close()
            threads.shutdown(cancel_futures=True)


class Cluster(Engine):
    """A Dask cluster, whose workers need this byzproof; see `problems`.

    Raises EngineError where there is no such cluster, or where it has no workers. Where it loses
    them all in the middle and gets none within `GRACE` seconds the run ends with EngineError, or
    `waits` for some.
    """

    def __init__(
        self,
        address: str,
        timeout: float = 20.0,
        *,
        cell_seconds: float = CELL_SECONDS,
        waits: bool = False,
    ) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise EngineError("--scheduler needs Dask: pip install 'byzproof[dask]'") from None
        self.address, self.cell_seconds, self.waits = address, cell_seconds, waits
        self._alone: float | None = None
        """Since when it has had no workers."""
        try:
            # Asked first: a client that fails tries again while it is thrown away, and says so.
            asyncio.run(_ask_who(address, timeout))
            self._client: Any = Client(address, timeout=timeout, set_as_default=False)
            workers = self._workers(timeout)
        except Exception as error:  # noqa: BLE001  (whatever is made of another server's answer)
            raise EngineError(
                f"no Dask scheduler answers at {address} ({in_one_line(error)}): start one with "
                "`dask scheduler`, or leave --scheduler out"
            ) from None
        self._width = 4 * sum(workers.values())
        if not workers:
            self.close()
            raise EngineError(
                f"the Dask scheduler at {address} has no workers: start some with "
                f"`dask worker {address}`"
            )

    def close(self) -> None:
        """Leave the cluster; it goes on for others."""
        with suppress(TimeoutError):
            self._client.close()

    def problems(self, cells: Iterable[Cell]) -> list[str]:
        """What workers lack: byzproof, the same numbers from it as here, a rule of the plan."""
        expected = measure(*SMALL).values
        found = []
        for worker, said in self._everywhere(_small_there).items():
            if isinstance(said, BaseException | str):
                why = said if isinstance(said, str) else in_one_line(said)
                found.append(f"{worker} cannot run byzproof ({why}): install it there")
            elif said.values != expected:
                found.append(
                    f"{worker} gets other numbers than this machine: install the same versions of "
                    "byzproof and numpy there"
                )
        if found:
            return found
        rules = {(cell.rule, cell.code) for cell in cells if isinstance(cell.rule, Foreign)}
        for rule, code in sorted(rules, key=lambda each: each[0].label):
            for worker, said in self._everywhere(_tried_there, rule).items():
                if isinstance(said, BaseException):
                    found.append(f"{worker} cannot try {rule.spec}: {in_one_line(said)}")
                elif said.problem:
                    found.append(f"{worker}: {said.problem}")
                elif said.code != code:
                    found.append(f"{worker} has another {rule.spec}: install the same one there")
        return found

    def _everywhere(self, function: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
        """What the function returns, or raises, on every worker; EngineError where one is mute."""
        seconds = 2 * IMPORTING
        try:
            answers = self._client.run(
                function, *arguments, on_error="return", callback_timeout=seconds
            )
        except Exception as error:  # noqa: BLE001  (also what a lost scheduler raises)
            raise EngineError(
                f"not every Dask worker at {self.address} answers within {seconds:g} s "
                f"({in_one_line(error)}): end those that hang, and try again"
            ) from None
        return {f"the Dask worker {name}": said for name, said in sorted(answers.items())}

    def run(self, jobs: Sequence[Job], sampling: Sampling) -> Looks:
        """See `Engine.run`; Dask itself measures the cells of a dead worker again, some times."""
        # One thread waits for each cell in flight: a Dask future that is done may have lost its
        # result together with a worker, and then waits for it to be measured again.
        threads = ThreadPoolExecutor(self._width)

        def result(cell: Cell) -> Outcome:
            limit = _limit(cell, self.cell_seconds)
            found: Outcome = self._client.submit(
                measured_there, cell, sampling, limit, pure=False
            ).result()
            return found

        try:
            yield from _looks(
                lambda cell: threads.submit(result, cell), jobs, self._width, self._lacks
            )
        except CancelledError:
            raise self._gone() from None
        finally:
            threads.shutdown(wait=False, cancel_futures=True)

    def _workers(self, seconds: float) -> dict[str, int]:
        """The threads of every worker; raises TimeoutError, and whatever a lost scheduler does."""
        found: dict[str, int] = self._client.sync(
            self._client.scheduler.ncores, callback_timeout=seconds
        )
        return found

    def _lacks(self) -> str:
        """What the cells wait for in vain, in words; EngineError where it has lasted too long."""
        begun = time.monotonic()
        try:
            if self._workers(ANSWER):
                self._alone = None
                return ""
            lack, cure = "has no workers left", f"start some with `dask worker {self.address}`"
        except Exception as error:  # noqa: BLE001  (whatever a lost scheduler raises)
            lack, cure = f"does not answer ({in_one_line(error)})", "see whether it hangs"
        if self._client.status != "running":
            raise self._gone()
        self._alone = begun if self._alone is None else self._alone
        seconds = time.monotonic() - self._alone
        said = f"the Dask scheduler at {self.address} {lack}"
        if seconds < GRACE or self.waits:
            return f"{said}: waiting for {seconds:.0f} s"
        raise EngineError(
            f"{said}, for {seconds:.0f} s: {cure}, and go on with --resume; --wait waits for ever"
        )

    def _gone(self) -> EngineError:
        return EngineError(f"the Dask scheduler at {self.address} is gone: go on with --resume")


def _looks(
    start: Callable[[Cell], Future[Outcome]],
    jobs: Sequence[Job],
    width: int,
    lacks: Callable[[], str] = lambda: "",
) -> Looks:
    """Start the jobs with so many in flight, and look at them.

    `lacks` says what they wait for in vain. Raises CancelledError where one was cancelled.
    """
    queue = deque(jobs)
    flying: dict[Future[Outcome], Job] = {}
    while queue or flying:
        while queue and len(flying) < width:
            job = queue.popleft()
            flying[start(job[1])] = job
        done, _ = wait(flying, timeout=LOOK, return_when=FIRST_COMPLETED)
        finished: list[tuple[Job, Outcome]] = []
        cancelled: CancelledError | None = None
        for future in done:
            job, error = flying.pop(future), future.exception()
            if isinstance(error, CancelledError):
                cancelled = error
            else:
                finished.append((job, future.result() if error is None else in_one_line(error)))
        if finished:
            yield Look(finished, "")
        if cancelled is not None:
            raise cancelled
        if not done:
            yield Look([], lacks() or f"{len(flying)} cells are being measured or come next")


def _limit(cell: Cell, seconds: float) -> float:
    return seconds if isinstance(cell.rule, Foreign) else inf


async def _ask_who(address: str, timeout: float) -> None:
    """Raise whatever says that no scheduler is there; it may also be a server that is mute."""
    from distributed import Security, rpc

    security = Security().get_connection_args("client")
    async with asyncio.timeout(timeout), rpc(address, connection_args=security) as server:
        kind = (await server.identity())["type"]
    if kind != "Scheduler":
        raise ValueError(f"there is a Dask {kind.lower()}, with a scheduler elsewhere")


SMALL = (
    Cell(Krum(), Gaussian(), InnerProductManipulation(), 7, 2, 3, 1.0),
    Sampling(trials=16, groups=8),
)
"""A cell of which every worker must get the same numbers."""
_HERE = Apart()
"""The processes of this Dask worker."""


def measured_there(cell: Cell, sampling: Sampling, seconds: float) -> Outcome:
    """On a Dask worker: the outcome of a cell, as `Apart.measure` has it."""
    return _HERE.measure(cell, sampling, seconds)


# Both may take long, and a worker that runs them must go on telling the scheduler that it lives.
async def _small_there() -> Outcome:
    return await asyncio.to_thread(measured_there, *SMALL, IMPORTING)


async def _tried_there(rule: Foreign) -> Any:
    return await asyncio.to_thread(tried, rule)
