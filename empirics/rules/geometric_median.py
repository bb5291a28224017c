"""The geometric median by smoothed Weiszfeld iterations, as in RFA.

Pillutla, Kakade, Harchaoui, Robust Aggregation for Federated Learning, IEEE Trans. Signal
Processing 70, 2022, arXiv:1912.13445, Algorithm 2.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import BoolArray, FloatArray, Rule
from empirics.ordered import checked_finite


@dataclass(frozen=True)
class GeometricMedian(Rule):
    """The point of smallest sum of distances to the workers, up to smoothing and rounding.

    It starts at the coordinate-wise median and stops after the first step that is no longer than
    `tolerance` times the mean distance, or after `steps`. RFA takes few steps; byzfl 3
    from 0, with nu = 0.1, so that its result does not commute with translations.
    """

    name: ClassVar[str] = "geometric_median"
    nu: float = 1e-6
    """Distances below it count as this, so that no weight is infinite."""
    steps: int = 200
    tolerance: float = 1e-10

    def __post_init__(self) -> None:
        """Refuse what is no smoothing or never stops."""
        if not (0 < self.nu < np.inf and self.steps >= 1 and self.tolerance >= 0):
            raise ValueError(f"{self.label}: give nu > 0, steps >= 1 and tolerance >= 0")

    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """The geometric median of vectors [.., n, d]; f plays no part but 0 <= 2f < n.

        Raises ValueError for another f, and where a coordinate is not finite.

        >>> points = np.array([[0.0, 0], [2, 0], [1, 2], [1, 1], [1, 1], [1, 1], [900, 900]])
        >>> GeometricMedian().aggregate(points, f=1).round(5)
        array([1., 1.])
        """
        checked = checked_finite(self.name, vectors, f)
        point = np.median(checked, axis=-2)
        moving: BoolArray = np.ones(point.shape[:-1], dtype=bool)
        for _ in range(self.steps):
            after, distance = weiszfeld_step(checked, point, self.nu)
            moved = np.sqrt(np.square(after - point).sum(axis=-1))
            point = np.where(moving[..., np.newaxis], after, point)
            moving &= moved > self.tolerance * distance
            if not moving.any():
                break
        return point


def weiszfeld_step(
    vectors: FloatArray, point: FloatArray, nu: float
) -> tuple[FloatArray, FloatArray]:
    """The mean of vectors [.., n, d] with weights 1 / max(nu, distance), and the mean distance.

    Distances are from the point [.., d].
    """
    distances = np.sqrt(np.square(vectors - point[..., np.newaxis, :]).sum(axis=-1))
    weights = 1 / np.maximum(nu, distances)
    weights /= weights.sum(axis=-1, keepdims=True)
    return (weights[..., np.newaxis] * vectors).sum(axis=-2), distances.mean(axis=-1)
