"""The coordinate-wise trimmed mean (Yin, Chen, Ramchandran, Bartlett; ICML 2018, 1803.01498)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray, Rule
from empirics.ordered import checked_for_order


@dataclass(frozen=True)
class TrimmedMean(Rule):
    """In each coordinate the mean of what is left without the f smallest and the f largest values.

    Yin et al. trim a fraction beta of the values at each end; here beta = f/n, as in byzfl.
    """

    name: ClassVar[str] = "trimmed_mean"

    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """The trimmed mean over the workers of vectors [.., n, d].

        Raises ValueError unless 0 <= 2f < n, and for NaN, which has no place in an order. Infinite
        coordinates are allowed; up to f of them at each end do no harm.

        >>> TrimmedMean().aggregate(np.array([[1.0, 9], [2, 7], [4, 8], [900, -9]]), f=1)
        array([3. , 7.5])
        """
        ordered = np.sort(checked_for_order(self.name, vectors, f), axis=-2)
        return ordered[..., f : ordered.shape[-2] - f, :].mean(axis=-2)
