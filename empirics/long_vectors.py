"""Which workers have the smallest Krum scores where vectors are long: passes along d, no copy.

Vectors [n, d] of one trial, float16 to float64, in memory or mapped from a file, are read in blocks
of columns. A squared distance is the sum of those in the blocks, and so are bounds of them; those
of the blocks are kept. Only the workers that the bounds of their scores cannot tell apart go on to
the next step, which makes the bounds of one block after the other tighter until they can:

1. inner products in float32, unless the input is float64;
2. inner products in float64, of the workers that are left with all others;
3. the same after a centre c was subtracted;
4. integers, of the workers that are left: exact. The workers that get so far are counted.

Steps 1 and 2 subtract a centre too, where vectors are so long beside their distances that it pays.
It is the mean of a few workers that are close to one another, on some columns at first, and later
by the step before. A Byzantine worker that deceives this choice costs time and nothing else, since
the bound covers any c.

**The bound.** Let u be the unit roundoff, z_i = fl(x_i - c), and N_i >= |z_i|^2. Any order of
summation, with or without fused multiply-add, gives a sum of K products within g(K) of the sum of
their moduli, g(K) = K u / (1 - K u) (N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd
ed., Sections 2.2 and 3.1). Products are summed in runs of K columns, and the R runs of a block in
float64. So with e = g(K) + g64(R), and a for products and sums that underflow, even to zero,

    |P_ij - <z_i, z_j>| <= e (N_i + N_j) / 2 + a,    N_i = (P_ii + a) / (1 - e).

D = P_ii + P_jj - 2 P_ij is then within 2 e (N_i + N_j) + 4 a of |z_i - z_j|^2. The exact x_i - c is
z_i + t_i with |t_i| <= 2 u |z_i| + h, where h covers underflow. So |x_i - x_j| and |z_i - z_j|
differ by T <= 2 u (|z_i| + |z_j|) + 2 h, and their squares by T (2 |z_i| + 2 |z_j| + T), which is
less than 10 u (N_i + N_j) + 25 h^2 / u. The code adds 16 u64 (N_i + N_j) for combining them, and
the sum of the k smallest is monotone in each. What overflowed may be anything that is not negative.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from empirics.exact import ExactTrial
from empirics.interfaces import BoolArray, FloatArray, IntArray
from empirics.limbs import exact_squared_distances

LONG = 2**20
"""Coordinates of all workers of a trial from which on this is faster than taking trials together.

