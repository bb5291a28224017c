"""Fang's attack on Krum: as far against the mean's signs as Krum still follows."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray, colluding
from empirics.ordered import squared_distances
from empirics.rules.krum import krum


@dataclass(frozen=True)
class FangKrum(Attack):
    """B = -lambda sign(mean(V)), for all Byzantine workers alike, with lambda such that Krum is B.

    Local model poisoning, Fang, Cao, Jia, Gong, USENIX Security 2020, arXiv:1911.11815, Section
    4.2.1, with full knowledge; V are updates, so the global model before is 0. lambda starts at the
    paper's upper bound and is halved until Krum chooses B, or lambda is below `least`. In the paper
    the others of the f are near B; here they are at B, as in its experiments. Where n < 2f + 3,
    Krum is not defined, and lambda is the bound.
    """

    name: ClassVar[str] = "fang_krum"
    least: float = 1e-5

    def __post_init__(self) -> None:
        """Refuse a search that never ends."""
        if not 0 < self.least < np.inf:
            raise ValueError(f"{self.label}: give least > 0")

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """-lambda sign(g + mean Z) - g."""
        correct, d = noise.shape[1:]
        n = correct + f
        sign = np.sign(gradient + noise.mean(axis=1))
        largest = np.sqrt(np.square(gradient + noise).sum(axis=2)).max(axis=1)
        scale = largest / np.sqrt(d)
        if n < 2 * f + 3:
            return colluding(-scale[:, np.newaxis] * sign - gradient, f)
        distances = np.sort(np.sqrt(squared_distances(noise)), axis=2)
        nearest = distances[:, :, 1 : n - f - 1].sum(axis=2).min(axis=1)
        scale = scale + nearest / ((n - 2 * f - 1) * np.sqrt(d))
        offset = -scale[:, np.newaxis] * sign - gradient
        searching = np.ones(len(noise), dtype=bool)
        while searching.any():
            sent = colluding(offset[searching], f)
            found = krum(np.concatenate([noise[searching], sent], axis=1), f)
            deceived = (found == offset[searching]).all(axis=1)
            going = searching.nonzero()[0][~deceived & (scale[searching] >= self.least)]
            searching[:] = False
            searching[going] = True
            scale[going] /= 2
            offset[going] = -scale[going, np.newaxis] * sign[going] - gradient
        return colluding(offset, f)
