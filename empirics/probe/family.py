"""The family of rules in which a Krum is looked for.

Score of worker i: the sum (or the last, or the median) of its k smallest distances to OTHERS.
Result: the average of the m vectors of smallest score, chosen at once, or one by one with new
scores after each.
The paper's Krum is k = n - f - 2, squared distances, m = 1. A worker that counts itself among its
k closest adds 0, so that is the rule with k - 1 others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from empirics.interfaces import BoolArray, FloatArray, IntArray
from empirics.layouts import layers_of

TIE = 1e-9
"""Scores within this fraction of each other may be ordered either way by rounding."""


def _squares(vectors: FloatArray) -> FloatArray:
    difference = vectors[:, :, np.newaxis] - vectors[:, np.newaxis]
    return np.einsum("bijd,bijd->bij", difference, difference)


def _moduli(vectors: FloatArray) -> FloatArray:
    return np.abs(vectors[:, :, np.newaxis] - vectors[:, np.newaxis])


def _cosine(vectors: FloatArray) -> FloatArray:
    norms = np.sqrt(np.square(vectors).sum(axis=2, keepdims=True))
    unit = vectors / np.where(norms > 0, norms, 1.0)
    return 1 - unit @ unit.swapaxes(1, 2)


Distance = Callable[[FloatArray], FloatArray]


def _lengths(vectors: FloatArray) -> FloatArray:
    return np.sqrt(_squares(vectors))


def _by_layers(*cut: int) -> Distance:
    """The lengths of the layers added up: Euclidean in each, and not over all of them."""

    def distance(vectors: FloatArray) -> FloatArray:
        d = vectors.shape[2]
        ends = [*(c if c > 0 else d + c for c in cut), d] if cut else np.cumsum(layers_of(d))
        parts = np.split(vectors, [min(end, d) for end in ends[:-1]], axis=2)
        return np.sum([_lengths(part) for part in parts], axis=0)

    return distance


def _of(start: int | None, stop: int | None) -> Distance:
    """Squared distances of some coordinates; the rest is forgotten."""
    return lambda vectors: _squares(vectors[:, :, start:stop])


def _of_weights(vectors: FloatArray) -> FloatArray:
    return _squares(vectors[:, :, : layers_of(vectors.shape[2])[0]])


DISTANCES: dict[str, Distance] = {
    "|x-y|^2": _squares,
    "|x-y|": _lengths,
    "|x-y|^4": lambda v: np.square(_squares(v)),
    "|x-y|^3": lambda v: _squares(v) ** 1.5,
    "|x-y|^(1/2)": lambda v: _squares(v) ** 0.25,
    "|x-y|_1": lambda v: _moduli(v).sum(axis=3),
    "|x-y|_1^2": lambda v: np.square(_moduli(v).sum(axis=3)),
    "|x-y|_inf": lambda v: _moduli(v).max(axis=3),
    "1-cos(x,y)": _cosine,
    "|x-y| of two layers (half each), added up": _by_layers(),
    "|x-y| of the layers [:1] and [1:], added up": _by_layers(1),
    "|x-y| of the layers [:2] and [2:], added up": _by_layers(2),
    "|x-y| of the layers [:-1] and [-1:], added up": _by_layers(-1),
    "|x-y|^2 of the coordinates [:1]": _of(None, 1),
    "|x-y|^2 of the coordinates [:2]": _of(None, 2),
    "|x-y|^2 of the coordinates [1:]": _of(1, None),
    "|x-y|^2 of the coordinates [:-1]": _of(None, -1),
    "|x-y|^2 of the first layer (half)": _of_weights,
}
"""Distances by the way they are written, of vectors [B, n, d] to [B, n, n]; the paper's first."""

POWERS = {"|x-y|^2": 2.0, "|x-y|": 1.0, "|x-y|^4": 4.0, "|x-y|^3": 3.0, "|x-y|^(1/2)": 0.5}
"""Those that are powers of the Euclidean distance."""
TAKEN = ("sum", "largest", "median")
"""What a score is of the k smallest distances. The median of them and the worker's own 0 is that of
one fewer without."""


@dataclass(frozen=True)
class Scoring:
    """How scores are made from distances."""

    distance: str = "|x-y|^2"
    """A key of DISTANCES."""
    take: str = "sum"
    """One of TAKEN."""

    @property
    def total(self) -> bool:
        """It is the sum of the k smallest."""
        return self.take == "sum"

    def ranked(self, vectors: FloatArray) -> FloatArray:
        """Scores [B, n, n - 1] of vectors [B, n, d] for each k = 1, ..., n - 1."""
        with np.errstate(over="ignore", invalid="ignore"):
            distances = DISTANCES[self.distance](vectors)
            n = vectors.shape[1]
            others = distances[:, ~np.eye(n, dtype=bool)].reshape(-1, n, n - 1)
            others = np.sort(others, axis=2)
            if self.take == "median":
                counts = np.arange(1, n)
                return (others[:, :, (counts - 1) // 2] + others[:, :, counts // 2]) / 2
            return np.cumsum(others, axis=2) if self.total else others


SCORINGS = (
    *(Scoring(distance) for distance in DISTANCES),
    Scoring("|x-y|", "largest"),
    *(Scoring(distance, "median") for distance in ("|x-y|", "|x-y|^2")),
)
"""Every scoring that is looked for."""


def in_order(scores: FloatArray, *, last: bool = False) -> IntArray:
    """The workers [B, n] by their scores [B, n]; the smallest index first among equal scores.

    `last` puts the largest index first among equal scores.
    """
    if not last:
        return np.argsort(scores, axis=1, kind="stable")
    return scores.shape[1] - 1 - np.argsort(scores[:, ::-1], axis=1, kind="stable")


def averages(vectors: FloatArray, order: IntArray) -> FloatArray:
    """The averages of the first 1, 2, ... workers of an order [B, r]: [B, r, d]."""
    ordered = np.take_along_axis(vectors, order[:, :, np.newaxis], axis=1)
    return np.cumsum(ordered, axis=1) / np.arange(1, order.shape[1] + 1)[:, np.newaxis]


def one_by_one(vectors: FloatArray, scoring: Scoring, k: int, least: int = 1) -> IntArray:
    """The order [B, n] in which workers are chosen if the rest is scored anew after each choice.

    With each choice there is one worker fewer and k is one smaller, but at least `least`; where it
    is 0 all scores are 0. Ties go to the smallest index.
    """
    count, n = vectors.shape[:2]
    left = np.tile(np.arange(n), (count, 1))
    order = np.empty((count, n), dtype=np.intp)
    for step in range(n - 1):
        rest = np.take_along_axis(vectors, left[:, :, np.newaxis], axis=1)
        left_k = max(least, min(k, n - 1) - step)
        scores = scoring.ranked(rest)[:, :, left_k - 1] if left_k else np.zeros(rest.shape[:2])
        place = scores.argmin(axis=1)
        order[:, step] = left[np.arange(count), place]
        left = left[np.arange(n - step) != place[:, np.newaxis]].reshape(count, -1)
    order[:, n - 1] = left[:, 0]
    return order


def tied(scores: FloatArray, m: int) -> BoolArray:
    """[B]: the m-th smallest score and the next differ by no more than rounding."""
    ordered = np.sort(scores, axis=1)
    if m >= scores.shape[1]:
        return np.zeros(len(scores), dtype=bool)
    gap: BoolArray = ordered[:, m] - ordered[:, m - 1] <= TIE * np.abs(ordered[:, m])
    return gap
