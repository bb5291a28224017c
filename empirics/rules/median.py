"""The coordinate-wise median (Yin, Chen, Ramchandran, Bartlett, ICML 2018, arXiv:1803.01498)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray, Rule
from empirics.ordered import checked_for_order


@dataclass(frozen=True)
class CoordinatewiseMedian(Rule):
    """In each coordinate the median of the workers, the mean of the two middle ones for even n.

    byzfl agrees on numpy arrays; on torch tensors it takes the LOWER of the two middle ones.
    """

    name: ClassVar[str] = "median"

    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """The median over the workers of vectors [.., n, d]; f plays no part but 0 <= 2f < n.

        Raises ValueError for another f, and for NaN, which has no place in an order. Infinite
        coordinates are allowed.

        >>> CoordinatewiseMedian().aggregate(np.array([[1.0, 9], [2, 7], [4, 8], [900, -9]]), f=1)
        array([3. , 7.5])
        """
        return np.median(checked_for_order(self.name, vectors, f), axis=-2)