With less, a trial fits in the cache."""

_BLOCK = 2**20
"""Coordinates that one thread takes at a time, unless the table of inner products is larger."""

_PIECE = {np.dtype(np.float32): 4096, np.dtype(np.float64): 512}
"""Columns that are prepared together, so that they stay in the cache."""

_RUN = {np.dtype(np.float32): 256, np.dtype(np.float64): 512}
"""K: columns over which products are summed in this precision; a divisor of the piece."""

_FAR = 2.0**16
"""Float64 loses no digits that matter below this ratio of squared lengths to squared distances."""

_HUGE = 2.0**1000
"""No sum below this bound has overflowed."""

_EXACT = 2**17
"""Coordinates whose exact squares are added up together."""

_ADDED = 2**16
"""Columns in which chosen vectors are added up: few enough for the cache, many for each call."""

_SAMPLE = 16, 16
"""Runs of columns, and the columns of each, on which a centre is sought."""

Progress = Callable[[int, int], None]
"""Called with the coordinates that are done, and all of this pass."""
AnyFloats = npt.NDArray[Any]


@dataclass(frozen=True)
class Smallest:
    """The m workers of smallest score, and what it took to know them."""

    chosen: BoolArray
    """[n]: the score is among the m smallest exact ones, ties to the smallest index."""
    passes: int
    """Steps with rounding that were begun: 1 to 3."""
    exact: int
    """Workers whose score had to be computed with integers."""


class _Step(NamedTuple):
    """How the bounds of a block are computed."""

    rows: IntArray
    """[r]: the workers whose squared distances to all are wanted; all n, or few."""
    members: IntArray
    """The workers whose mean is the centre; none for the origin."""
    dtype: np.dtype[Any]
    """The precision of the products."""


def smallest_of_long(
    vectors: AnyFloats, k: int, m: int, progress: Progress | None = None
) -> Smallest:
    """The m workers of smallest score, the sum of the k smallest squared distances to others.

    `vectors` [n, d] are float16, float32 or float64, and are only read. Raises NotFiniteError
    where a coordinate is NaN or infinite.
    """
    n, d = vectors.shape
    narrow, wide, rows = np.dtype(np.float32), np.dtype(np.float64), np.arange(n)
    members, longer = _close_on_some_columns(vectors, k)
    steps = [(narrow, longer > 1)] * (vectors.dtype != wide) + [(wide, longer > _FAR), (wide, True)]
    blocks = column_blocks(n, d)
    distances, ranking = _Distances(len(blocks), n), _Ranking(n, m)
    for number, (dtype, centred) in enumerate(steps, 1):
        step = _Step(rows, members if centred else members[:0], dtype)
        found = over_blocks(blocks, partial(_enclosed, vectors, step), progress)
        with closing(found):
            for done, bounds in enumerate(found, 1):
                distances.tighten(done - 1, rows, *bounds)
                if done == len(blocks) or (number > 1 and done % (1 + len(blocks) // 16) == 0):
                    ranking.tighten(rows, *distances.scores(rows, k))
                    if number == 1:
                        ranking.rank_copies(vectors)
                    if not ranking.undecided.size:
                        return Smallest(ranking.chosen, number, 0)
        members = distances.close_to(ranking.likeliest, k)
        rows = ranking.undecided if 2 * ranking.undecided.size < n else np.arange(n)
    exact = {
        i: _exact_score(vectors, i, distances.near(i, k), k) for i in ranking.undecided.tolist()
    }
    chosen = ranking.chosen
    best = sorted(exact, key=lambda i: (exact[i], i))
    chosen[best[: m - np.count_nonzero(chosen)]] = True
    return Smallest(chosen, len(steps), len(exact))


class _Distances:
    """Bounds of all squared distances in each block, [blocks, n, n]."""

    def __init__(self, blocks: int, n: int) -> None:
        self.low = np.zeros((blocks, n, n))
        self.high = np.full((blocks, n, n), np.inf)

    def tighten(self, block: int, rows: IntArray, low: FloatArray, high: FloatArray) -> None:
        """Learn bounds [r, n] of some workers' distances to all."""
        self.low[block, rows] = np.maximum(self.low[block, rows], low)
        self.high[block, rows] = np.minimum(self.high[block, rows], high)

    def totals(self, rows: IntArray) -> tuple[FloatArray, FloatArray]:
        """Bounds of the distances over all blocks, [r, n]; infinite to oneself."""
        slack = len(self.low) * 2.0**-52
        with np.errstate(over="ignore"):
            low, high = (b[:, rows].sum(axis=0) for b in (self.low, self.high))
            low, high = low * (1 - slack), high * (1 + slack)
        for bound in (low, high):
            bound[range(len(rows)), rows] = np.inf
        return np.minimum(low, _HUGE), high

    def scores(self, rows: IntArray, k: int) -> tuple[FloatArray, FloatArray]:
        """Bounds of the scores of these workers, [r]."""
        return _scores(*self.totals(rows), k)

    def close_to(self, i: int, k: int) -> IntArray:
        """A worker and up to 3 of its neighbours."""
        low, high = self.totals(np.array([i]))
        return _with_neighbours(i, low[0] + high[0], k)

    def near(self, i: int, k: int) -> IntArray:
        """Who may be among the k closest others of worker i."""
        low, high = (b[0] for b in self.totals(np.array([i])))
        near = low <= np.partition(high, k - 1)[k - 1]
        near[i] = False
        return near.nonzero()[0]


class _Ranking:
    """Which workers have the m smallest scores, as far as bounds of the scores tell."""

    def __init__(self, n: int, m: int) -> None:
        self.m = m
        self.low, self.high = np.zeros(n), np.full(n, np.inf)
        self.copies = np.zeros((n, n), dtype=bool)
        self.chosen = np.zeros(n, dtype=bool)
        self.undecided = np.arange(n)

    @property
    def likeliest(self) -> int:
        """A worker whose score may well be the smallest."""
        return int(np.argmin(self.low + self.high))

    def tighten(self, rows: IntArray, low: FloatArray, high: FloatArray) -> None:
        """Learn bounds [r] of some scores."""
        self.low[rows] = np.maximum(self.low[rows], low)
        self.high[rows] = np.minimum(self.high[rows], high)
        # [j, i]: worker j surely comes before worker i.
        before = (self.high[:, np.newaxis] < self.low) | self.copies
        not_after = len(before) - np.count_nonzero(before, axis=1)  # counts the worker itself
        self.chosen = not_after <= self.m
        excluded = np.count_nonzero(before, axis=0) >= self.m
        self.undecided = (~self.chosen & ~excluded).nonzero()[0]

    def rank_copies(self, vectors: AnyFloats) -> None:
        """Learn that undecided workers that sent the same vector rank by their index."""
        groups: list[list[int]] = []
        for i in self.undecided.tolist() if self.undecided.size > 1 else []:
            for group in groups:
                first = vectors[group[0]]
                if np.array_equal(vectors[i, :64], first[:64]) and np.array_equal(
                    vectors[i], first
                ):
                    self.copies[group, i] = True
                    group.append(i)
                    break
            else:
                groups.append([i])
        none = np.arange(0)
        self.tighten(none, self.low[none], self.high[none])


