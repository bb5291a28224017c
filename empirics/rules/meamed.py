"""MeaMed, the mean around the median (Xie, Koyejo, Gupta, 2018, arXiv:1802.10116, Definition 8)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray, Rule
from empirics.ordered import checked_for_order, mean_around


@dataclass(frozen=True)
class MeaMed(Rule):
    """In each coordinate the mean of the n - f values closest to the median.

    For even n the median is the mean of the two middle values, as in byzfl for numpy arrays.
    """

    name: ClassVar[str] = "meamed"

    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """The mean around the median of vectors [.., n, d].

        Raises ValueError unless 0 <= 2f < n, and for NaN. Up to f infinite values do no harm.

        >>> MeaMed().aggregate(np.array([[1.0, 9], [2, 7], [3, 8], [900, -9]]), f=1)
        array([2., 8.])
        """
        checked = checked_for_order(self.name, vectors, f)
        return mean_around(checked, np.median(checked, axis=-2), checked.shape[-2] - f)
