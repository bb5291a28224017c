"""Which worker has the smallest Krum score, in exact arithmetic at nearly the speed of rounded.

A score is the sum of the k smallest squared distances from a worker to others.
Each computed score comes with a bound on its rounding error, and only the workers that the bounds
cannot tell from the best, the candidates, go on to the next, slower step:

1. the Gram matrix: enough for nearly all trials if the vectors are centred near the origin.
   A far vector does no harm there, since the bound of a row depends on its own vector's norm.
2. direct differences: enough unless two scores agree to nearly all digits.
3. integers over a common power of two: decides everything, above all exact ties.

Candidates that sent the same vector, as colluding workers do, have the same score: the first wins
without further steps. In all functions `vectors` is finite, of shape [T, n, d].
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from empirics.distances import HUGE, enclosure, from_gram, from_point, rounding
from empirics.exact import ExactTrial
from empirics.interfaces import BoolArray, FloatArray, IntArray

_BLOCK = 2**17
"""Float64 values in the largest temporary array of a block of trials: 1 MB stays in the cache."""


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


def smallest_score(vectors: FloatArray, k: int) -> Choice:
    """The worker of smallest score in each trial, starting with step 1."""
    trials, n, d = vectors.shape
    chosen = np.empty(trials, dtype=np.intp)
    exact = np.zeros(trials, dtype=bool)
    for block in blocks(trials, n * max(n, d)):
        candidates = _candidates_from_gram(vectors[block], k)
        chosen[block] = candidates.argmax(axis=1)
        contested = (np.count_nonzero(candidates, axis=1) > 1).nonzero()[0]
        if contested.size:
            contested += block.start
            chosen[contested], exact[contested] = _settle(
                vectors[contested], candidates[contested - block.start], k
            )
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


def _candidates_from_gram(vectors: FloatArray, k: int) -> BoolArray:
    """The workers [T, n] whose score by the Gram matrix may be the smallest of their trial."""
    distances, norms = from_gram(vectors)
    # With r = |z_i|^2, s = |z_j|^2, D = |z_i - z_j|^2: by Cauchy-Schwarz, rounding moves D by at
    # most c (r + s) + a with c = 2 gamma_(d + 4); and s <= 2 r + 2 D, so by c (3 r + 2 D) + a.
    # The sum of the smallest is monotone in each D, so the bounds of its k + 1 terms add up.
    relative, absolute = rounding(2 * (vectors.shape[2] + k + 4))
    scores = _smallest_sum(distances, k)
    with np.errstate(over="ignore", invalid="ignore"):
        error = 2 * relative * np.abs(scores) + (k + 1) * (3 * relative * norms + absolute)
        low, high = scores - error, scores + error
    overflowed = ~(norms.max(axis=1) < HUGE)
    low[overflowed], high[overflowed] = -np.inf, np.inf
    return low <= high.min(axis=1, keepdims=True)


def _settle(vectors: FloatArray, candidates: BoolArray, k: int) -> Choice:
    """The choice among the candidates [T, n] of step 1."""
    chosen = candidates.argmax(axis=1)
    exact = np.zeros(len(vectors), dtype=bool)
    contested = (~only_copies(vectors, candidates)).nonzero()[0]
    vectors, candidates = vectors[contested], candidates[contested]
    candidates &= candidates_of(_direct_scores(vectors, candidates, k), vectors.shape[2], k)
    chosen[contested] = candidates.argmax(axis=1)
    for t in (~only_copies(vectors, candidates)).nonzero()[0]:
        scores = ExactTrial(vectors[t]).scores(candidates[t].nonzero()[0].tolist(), k)
        chosen[contested[t]] = min(scores, key=scores.__getitem__)
        exact[contested[t]] = True
    return Choice(chosen, exact)


def _direct_scores(vectors: FloatArray, candidates: BoolArray, k: int) -> FloatArray:
    """Scores [T, n] of the candidates by direct differences; infinite for all others."""
    scores = np.full(candidates.shape, np.inf)
    trials, workers = candidates.nonzero()
    for block in blocks(len(trials), vectors.shape[1] * vectors.shape[2]):
        t, i = trials[block], workers[block]
        scores[t, i] = _smallest_sum(from_point(vectors[t], vectors[t, i]), k)
    return scores


def _smallest_sum(distances: FloatArray, k: int) -> FloatArray:
    """The sum of the k smallest distances to others along the last axis; reorders its input.

    The distance to oneself is exactly 0, so the k + 1 smallest of all have the same sum.
    """
    distances.partition(k, axis=-1)
    with np.errstate(over="ignore", invalid="ignore"):
        return distances[..., : k + 1] @ np.ones(k + 1)  # several times as fast as .sum(axis=-1)
