"""What Krum and Multi-Krum cost on long float32 vectors, beside one product of the matrix.

Ratios of CPU times of one thread, taken in turns in one run, to `vectors @ vectors.T` in float32,
and the most memory that was allocated, as a share of the input. `make bench` runs it.
"""

from __future__ import annotations

import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from empirics.long_vectors import AnyFloats, smallest_of_long
from empirics.rules.krum import krum
from empirics.rules.multi_krum import multi_krum

N, F = 100, 30
SIZES = (10**5, 10**6)
MAPPED = 10**7
"""The dimension at which the vectors are mapped from a file of 4 GB."""
LARGEST, SHARE = 2.0, 0.25
"""What is aimed at: the ratio of the times, and the share of memory."""


@dataclass(frozen=True)
class Cost:
    """The cost of a rule on one matrix."""

    rule: str
    d: int
    ratio: float
    """Its time beside that of the product."""
    share: float
    """The memory that it allocated beside that of the input, its result included."""
    passes: int
    """Steps with rounding that were begun."""
    exact: int
    """Workers whose score was computed with integers."""


def costs(vectors: AnyFloats, rounds: int) -> Iterator[Cost]:
    """The costs of Krum and Multi-Krum on vectors [n, d]."""
    n, d = vectors.shape
    k = n - F - 2
    for rule, m in ((krum, 1), (multi_krum, n - F)):
        tasks: tuple[Callable[[], object], ...] = (
            lambda: vectors @ vectors.T,
            lambda rule=rule: rule(vectors, F),  # type: ignore[misc]
        )
        times = [[_seconds(task) for task in tasks] for _ in range(rounds)]
        tracemalloc.start()
        rule(vectors, F)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        found = smallest_of_long(vectors, k, m)
        ratio = median(ours / product for product, ours in times)
        yield Cost(rule.__name__, d, ratio, peak / vectors.nbytes, found.passes, found.exact)


def main(rounds: int = 5) -> None:
    """Print one line for each dimension and rule, and for a length of g beside the noise."""
    print(f"\nLong float32 vectors, n = {N}, f = {F}, beside one product of the matrix")
    print(f"(aimed at: at most {LARGEST} times its time, and {SHARE:.0%} of memory more)")
    for gradient in (0.0, 3.0):
        rng = np.random.default_rng(0)
        for d in SIZES:
            vectors = rng.standard_normal((N, d), dtype=np.float32)
            vectors += np.float32(gradient)
            _print(costs(vectors, rounds), gradient, "in memory")
    with _mapped(MAPPED) as vectors:
        _print(costs(vectors, 1), 0.0, "mapped")


def _print(found: Iterator[Cost], gradient: float, where: str) -> None:
    for cost in found:
        print(
            f"{cost.rule:10} d = {cost.d:<9} |g|/(sqrt(d) sigma) = {gradient:g}, {where:9}: "
            f"x {cost.ratio:.2f}, memory +{cost.share:.1%}, steps {cost.passes}, "
            f"exact {cost.exact}",
            flush=True,
        )


def _seconds(task: Callable[[], object]) -> float:
    start = process_time()
    task()
    return process_time() - start


@contextmanager
def _mapped(d: int) -> Iterator[AnyFloats]:
    """Standard normal vectors [N, d] in a temporary file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors"
        written = np.memmap(path, dtype=np.float32, mode="w+", shape=(N, d))
        for i, row in enumerate(written):
            np.random.default_rng(i).standard_normal(out=row, dtype=np.float32)
        written.flush()
        del written
        yield np.memmap(path, dtype=np.float32, mode="r", shape=(N, d))


if __name__ == "__main__":
    main()
