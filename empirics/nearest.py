"""Which k other workers are closest to each worker, in exact arithmetic, ties to smallest index."""

from typing import NamedTuple

import numpy as np

from empirics.distances import enclosure, from_point
from empirics.exact import ExactTrial
from empirics.interfaces import BoolArray, FloatArray, IntArray


class Nearest(NamedTuple):
    """The nearest others of every worker in a batch of trials."""

    neighbours: BoolArray
    """[T, n, n]: [t, i, j] says that j is one of the k closest others of i."""
    distances: FloatArray
    """Squared distances [T, n, n] by direct differences; infinite from a worker to itself."""
    exact: BoolArray
    """[T]: exact arithmetic was needed."""


def nearest(vectors: FloatArray, k: int) -> Nearest:
    """The k closest others of each worker, for finite vectors [T, n, d] and 1 <= k < n - 1."""
    trials, n, d = vectors.shape
    distances = np.stack([from_point(vectors, vectors[:, i]) for i in range(n)], axis=1)
    first = _first_copy(vectors, distances)
    # Copies get bitwise the same distances, whatever the order in which these were summed up.
    distances = np.take_along_axis(distances, first[:, np.newaxis, :], axis=2)
    distances = np.take_along_axis(distances, first[:, :, np.newaxis], axis=1)
    distances[:, range(n), range(n)] = np.inf
    order = np.argsort(distances, axis=2, kind="stable")
    neighbours = np.zeros((trials, n, n), dtype=bool)
    np.put_along_axis(neighbours, order[:, :, :k], values=True, axis=2)

    undecided = _undecided(distances, order[:, :, k - 1 : k + 1], first, d)
    exact: BoolArray = np.any(undecided, axis=1, keepdims=False)
    for t in exact.nonzero()[0]:
        trial = ExactTrial(vectors[t])
        for i in undecided[t].nonzero()[0]:
            neighbours[t, i] = False
            neighbours[t, i, trial.nearest(int(i), k)] = True
    return Nearest(neighbours, distances, exact)


def _first_copy(vectors: FloatArray, distances: FloatArray) -> IntArray:
    """[T, n]: the smallest index whose worker sent the same vector as worker j."""
    copies = distances == 0
    # Copies are at distance 0; but so are different vectors if the squares underflow.
    trials, j, l = copies.nonzero()
    different = (vectors[trials, j] != vectors[trials, l]).any(axis=1)
    copies[trials[different], j[different], l[different]] = False
    return copies.argmax(axis=2)


def _undecided(distances: FloatArray, boundary: IntArray, first: IntArray, d: int) -> BoolArray:
    """[T, n]: the rows whose k closest others rounding cannot tell from the rest.

    `boundary` [T, n, 2] holds the k-th and the (k + 1)-th closest. A row is decided if their
    distances are surely different, or if all workers whose distance may equal the k-th are copies
    of one another: those rank by index.
    """
    low, high = enclosure(distances, d + 4)
    lows = np.take_along_axis(low, boundary, axis=2)
    highs = np.take_along_axis(high, boundary, axis=2)
    separated = highs[:, :, 0] < lows[:, :, 1]
    close = (low <= highs[:, :, :1]) & (high >= lows[:, :, :1])
    kth_copy = np.take_along_axis(first, boundary[:, :, 0], axis=1)
    copies = first[:, np.newaxis, :] == kth_copy[:, :, np.newaxis]
    # If the k-th distance overflowed, the infinite one of a worker to itself is close to it, and is
    # no copy; so such a row is never decided here.
    mixed = (close & ~copies).any(axis=2)
    return mixed & ~separated
