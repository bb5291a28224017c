"""What the Byzantine workers answer: to each count of types among the correct workers, one vector.

The adversary of a worst case sees how many correct workers are of each type, picks some of them as
company, and all f Byzantine workers send the same B. Its coordinates are a position, and a weight
on the direction of each correct worker: one weight for the company of each type, one for the rest.
To counts that it lists no answer for, and where two workers share a direction, it copies the first
correct vector.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from empirics.interfaces import FloatArray
from empirics.worst_cases.law import Law, Point

Counts = tuple[int, ...]


@dataclass(frozen=True)
class Answer:
    """B, as an answer to the counts of the types."""

    counts: Counts
    """How many correct workers are of each type."""
    company: Counts
    """How many of them B keeps close to: the first of each type."""
    position: Point
    inside: Point
    """For each type, the weight on the direction of each worker of the company."""
    outside: Point
    """For each type, the weight on the direction of each other correct worker."""

    def vectors(self, law: Law, f: int) -> FloatArray:
        """All vectors [n, D + m], the correct ones first, in the order of their types.

        One column for each coordinate of the positions and for the direction of each correct
        worker; the directions of no worker are left out, where all vectors are 0.
        Raises ValueError where a number is not a float64.
        """
        correct, D = sum(self.counts), len(self.position)
        result = np.zeros((correct + f, D + correct))
        worker = 0
        for t, count in enumerate(self.counts):
            for member in range(count):
                result[worker, :D] = [_float(x) for x in law.types[t].position]
                result[worker, D + worker] = _float(law.types[t].radius)
                weight = self.inside[t] if member < self.company[t] else self.outside[t]
                result[correct:, D + worker] = _float(weight)
                worker += 1
        result[correct:, :D] = [_float(x) for x in self.position]
        return result

    def as_json(self) -> dict[str, Any]:
        """The answer as JSON values; fractions are strings."""
        return {
            "counts": list(self.counts),
            "company": list(self.company),
            "position": [str(x) for x in self.position],
            "inside": [str(x) for x in self.inside],
            "outside": [str(x) for x in self.outside],
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Answer:
        """The answer that `as_json` gave."""
        return Answer(
            tuple(data["counts"]),
            tuple(data["company"]),
            *(tuple(Fraction(x) for x in data[part]) for part in ("position", "inside", "outside")),
        )


def _float(x: Fraction) -> float:
    result = float(x)
    if Fraction(result) != x:
        raise ValueError(f"{x} is not a float64: give fractions over a power of two")
    return result
