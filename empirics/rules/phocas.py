"""Phocas, the mean around the trimmed mean (Xie, Koyejo, Gupta, 2018, arXiv:1805.09682)."""

from dataclasses import dataclass
from typing import ClassVar

from empirics.interfaces import FloatArray, Rule
from empirics.ordered import checked_for_order, mean_around
from empirics.rules.trimmed_mean import TrimmedMean


@dataclass(frozen=True)
class Phocas(Rule):
    """In each coordinate the mean of the n - f values closest to the trimmed mean.

    Definition 7 of the paper with b = f, both where values are trimmed and where the closest are
    kept.
    """

    name: ClassVar[str] = "phocas"

    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """Phocas of vectors [.., n, d].

        Raises ValueError unless 0 <= 2f < n, and for NaN. Up to f infinite values do no harm.

        >>> import numpy as np
        >>> Phocas().aggregate(np.array([[1.0, 9], [2, 7], [3, 8], [900, -9]]), f=1)
        array([2., 8.])
        """
        checked = checked_for_order(self.name, vectors, f)
        return mean_around(checked, TrimmedMean().aggregate(checked, f), checked.shape[-2] - f)
