"""Averaging after clipping the norms (Sun, Kairouz, Suresh, McMahan, 2019, arXiv:1911.07963)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray, Rule
from empirics.ordered import checked_finite
from empirics.rules.centred_clipping import clipped


@dataclass(frozen=True)
class NormClipping(Rule):
    """The average of V_i min(1, radius / |V_i|).

    Without a `radius` it is the median of the norms; the paper's is fixed. byzfl's `Clipping`
    followed by its average is the same.
    """

    name: ClassVar[str] = "norm_clipping"
    depends_on_origin: ClassVar[bool] = True
    radius: float | None = None

    def __post_init__(self) -> None:
        """Refuse what clips everything."""
        if not (self.radius is None or 0 < self.radius < np.inf):
            raise ValueError(f"{self.label}: give a radius > 0, or none")

    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """Norm clipping of vectors [.., n, d]; f plays no part but 0 <= 2f < n.

        Raises ValueError for another f, and where a coordinate is not finite.

        >>> NormClipping().aggregate(np.array([[1.0], [2.0], [-90.0]]), f=1).round(3)
        array([0.333])
        """
        checked = checked_finite(self.name, vectors, f)
        return clipped(checked, self.radius).mean(axis=-2)
