"""Bulyan of Krum (El Mhamdi, Guerraoui, Rouault, ICML 2018, arXiv:1802.07927, Section 4)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray, IntArray, Rule
from empirics.ordered import checked_finite, mean_around, squared_distances


@dataclass(frozen=True)
class Bulyan(Rule):
    """Krum picks theta = n - 2f workers, one after the other, each among those that are left.

    Then, in each coordinate, the mean of the beta = theta - 2f picked values closest to the median
    of the picked ones. The paper needs n >= 4f + 3, so that beta >= 3.

    With n' workers left, a score takes the n' - f - 2 closest others, and at least one: the paper
    does not say what Krum is where n' < f + 3. Scores are rounded, with ties to the smallest index.
    """

    name: ClassVar[str] = "bulyan"

    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """Bulyan of vectors [.., n, d].

        Raises ValueError unless f >= 0 and n >= 4f + 3, and where a coordinate is not finite.

        >>> Bulyan().aggregate(np.array([[1.0], [2], [3], [4], [5], [6], [900]]), f=1)
        array([3.])
        """
        checked = checked_finite(self.name, vectors, f, share=4, more=3)
        n, d = checked.shape[-2:]
        batch = checked.reshape(-1, n, d)
        picked = picked_by_krum(squared_distances(batch), f)
        kept = np.take_along_axis(batch, picked[:, :, np.newaxis], axis=1)
        value = mean_around(kept, np.median(kept, axis=1), n - 4 * f)
        return value.reshape((*checked.shape[:-2], d))


def picked_by_krum(distances: FloatArray, f: int) -> IntArray:
    """The n - 2f workers that Krum picks in turn, [T, n - 2f], of squared distances [T, n, n]."""
    trials, n = distances.shape[:2]
    left = distances.copy()
    left[:, range(n), range(n)] = np.inf
    picked = np.empty((trials, n - 2 * f), dtype=np.intp)
    every = np.arange(trials)
    for turn in range(n - 2 * f):
        closest = min(max(1, n - turn - f - 2), n - turn - 1)
        scores = np.sort(left, axis=2)[:, :, :closest].sum(axis=2)
        scores[every[:, np.newaxis], picked[:, :turn]] = np.inf
        if turn == n - 1:  # the last one of all has no others
            scores[np.isnan(scores)] = 0
        picked[:, turn] = scores.argmin(axis=1)
        left[every, picked[:, turn]] = np.inf
        left[every, :, picked[:, turn]] = np.inf
    return picked
