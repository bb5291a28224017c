"""Krum of each layer alone, as several libraries of federated learning apply it.

The theorems on Krum (Blanchard et al., NeurIPS 2017, arXiv:1703.02757) then hold for each layer,
with its own dimension, and not for the whole vector: another worker may win in each layer.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray, Rule
from empirics.rules.krum import checked_for_krum, krum


@dataclass(frozen=True)
class LayerwiseKrum(Rule):
    """Krum in each of `layers` consecutive parts of the vector, of equal length up to one."""

    name: ClassVar[str] = "layerwise_krum"
    layers: int = 2

    def __post_init__(self) -> None:
        """Refuse no layers."""
        if self.layers < 1:
            raise ValueError(f"{self.label}: give layers >= 1")

    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """Krum of each part of vectors [.., n, d], and errors as for `krum`.

        A vector of fewer coordinates than layers has one layer for each coordinate.

        >>> LayerwiseKrum().aggregate(np.array([[1.0, 9], [2, 9], [3, 5], [4, 5], [9, 4]]), f=1)
        array([2., 5.])
        """
        checked = checked_for_krum(vectors, f)
        pieces = np.array_split(checked, min(self.layers, checked.shape[-1]), axis=-1)
        return np.concatenate([krum(piece, f) for piece in pieces], axis=-1)
