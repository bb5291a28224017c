"""Which worker has the smallest Krum score, in exact arithmetic at nearly the speed of rounded.

A score is the sum of the k smallest squared distances from a worker to others.
Each computed score comes with a bound on its rounding error, and only the workers that the bounds
cannot tell from the best, the candidates, go on to the next, slower step:

1. the Gram matrix: enough for nearly all trials if the vectors are centred near the origin.
   A far vector does no harm there, since the bound of a row depends on its own vector's norm.
2. direct differences: enough unless two scores agree to nearly all digits.
3. integers over a common power of two: decides everything, above all exact ties. They are cut into
   limbs for many trials at once, or of any length where those are too short.

Candidates that sent the same vector, as colluding workers do, have the same score: the first wins
without further steps. In all functions `vectors` has shape [T, n, d].
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from empirics.distances import HUGE, enclosure, from_gram, from_point, rounding
from empirics.exact import ExactTrial
from empirics.interfaces import BoolArray, FloatArray, IntArray
from empirics.limbs import smallest_by_limbs
from empirics.long_vectors import NotFiniteError
from empirics.workers import MANY_TRIALS, Workers

_BLOCK = 2**17
"""Float64 values in the largest temporary array of a block of trials: 1 MB stays in the cache."""

_FEW_WORKERS = 16
"""For so few, chains of minima and maxima over many trials find the k smallest faster than the
partition of one short row after the other."""


class Choice(NamedTuple):
    """The chosen workers, and where rounding could not decide."""

    chosen: IntArray
    """i_*, [T]: the worker of smallest exact score, the first among ties."""
    exact: BoolArray
    """[T]: exact arithmetic was needed."""


def blocks(trials: int, values_per_trial: int) -> Iterator[slice]:
    """Consecutive blocks of trials whose temporary arrays fit in the cache."""
    step = max(1, _BLOCK // values_per_trial)
    return (slice(start, start + step) for start in range(0, trials, step))


@cache
def _keep_what_is_dropped() -> None:
    """Once, let the GNU C library keep arrays that are dropped for the next ones.

    It returns an array to the system as soon as it is dropped, and pays a page fault for each 4 kB
    of the next one: that may cost more than Krum. But once an array of up to 32 MB was dropped, it
    keeps smaller ones (mallopt(3), M_MMAP_THRESHOLD). This one takes no memory, as nothing is
    written to it.
    """
    np.empty(31 * 2**17)


def smallest_score(workers: Workers, k: int) -> Choice:
    """The worker of smallest score in each trial, starting with step 1.

    Raises NotFiniteError where a coordinate is NaN or infinite.
    """
    _keep_what_is_dropped()
    trials, n = len(workers.own), workers.n
    chosen = np.empty(trials, dtype=np.intp)
    exact = np.zeros(trials, dtype=bool)
    for block in blocks(trials, n**2):
        part = workers.select(block)
        candidates = _candidates_from_gram(part, k)
        chosen[block] = candidates.argmax(axis=1)
        if np.count_nonzero(candidates) == len(candidates):
            continue
        contested = (np.count_nonzero(candidates, axis=1) > 1).nonzero()[0]
        for few in blocks(contested.size, n * part.own.shape[2]):
            which = contested[few]
            choice = _settle(part.select(which).all(), candidates[which], k)
            chosen[block][which], exact[block][which] = choice
    return Choice(chosen, exact)


def candidates_of(scores: FloatArray, d: int, k: int) -> BoolArray:
    """The workers whose score by direct differences, [T, n], may be the smallest of their trial."""
    low, high = enclosure(scores, d + k + 4)
    return low <= high.min(axis=1, keepdims=True)


def only_copies(vectors: FloatArray, candidates: BoolArray) -> BoolArray:
    """[T]: all candidates [T, n] of the trial sent the same vector, so their scores are equal."""
    trials, workers = candidates.nonzero()
    first = candidates.argmax(axis=1)
    equal = (vectors[trials, workers] == vectors[trials, first[trials]]).all(axis=1)
    result = np.ones(len(vectors), dtype=bool)
    result[trials[~equal]] = False
    return result


def _candidates_from_gram(workers: Workers, k: int) -> BoolArray:
    """The workers [T, n] whose score by the Gram matrix may be the smallest of their trial.

    Of copies only the first is named.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        gram = workers.gram()
        together = workers.n <= _FEW_WORKERS and len(gram) >= MANY_TRIALS
        gram = np.asarray(gram, order="F" if together else "C")
        gaps, norms = from_gram(gram, max(1, workers.copies))
        # The distance to oneself is 0, so the k + 1 smallest of all have the sum that is wanted.
        sums = _sum_of_smallest(gaps, k + 1)
        scores = 2 * sums + (k + 1) * norms
        # With r = |z_i|^2, s = |z_j|^2, D = |z_i - z_j|^2: s <= 2 r + 2 D, so rounding moves a gap
        # by at most c (2 D + 5 r / 2) + a, and adding them up in any order moves their sum by as
        # much again. The sum of the smallest is monotone in each, so the bounds of its terms add
        # up: to c (4 score + 5 (k + 1) r) for 2 sums, and (k + 1) c r for the rest.
        relative, absolute = rounding(workers.own.shape[2] + k + 8)
        error = 4 * relative * np.abs(scores) + 6 * (k + 1) * relative * norms
        error += 4 * (k + 1) * absolute
        low, high = scores - error, scores + error
    overflowed = ~(norms.max(axis=1) < HUGE)
    if overflowed.any():
        _refuse_not_finite(workers.select(overflowed.nonzero()[0]))
        low[overflowed], high[overflowed] = -np.inf, np.inf
    return low <= high.min(axis=1, keepdims=True)


