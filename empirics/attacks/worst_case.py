"""Worst case: Byzantine workers keep some correct ones company, and lean out of it against g."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray, colluding
from empirics.rules.krum import krum


@dataclass(frozen=True)
class WorstCase(Attack):
    """B = c + w u, always in the same direction u = -g/|g|, so that errors do not average out.

    c is the mean of n - 2f - 1 correct workers, one with its closest others; B's score is their
    spread around c and n - 2f - 1 times w^2, since the other Byzantine workers are at B. So
    w is chosen for the least score of a correct worker, and then made shorter until Krum chooses B.
    Of the `companies` that promise to reach farthest the best one is taken.

    This is the adversary of the worst cases in `empirics.worst_cases`, for any law. With g = 0 the
    direction is that of the first coordinate. Where n < 2f + 3, Krum is not defined, and B = c.
    """

    name: ClassVar[str] = "worst_case"
    companies: int = 3
    steps: int = 8

    def __post_init__(self) -> None:
        """Refuse an empty search."""
        if self.companies < 1 or self.steps < 1:
            raise ValueError(f"{self.label}: give companies >= 1 and steps >= 1")

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """The B - g that Krum chooses and that lies farthest in the direction u."""
        trials, m = noise.shape[:2]
        u = _direction(gradient)
        q, k = max(1, m - f - 1), max(0, m - 2)
        distances = _squared_distances(noise)
        company = np.argsort(distances, axis=2, kind="stable")[:, :, :q]
        members = np.zeros_like(distances)
        np.put_along_axis(members, company, 1 / q, axis=2)
        centres = members @ noise
        spread = np.take_along_axis(distances, company, axis=2).sum(axis=2)
        # Around the mean instead of the worker itself, the spread is less by q |c - V|^2.
        spread -= q * np.square(centres - noise).sum(axis=2)
        least = np.sort(distances, axis=2)[:, :, : k + 1].sum(axis=2).min(axis=1)
        lean = np.sqrt(np.maximum(least[:, np.newaxis] - spread, 0) / q)
        order = np.argsort(-(centres @ u + lean), axis=1, kind="stable")[:, : self.companies]
        best, farthest = centres[np.arange(trials), order[:, 0]], np.full(trials, -np.inf)
        if m + f < 2 * f + 3:
            return colluding(best, f)
        for column in order.T:
            centre, most = (part[np.arange(trials), column] for part in (centres, lean))
            for step in range(self.steps + 1):
                factor = (1 - 1e-9) * (1 - step / self.steps)
                offset = centre + (factor * most)[:, np.newaxis] * u
                reached = krum(np.concatenate([noise, colluding(offset, f)], axis=1), f) @ u
                better = reached > farthest
                farthest[better], best[better] = reached[better], offset[better]
        return colluding(best, f)


def _direction(gradient: FloatArray) -> FloatArray:
    """-g/|g|, or the first coordinate's direction."""
    length = np.linalg.norm(gradient)
    if length > 0:
        return -gradient / length
    return np.eye(len(gradient))[0]


def _squared_distances(noise: FloatArray) -> FloatArray:
    """[trials, m, m]; rounded, which is enough for a choice that Krum then decides on."""
    gram = noise @ noise.swapaxes(1, 2)
    norms = np.diagonal(gram, axis1=1, axis2=2)
    distances = norms[:, :, np.newaxis] + norms[:, np.newaxis, :] - 2 * gram
    distances[:, np.arange(noise.shape[1]), np.arange(noise.shape[1])] = 0
    return np.maximum(distances, 0)