class NotFiniteError(ValueError):
    """A coordinate is NaN or infinite, so that there is no choice."""


def are_long(vectors: AnyFloats) -> bool:
    """Whether each trial of vectors [.., n, d] is to be read in blocks of columns."""
    return (
        vectors.shape[-2] * vectors.shape[-1] >= LONG
        and vectors.dtype.newbyteorder("=") == vectors.dtype
    )


def average_of_long(vectors: AnyFloats, chosen: BoolArray) -> FloatArray:
    """The average [d] of the chosen ones [n] of vectors [n, d], in float64."""
    d = vectors.shape[1]
    rows, total = chosen.nonzero()[0], np.zeros(d)

    def add(block: slice) -> None:
        for row in rows:
            total[block] += vectors[row, block]

    blocks = [slice(start, min(start + _ADDED, d)) for start in range(0, d, _ADDED)]
    for _ in over_blocks(blocks, add, None):
        pass
    total /= len(rows)
    return total


def column_blocks(n: int, d: int) -> list[slice]:
    """Blocks of columns, whatever the number of threads, with about `_BLOCK` coordinates each."""
    step = max(1, max(_BLOCK, 64 * n * n) // n)
    step += -step % _PIECE[np.dtype(np.float32)]
    return [slice(start, min(start + step, d)) for start in range(0, d, step)]


def over_blocks(
    blocks: Sequence[slice], work: Callable[[slice], Any], progress: Progress | None
) -> Generator[Any, None, None]:
    """What the work gives for each block of columns, in order; as many at once as BLAS may take.

    Close it to stop early.
    """
    with _one_blas_thread() as threads, ThreadPoolExecutor(threads) as pool:
        try:
            for block, result in zip(blocks, pool.map(work, blocks), strict=True):
                if progress is not None:
                    progress(block.stop, blocks[-1].stop)
                yield result
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _one_blas_thread() -> Iterator[int]:
    """Let each of our threads have BLAS to itself, and say how many threads BLAS would use."""
    from threadpoolctl import threadpool_info, threadpool_limits

    threads = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    with threadpool_limits(1, user_api="blas"):
        yield max(1, min([os.cpu_count() or 1, *threads]))


def _enclosed(vectors: AnyFloats, step: _Step, block: slice) -> tuple[FloatArray, FloatArray]:
    """Bounds [r, n] of the squared distances in a block; see the head of this file.

    Raises NotFiniteError where one of its coordinates is not finite.
    """
    rows, width = step.rows, block.stop - block.start
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        inner, norms = _products(vectors, step, block)
        if not np.isfinite(norms).all():
            refuse_not_finite(vectors[:, block], block.start)
        limits, run = np.finfo(step.dtype), _RUN[step.dtype]
        u, tiny = float(limits.eps) / 2, float(limits.smallest_normal)
        runs = width // run + width // _PIECE[step.dtype] + 8
        e = run * u / (1 - run * u) + 2 * runs * 2.0**-53
        a = 4 * tiny * (width + run)
        h2 = 9 * width * tiny**2  # two terms and their difference, each by less than `tiny`
        upper = (norms + a) / (1 - e) * (1 + 2.0**-50)
        pairs = upper[rows, np.newaxis] + upper
        distances = norms[rows, np.newaxis] + norms - 2 * inner
        error = (2 * e + 10 * u + 2.0**-49) * pairs + (4 * a + 25 * h2 / u)
        low, high = np.maximum(distances - error, 0.0), distances + error
    unknown = ~np.isfinite(high)
    low[unknown], high[unknown] = 0.0, np.inf
    return low, high


def _products(vectors: AnyFloats, step: _Step, block: slice) -> tuple[FloatArray, FloatArray]:
    """Inner products of some workers with all, [r, n], and of all with themselves, [n]."""
    n, width = len(vectors), _PIECE[step.dtype]
    inner, norms = np.zeros((len(step.rows), n)), np.zeros(n)
    room = np.empty((n, width), dtype=step.dtype)
    for start in range(block.start, block.stop, width):
        z = vectors[:, start : min(start + width, block.stop)]
        into = room[:, : z.shape[1]]
        if z.dtype != step.dtype or z.strides[1] != z.itemsize:
            into[...] = z
            z = into
        if step.members.size:
            z = np.subtract(z, z[step.members].mean(axis=0, dtype=step.dtype), out=into)
        if len(step.rows) == n:
            inner += _gram(z, _RUN[step.dtype])
        else:
            inner += z[step.rows] @ z.T
            norms += np.matmul(z[:, np.newaxis], z[:, :, np.newaxis])[:, 0, 0]
    return inner, np.diagonal(inner).copy() if len(step.rows) == n else norms


def _gram(z: AnyFloats, run: int) -> FloatArray:
    """Inner products [n, n] of z [n, w], in runs of columns that are added up in float64."""
    n, w = z.shape
    whole = w - w % run
    total = np.zeros((n, n))
    if whole:
        runs = z[:, :whole].reshape(n, -1, run).swapaxes(0, 1)
        # The same array twice: numpy then asks BLAS for a symmetric product, half the work.
        total += np.matmul(runs, runs.swapaxes(1, 2)).sum(axis=0, dtype=np.float64)
    if whole < w:
        total += z[:, whole:] @ z[:, whole:].T
    return total


def _scores(low: FloatArray, high: FloatArray, k: int) -> tuple[FloatArray, FloatArray]:
    """Bounds of the sums of the k smallest, for bounds [r, n] of squared distances."""
    slack = k * 2.0**-52
    with np.errstate(over="ignore"):
        below, above = (np.partition(b, k - 1, axis=1)[:, :k].sum(axis=1) for b in (low, high))
        return np.minimum(below * (1 - slack), _HUGE), above * (1 + slack)


def _with_neighbours(i: int, distances: FloatArray, k: int) -> IntArray:
    """A worker and up to 3 of its neighbours, by rough squared distances [n] to all."""
    return np.array([i, *np.argsort(distances)[: min(k, 3)]], dtype=np.intp)


def _close_on_some_columns(vectors: AnyFloats, k: int) -> tuple[IntArray, float]:
    """Workers that are close to one another on some columns, and how long they are there.

    The length is the mean of |x|^2 over that of the squared distances.
    """
    runs, length = _SAMPLE
    d = vectors.shape[1]
    starts = np.linspace(0, max(0, d - length), min(runs, d)).astype(np.intp)
    columns = np.unique((starts[:, np.newaxis] + np.arange(min(length, d))).ravel())
    some = np.array([vectors[:, column] for column in columns], dtype=np.float64).T
    with np.errstate(all="ignore"):
        # Few numbers and a robust centre: good enough for a choice that need not be right.
        z = some - np.median(some, axis=0)
        inner = z @ z.T
        norms = np.diagonal(inner)
        distances = norms[:, np.newaxis] + norms - 2 * inner
        np.fill_diagonal(distances, np.inf)
        scores, _ = _scores(distances, distances, k)
        best = int(np.argmin(scores))
        members = _with_neighbours(best, distances[best], k)
        longer = np.square(some[members]).sum(axis=1).mean() * k / scores[best]
    return members, float(np.nan_to_num(longer, nan=np.inf))


def _exact_score(vectors: AnyFloats, i: int, near: IntArray, k: int) -> Fraction:
    """The exact sum of the k smallest squared distances from worker i to those near it."""
    rows = [i, *near.tolist()]

    def work(block: slice) -> list[Fraction]:
        some = vectors[rows, block].astype(np.float64)
        distances, unit = exact_squared_distances(some) or _by_long_integers(some)
        return [distance * unit for distance in distances]

    totals = [Fraction(0)] * len(rows)
    step = max(1, _EXACT // len(rows))
    d = vectors.shape[1]
    blocks = [slice(start, min(start + step, d)) for start in range(0, d, step)]
    for found in over_blocks(blocks, work, None):
        totals = [total + part for total, part in zip(totals, found, strict=True)]
    return sum(sorted(totals[1:])[:k], Fraction(0))


def _by_long_integers(vectors: FloatArray) -> tuple[list[int], Fraction]:
    trial = ExactTrial(vectors)
    return trial.squared_distances(0), trial.unit


def refuse_not_finite(vectors: AnyFloats, before: int = 0) -> None:
    """Raise NotFiniteError, with the place, where a coordinate of [.., n, d] is not finite.

    So many coordinates come `before` those that are given.
    """
    bad = ~np.isfinite(vectors)
    if bad.any():
        place = tuple(int(axis[0]) for axis in bad.nonzero())
        *others, last = place
        axes = ("trial", "worker", "coordinate")[-len(place) :]
        where = ", ".join(
            f"{axis} {at}" for axis, at in zip(axes, (*others, before + last), strict=True)
        )
        raise NotFiniteError(
            f"vectors has the value {vectors[place]} at {where}: "
            "replace or drop a worker that sends NaN or infinity before aggregating"
        )
