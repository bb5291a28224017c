"""Krum, as the paper defines it (Blanchard et al., NeurIPS 2017, arXiv:1703.02757).

The score of worker i is s(i) = sum of |V_i - V_j|^2 over its n - f - 2 closest OTHER workers j, and
Krum(V_1, ..., V_n) is the vector of smallest score. The paper allows any choice among ties; here
the smallest index wins, among neighbours and among scores.

The choice is that of EXACT arithmetic on the given float64 vectors (see `empirics.smallest_score`),
so it depends neither on the machine nor on the number of threads. It is fastest for vectors near
the origin: give the noise V - g where g is known. Krum commutes with translations.

Long vectors, of about 10^6 coordinates of all workers and more, are not copied: float16 and float32
stay what they are, and may be mapped from a file (`numpy.memmap`) that is larger than the memory.
See `empirics.long_vectors`.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from empirics.exact import ExactTrial
from empirics.interfaces import BoolArray, FloatArray, IntArray, Rule
from empirics.long_vectors import (
    AnyFloats,
    NotFiniteError,
    Progress,
    are_long,
    refuse_not_finite,
    smallest_of_long,
)
from empirics.nearest import nearest
from empirics.smallest_score import (
    Choice,
    blocks,
    candidates_of,
    only_copies,
    smallest_score,
)
from empirics.workers import Workers


@dataclass(frozen=True)
class Krum(Rule):
    """Krum as an aggregation rule."""

    name: ClassVar[str] = "krum"

    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """See `krum`."""
        return krum(vectors, f)


@dataclass(frozen=True, eq=False)
class KrumTrace:
    """What Krum did; the axis of the trials is absent if it was absent in the input."""

    vectors: FloatArray
    """The input [T, n, d]."""
    neighbours: BoolArray
    """[T, n, n]: [t, i, j] says that j is one of the n - f - 2 closest others of i (i -> j)."""
    scores: FloatArray
    """s(i), [T, n], to nearly all digits; those that had to be compared exactly, to all."""
    chosen: IntArray
    """i_*, [T]: the worker of smallest exact score, the first among ties."""
    exact: BoolArray
    """[T]: exact arithmetic was needed, for the choice or for a neighbour."""

    @property
    def value(self) -> FloatArray:
        """Krum(V_1, ..., V_n), [T, d]."""
        return _pick(self.vectors, self.chosen)


def krum(vectors: npt.ArrayLike, f: int, progress: Progress | None = None) -> FloatArray:
    """Krum(V_1, ..., V_n) of vectors [n, d] or [trials, n, d]: of shape [d] or [trials, d].

    `progress` is called with the coordinates that are done, and all, where the vectors are long.
    Raises ValueError unless f >= 0 and 2f + 2 < n, and where a coordinate is not finite or not a
    real number that float64 holds.

    >>> krum([[1.0], [2.0], [3.0], [4.0], [100.0]], f=1)
    array([2.])
    """
    checked = checked_for_krum(vectors, f)
    return _pick(checked, choose(checked, f, progress).chosen).astype(np.float64, copy=False)


def chosen(vectors: npt.ArrayLike, f: int) -> IntArray:
    """The index i_* that Krum chooses in each trial, of shape [trials], or [] for one trial.

    The fast way where neighbours are not needed. Arguments and errors as for `krum`.
    """
    return choose(vectors, f).chosen


def choose(vectors: npt.ArrayLike, f: int, progress: Progress | None = None) -> Choice:
    """As `chosen`, and says in which trials exact arithmetic was needed."""
    checked = checked_for_krum(vectors, f)
    batch, lead = _batch(checked), checked.shape[:-2]
    if are_long(checked):
        k = checked.shape[-2] - f - 2
        found = [smallest_of_long(trial, k, 1, progress) for trial in batch]
        index = np.array([one.chosen.argmax() for one in found], dtype=np.intp)
        exact = np.array([one.exact > 0 for one in found], dtype=bool)
        return Choice(index.reshape(lead), exact.reshape(lead))
    batch = batch.astype(np.float64, copy=False)
    try:
        choice = choose_among(Workers.split(batch, f), f)
    except NotFiniteError:
        # The Gram matrix has seen it; now to find it is worth another pass over the input.
        refuse_not_finite(checked)
        raise
    return Choice(choice.chosen.reshape(lead), choice.exact.reshape(lead))


def choose_among(workers: Workers, f: int) -> Choice:
    """Krum's choice in a batch of trials, without a copy of their vectors; see `choose`.

    Raises ValueError unless f >= 0 and 2f + 2 < n, and NotFiniteError for NaN and infinity.
    """
    _check_workers(workers.n, f)
    return smallest_score(workers, workers.n - f - 2)


def select(vectors: npt.ArrayLike, f: int) -> KrumTrace:
    """Krum with its neighbours and scores; slower than `chosen`, and with the same choice.

    Arguments and errors as for `krum`.

    >>> trace = select([[1.0], [2.0], [3.0], [4.0], [100.0]], f=1)
    >>> int(trace.chosen), trace.neighbours[1].nonzero()[0].tolist(), trace.scores.tolist()
    (1, [0, 2], [5.0, 2.0, 2.0, 5.0, 18625.0])
    """
    checked = checked_for_krum(vectors, f).astype(np.float64, copy=False)
    refuse_not_finite(checked)
    batch = _batch(checked)
    trials, n, d = batch.shape
    trace = KrumTrace(
        batch,
        neighbours=np.empty((trials, n, n), dtype=bool),
        scores=np.empty((trials, n)),
        chosen=np.empty(trials, dtype=np.intp),
        exact=np.empty(trials, dtype=bool),
    )
    for block in blocks(trials, n * max(n, d)):
        (
            trace.neighbours[block],
            trace.scores[block],
            trace.chosen[block],
            trace.exact[block],
        ) = _select(batch[block], n - f - 2)
    if checked.ndim == 3:
        return trace
    return KrumTrace(checked, trace.neighbours[0], trace.scores[0], trace.chosen[0], trace.exact[0])


def _select(vectors: FloatArray, k: int) -> tuple[BoolArray, FloatArray, IntArray, BoolArray]:
    """Neighbours, scores, choice and use of exact arithmetic, for vectors [T, n, d]."""
    neighbours, distances, exact = nearest(vectors, k)
    with np.errstate(over="ignore"):
        scores = np.where(neighbours, distances, 0.0).sum(axis=2)
    candidates = candidates_of(scores, vectors.shape[2], k)
    chosen = candidates.argmax(axis=1)
    for t in (~only_copies(vectors, candidates)).nonzero()[0]:
        trial = ExactTrial(vectors[t])
        exact_scores = trial.scores(candidates[t].nonzero()[0].tolist(), k)
        chosen[t] = min(exact_scores, key=exact_scores.__getitem__)
        for i, score in exact_scores.items():
            scores[t, i] = trial.as_float(score)
        exact[t] = True
    return neighbours, scores, chosen, exact


def checked_for_krum(vectors: npt.ArrayLike, f: int) -> AnyFloats:
    """The vectors as an array of floats, or a ValueError that says what is wrong but NaN.

    It is not copied unless it must be.
    """
    try:
        given = np.asarray(vectors)
    except ValueError as error:
        raise ValueError(f"vectors is not an array of numbers: {error}") from error
    if given.dtype.kind not in "iuf" or given.dtype.itemsize > 8:
        raise ValueError(f"vectors has dtype {given.dtype}; give real numbers, float64 or narrower")
    if given.ndim not in (2, 3):
        raise ValueError(f"vectors has shape {given.shape}; give [n, d] or [trials, n, d]")
    if given.dtype.kind != "f":
        array = given.astype(np.float64)
        if not (np.abs(array) <= 2.0**53).all():
            raise ValueError("vectors holds integers above 2^53, which float64 cannot; give floats")
        given = array
    n, d = given.shape[-2:]
    _check_workers(n, f)
    if d == 0:
        raise ValueError("vectors have no coordinates (d = 0); give d >= 1")
    return given


def _check_workers(n: int, f: int) -> None:
    """Raise ValueError where Krum is not defined."""
    if not isinstance(f, int | np.integer) or isinstance(f, bool) or f < 0:
        raise ValueError(f"f = {f!r} is not a number of Byzantine workers; give an integer >= 0")
    if 2 * f + 2 >= n:
        raise ValueError(
            f"Krum needs 2f + 2 < n, but n = {n} and f = {f}; with this f give n >= {2 * f + 3}"
        )


def _batch(vectors: AnyFloats) -> AnyFloats:
    """Vectors [n, d] or [T, n, d] as [T, n, d]."""
    return vectors.reshape(-1, *vectors.shape[-2:])


def _pick(vectors: AnyFloats, chosen: IntArray) -> AnyFloats:
    """V_{i_*}: the chosen vector of each trial."""
    return np.take_along_axis(vectors, chosen[..., np.newaxis, np.newaxis], axis=-2)[..., 0, :]
