"""Random numbers that depend on what is sampled, never on how many processes sample it.

An experiment is a list of cells (n, f, d, model, attack, ...), each sampled in chunks of
independent trials. A chunk's random numbers are seeded by the plan's entropy, the CONTENT of its
cell and its own number; the size of a chunk is fixed by the plan; results come back in the order of
the chunks. So one process or many give the same bytes, and adding a cell changes no other.
"""

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

Cell = Mapping[str, Any]
"""What is sampled, as JSON values with strings as keys. Fractions and labels go in as strings."""

Result = TypeVar("Result")
Sampler = Callable[[Cell, np.random.Generator, int], Result]
"""function(cell, rng, trials): samples one chunk; defined at the top level of a module."""

_THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Plan:
    """How each cell is sampled: `chunks` chunks of `chunk_size` trials, from one entropy >= 0."""

    entropy: int
    chunk_size: int
    chunks: int

    def __post_init__(self) -> None:
        """Refuse an empty plan."""
        if self.entropy < 0 or self.chunk_size < 1 or self.chunks < 1:
            raise ValueError(f"{self}: give entropy >= 0, chunk_size >= 1 and chunks >= 1")

    def generator(self, cell: Cell, chunk: int) -> np.random.Generator:
        """The random numbers of one chunk, 0 <= chunk < chunks.

        >>> plan = Plan(entropy=1, chunk_size=100, chunks=64)
        >>> a = plan.generator({"n": 11, "f": 3}, 0).random()
        >>> b = plan.generator({"f": 3, "n": 11}, 0).random()
        >>> a == b, a == plan.generator({"n": 11, "f": 3}, 1).random()
        (True, False)
        """
        if not 0 <= chunk < self.chunks:
            raise ValueError(f"there is no chunk {chunk} of {self.chunks}, counted from 0")
        seeds = np.random.SeedSequence(self.entropy, spawn_key=(*cell_key(cell), chunk))
        return np.random.Generator(np.random.PCG64(seeds))


def canonical_json(cell: Cell) -> str:
    """The one text of a cell: sorted keys, no spaces, ASCII.

    1 and 1.0 are different texts, and so different cells. Raises ValueError for what JSON does not
    hold, such as NaN, Fractions and keys that are not strings.

    >>> canonical_json({"n": 11, "f": 3, "model": "two_point(p=1/10)"})
    '{"f":3,"model":"two_point(p=1/10)","n":11}'
    """
    _refuse_other_keys(cell)
    try:
        return json.dumps(cell, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"cell {cell!r} is not JSON: {error}; give a string instead") from error


def cell_key(cell: Cell) -> tuple[int, ...]:
    """128 bits of the SHA-256 of a cell's canonical JSON.

    As four words of 32 bits: a spawn key is cut into such words, and a fixed number of them keeps
    the keys of different cells and chunks apart.
    """
    digest = hashlib.sha256(canonical_json(cell).encode("ascii")).digest()
    return tuple(int.from_bytes(digest[i : i + 4], "big") for i in range(0, 16, 4))


def run_chunks(function: Sampler[Result], cell: Cell, plan: Plan, workers: int = 1) -> list[Result]:
    """The results of all chunks of one cell, in their order; see `run_cells`."""
    return run_cells(function, [cell], plan, workers)[0]


def run_cells(
    function: Sampler[Result], cells: Sequence[Cell], plan: Plan, workers: int = 1
) -> list[list[Result]]:
    """For each cell the results of all its chunks, in their order, sampled by some processes.

    The results are the same for any number of workers if `function` depends on its arguments alone.
    With more than one, its module must be importable, and a script must guard its main code by
    `if __name__ == "__main__"`, as for any `multiprocessing` that starts fresh interpreters.
    Raises ValueError for workers < 1 and for cells that are not JSON, and whatever `function` does.
    """
    if workers < 1:
        raise ValueError(f"workers = {workers}: give the number of processes, at least 1")
    for cell in cells:
        canonical_json(cell)
    tasks = [(function, cell, plan, chunk) for cell in cells for chunk in range(plan.chunks)]
    if workers == 1 or len(tasks) < 2:
        results = [_run(task) for task in tasks]
    else:
        # Fresh interpreters: a forked one may inherit a lock that a thread of BLAS holds.
        context = multiprocessing.get_context("spawn")
        with (
            one_thread_per_process(),
            ProcessPoolExecutor(min(workers, len(tasks)), mp_context=context) as pool,
        ):
            results = list(pool.map(_run, tasks))
    starts = range(0, len(tasks), plan.chunks)
    return [results[start : start + plan.chunks] for start in starts]


def _run(task: tuple[Sampler[Result], Cell, Plan, int]) -> Result:
    function, cell, plan, chunk = task
    return function(cell, plan.generator(cell, chunk), plan.chunk_size)


def _refuse_other_keys(value: Any) -> None:
    """JSON would quietly turn the key 1 into "1", and so confuse two cells."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise ValueError(f"the key {key!r} of a cell is not a string")
            _refuse_other_keys(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_other_keys(inner)


def one_thread() -> dict[str, str]:
    """The environment in which a process uses one BLAS thread: it shares the processors already."""
    return dict.fromkeys(_THREAD_LIMITS, "1")


@contextmanager
def one_thread_per_process() -> Iterator[None]:
    """Let processes started here use one BLAS thread each."""
    before = {name: os.environ.get(name) for name in _THREAD_LIMITS}
    os.environ.update(one_thread())
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
