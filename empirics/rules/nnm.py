"""Nearest neighbour mixing before a rule (Allouah et al., AISTATS 2023, arXiv:2302.01772)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.composition import Composed
from empirics.interfaces import FloatArray
from empirics.ordered import checked_finite, squared_distances


@dataclass(frozen=True)
class NearestNeighbourMixing(Composed):
    """Each vector is replaced by the mean of its n - f nearest, itself among them; then the rule.

    Algorithm 2 of the paper. Distances are rounded, with ties to the smallest index.
    """

    name: ClassVar[str] = "nnm"

    def prepared(self, vectors: FloatArray, f: int) -> FloatArray:
        """The mixed vectors, of the same shape [.., n, d].

        Raises ValueError unless 0 <= 2f < n, and where a coordinate is not finite.

        >>> NearestNeighbourMixing().prepared(np.array([[0.0], [1.0], [5.0]]), f=1).tolist()
        [[0.5], [0.5], [3.0]]
        """
        checked = checked_finite(self.name, vectors, f)
        n = checked.shape[-2]
        nearest = np.argsort(squared_distances(checked), axis=-1, kind="stable")[..., : n - f]
        weights = np.zeros((*nearest.shape[:-1], n))
        np.put_along_axis(weights, nearest, 1 / (n - f), axis=-1)
        return weights @ checked
