"""Centred clipping (Karimireddy, He, Jaggi, ICML 2021, arXiv:2012.10333, Algorithm 2)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray, Rule
from empirics.ordered import checked_finite


@dataclass(frozen=True)
class CentredClipping(Rule):
    """v + mean over workers of (V_i - v) min(1, radius / |V_i - v|), `steps` times, from v = 0.

    In the paper v is the aggregate of the step before, which no rule sees here; byzfl starts at 0
    too. Without a `radius` it is in each step the median of all |V_i - v|; the paper tunes a fixed
    one.
    """

    name: ClassVar[str] = "centred_clipping"
    depends_on_origin: ClassVar[bool] = True
    radius: float | None = None
    steps: int = 3

    def __post_init__(self) -> None:
        """Refuse what clips nothing or everything."""
        if self.steps < 1 or not (self.radius is None or 0 < self.radius < np.inf):
            raise ValueError(f"{self.label}: give steps >= 1, and a radius > 0 or none")

    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """Centred clipping of vectors [.., n, d]; f plays no part but 0 <= 2f < n.

        Raises ValueError for another f, and where a coordinate is not finite.

        >>> CentredClipping(radius=1.0, steps=1).aggregate(np.array([[0.0], [0.5], [90.0]]), f=1)
        array([0.5])
        """
        checked = checked_finite(self.name, vectors, f)
        centre = np.zeros_like(checked[..., 0, :])
        for _ in range(self.steps):
            away = checked - centre[..., np.newaxis, :]
            centre = centre + clipped(away, self.radius).mean(axis=-2)
        return centre


def clipped(vectors: FloatArray, radius: float | None) -> FloatArray:
    """Vectors [.., n, d], shortened to at most a radius; None is the median of their norms.

    >>> clipped(np.array([[3.0, 4.0], [0.0, 1.0]]), 2.5).tolist()
    [[1.5, 2.0], [0.0, 1.0]]
    """
    norms = np.sqrt(np.square(vectors).sum(axis=-1, keepdims=True))
    most = np.median(norms, axis=-2, keepdims=True) if radius is None else radius
    return vectors * np.where(norms > most, most / np.where(norms > most, norms, 1), 1.0)
