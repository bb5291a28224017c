"""Bucketing before a rule (Karimireddy, He, Jaggi, ICLR 2022, arXiv:2006.09365, Algorithm 1)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.composition import Composed
from empirics.interfaces import FloatArray
from empirics.ordered import checked_finite


@dataclass(frozen=True)
class Bucketing(Composed):
    """The workers are shuffled and averaged in buckets of `size`; then the rule.

    The last bucket may be smaller. Each Byzantine worker spoils one bucket at most, so that the
    rule is told the same f, of fewer vectors. The orders, another one in each trial of a batch, are
    drawn from `seed`: the same call gives the same result.
    """

    name: ClassVar[str] = "bucketing"
    size: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no bucket, and an unknown rule."""
        super().__post_init__()
        if self.size < 1 or self.seed < 0:
            raise ValueError(f"{self.label}: give size >= 1 and seed >= 0")

    def prepared(self, vectors: FloatArray, f: int) -> FloatArray:
        """The averages of the buckets, [.., ceil(n / size), d], of vectors [.., n, d].

        Raises ValueError unless 0 <= 2f < n, and where a coordinate is not finite.

        >>> Bucketing(size=3).prepared(np.array([[1.0], [2.0], [6.0]]), f=1)
        array([[3.]])
        """
        checked = checked_finite(self.name, vectors, f)
        n, d = checked.shape[-2:]
        batch = checked.reshape(-1, n, d)
        rng = np.random.default_rng(self.seed)
        order = rng.permuted(np.tile(np.arange(n), (len(batch), 1)), axis=1)
        shuffled = np.take_along_axis(batch, order[:, :, np.newaxis], axis=1)
        starts = np.arange(0, n, self.size)
        counts = np.diff(np.append(starts, n))[:, np.newaxis]
        buckets = np.add.reduceat(shuffled, starts, axis=1) / counts
        return buckets.reshape((*checked.shape[:-2], *buckets.shape[1:]))