def _refuse_not_finite(workers: Workers) -> None:
    if not (
        np.isfinite(workers.own).all()
        and (workers.shared is None or np.isfinite(workers.shared).all())
    ):
        raise NotFiniteError("a vector holds NaN or infinity")


def _settle(vectors: FloatArray, candidates: BoolArray, k: int) -> Choice:
    """The choice among the candidates [T, n] of step 1."""
    chosen = candidates.argmax(axis=1)
    exact = np.zeros(len(vectors), dtype=bool)
    contested = (~only_copies(vectors, candidates)).nonzero()[0]
    vectors, candidates = vectors[contested], candidates[contested]
    candidates &= candidates_of(_direct_scores(vectors, candidates, k), vectors.shape[2], k)
    chosen[contested] = candidates.argmax(axis=1)
    tied = (~only_copies(vectors, candidates)).nonzero()[0]
    if tied.size:
        exact[contested[tied]] = True
        best, known = smallest_by_limbs(vectors[tied], candidates[tied], k)
        chosen[contested[tied]] = best
        for t in tied[~known]:
            scores = ExactTrial(vectors[t]).scores(candidates[t].nonzero()[0].tolist(), k)
            chosen[contested[t]] = min(scores, key=scores.__getitem__)
    return Choice(chosen, exact)


def _direct_scores(vectors: FloatArray, candidates: BoolArray, k: int) -> FloatArray:
    """Scores [T, n] of the candidates by direct differences; infinite for all others."""
    scores = np.full(candidates.shape, np.inf)
    trials, workers = candidates.nonzero()
    for block in blocks(len(trials), vectors.shape[1] * vectors.shape[2]):
        t, i = trials[block], workers[block]
        scores[t, i] = _sum_of_smallest(from_point(vectors[t], vectors[t, i]), k + 1)
    return scores


def _sum_of_smallest(values: FloatArray, k: int) -> FloatArray:
    """The sum of the k smallest values along the last axis, in Fortran order; reorders its input.

    Where the trials are innermost in memory, the largest values are moved to the end, one after
    the other, in all trials at once.
    """
    if values.flags.c_contiguous:
        values.partition(k - 1, axis=-1)
        with np.errstate(over="ignore", invalid="ignore"):
            # Several times as fast as .sum(axis=-1).
            return np.asfortranarray(values[..., :k] @ np.ones(k))
    for end in range(values.shape[-1], k, -1):
        largest = np.maximum(values[..., 0], values[..., 1])
        np.minimum(values[..., 0], values[..., 1], out=values[..., 0])
        for j in range(2, end):
            np.minimum(largest, values[..., j], out=values[..., j - 1])
            np.maximum(largest, values[..., j], out=largest)
    return np.add.reduce(values[..., :k], axis=-1)
