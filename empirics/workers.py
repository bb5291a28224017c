"""The vectors of all workers in a batch of trials, without a copy for each that colludes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from empirics.interfaces import FloatArray, IntArray, colluding

MANY_TRIALS = 128
"""So many trials are better taken together, one operation at a time, than one after the other."""

_SHORT = 100
"""Coordinates of all workers in a trial for which this holds of inner products."""


class Workers(NamedTuple):
    """n = m + copies workers: each of the first m has its own vector, the others share one.

    Most attacks let all Byzantine workers send the same vector, so that a rule can do with m + 1
    rows where it would need n.
    """

    own: FloatArray
    """[T, m, d]: the vectors of the first m >= 1 workers."""
    shared: FloatArray | None = None
    """[T, d]: the vector of all workers that follow; None where none follows."""
    copies: int = 0
    """How many workers follow."""

    @classmethod
    def of(cls, first: FloatArray, last: FloatArray) -> Workers:
        """The workers `first` [T, m, d], then `last` [T, f, d], who may collude or not."""
        copies = last.shape[1]
        if copies == 0:
            return cls(first)
        if _collude(last):
            return cls(first, last[:, 0], copies)
        return cls(np.concatenate([first, last], axis=1))

    @classmethod
    def split(cls, vectors: FloatArray, f: int) -> Workers:
        """All workers of `vectors` [T, n, d], where the last f may collude or not."""
        last = vectors[:, vectors.shape[1] - f :]
        if f > 1 and _collude(last):
            return cls(vectors[:, :-f], last[:, 0], f)
        return cls(vectors)

    @property
    def n(self) -> int:
        """The number of workers."""
        return self.own.shape[1] + self.copies

    def select(self, which: slice | IntArray) -> Workers:
        """Some of the trials."""
        shared = None if self.shared is None else self.shared[which]
        return Workers(self.own[which], shared, self.copies)

    def all(self) -> FloatArray:
        """The vectors of all workers, [T, n, d]."""
        if self.shared is None:
            return self.own
        return np.concatenate([self.own, colluding(self.shared, self.copies)], axis=1)

    def pick(self, chosen: IntArray) -> FloatArray:
        """The vector of worker `chosen[t]` in each trial t, [T, d]."""
        m = self.own.shape[1]
        picked = self.own[np.arange(len(self.own)), np.minimum(chosen, m - 1)]
        if self.shared is not None:
            picked[chosen >= m] = self.shared[chosen >= m]
        return picked

    def gram(self) -> FloatArray:
        """Inner products [T, r, r] of the r = m or m + 1 vectors; may hold infinity or NaN.

        They do so wherever a vector holds infinity or NaN, and where products overflow.
        """
        trials, m, d = self.own.shape
        if m * d <= _SHORT and trials >= MANY_TRIALS:
            return self._gram_of_short()
        own, shared = _blas(self.own), self.shared
        # The same array twice: numpy then asks BLAS for a symmetric product, half the work.
        products = np.matmul(own, own.swapaxes(-1, -2))
        if shared is None:
            return products
        gram = np.empty((trials, m + 1, m + 1))
        gram[:, :m, :m] = products
        gram[:, :m, m] = np.matmul(own, _blas(shared)[:, :, np.newaxis])[:, :, 0]
        gram[:, m, :m] = gram[:, :m, m]
        gram[:, m, m] = np.einsum("td,td->t", shared, shared)
        return gram

    def _gram_of_short(self) -> FloatArray:
        """The same, in Fortran order: a call of BLAS for each trial costs more than its sums."""
        trials, m, d = self.own.shape
        r = m if self.shared is None else m + 1
        rows = np.empty((r, d, trials))
        rows[:m] = self.own.transpose(1, 2, 0)
        if self.shared is not None:
            rows[m] = self.shared.T
        gram = np.empty((r, r, trials))
        for i in range(r):
            np.einsum("dt,jdt->jt", rows[i], rows[i:], out=gram[i, i:])
            gram[i + 1 :, i] = gram[i, i + 1 :]
        return gram.T


def _collude(vectors: FloatArray) -> bool:
    """Whether all f workers of `vectors` [T, f, d] send the same vector in every trial."""
    if vectors.shape[1] == 1 or vectors.strides[1] == 0:
        return True
    # Where they do not, the first trial nearly always shows it.
    return all(bool((part == part[:, :1]).all()) for part in (vectors[:1], vectors))


def _blas(vectors: FloatArray) -> FloatArray:
    """The same vectors in a layout that BLAS takes: numpy's own loops are far slower."""
    contiguous = vectors.strides[-1] == vectors.itemsize and min(vectors.strides) > 0
    return vectors if contiguous else np.ascontiguousarray(vectors)
