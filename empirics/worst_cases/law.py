"""Laws of one correct vector: a type, and in most types a direction that nobody else shares.

A vector is V = (a_t, r_t e_J): the type t has probability p_t, a position a_t with few coordinates
and a radius r_t; J is one of M directions, orthogonal to the positions and to each other, uniformly
random and independent of the type. With M huge, workers almost never share a direction, so that
squared distances are |a_s - a_t|^2 + r_s^2 + r_t^2: noise in high dimension. With all radii 0 this
is any law with finitely many values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Point = tuple[Fraction, ...]

DIRECTIONS = 2**40
"""M of the laws that the search gives: two of 100 workers share a direction once in 10^8 trials."""


@dataclass(frozen=True)
class Type:
    """One type of correct vector."""

    probability: Fraction
    position: Point
    radius: Fraction


@dataclass(frozen=True)
class Law:
    """A law of one correct vector.

    Raises ValueError where the probabilities are not positive or do not add up to 1, where
    positions have different numbers of coordinates, or where all mass is on one point.

    >>> half = Fraction(1, 2)
    >>> coin = Law(tuple(Type(half, (Fraction(x),), Fraction(0)) for x in (0, 2)))
    >>> coin.mean, coin.variance
    ((Fraction(1, 1),), Fraction(1, 1))
    """

    types: tuple[Type, ...]
    directions: int = DIRECTIONS

    def __post_init__(self) -> None:
        """Refuse what is not a law with a variance."""
        if not self.types or any(t.probability <= 0 for t in self.types):
            raise ValueError("a law needs types, each of positive probability")
        if sum(t.probability for t in self.types) != 1:
            raise ValueError("the probabilities of the types must add up to 1")
        if len({len(t.position) for t in self.types}) > 1 or not self.types[0].position:
            raise ValueError("all positions must have the same number of coordinates, at least 1")
        if self.directions < 1 or any(t.radius < 0 for t in self.types):
            raise ValueError("a law needs directions >= 1 and radii >= 0")
        if self.variance == 0:
            raise ValueError("all vectors of the law are equal: there is nothing to divide by")

    @property
    def mean(self) -> Point:
        """The coordinates of g that belong to the positions."""
        return tuple(
            sum((t.probability * t.position[c] for t in self.types), Fraction(0))
            for c in range(len(self.types[0].position))
        )

    @property
    def variance(self) -> Fraction:
        """E|V - g|^2 = d sigma^2, over all coordinates."""
        second = sum(
            (t.probability * (_square(t.position) + t.radius**2) for t in self.types), Fraction(0)
        )
        shared = sum((t.probability * t.radius for t in self.types), Fraction(0)) ** 2
        return second - _square(self.mean) - shared / self.directions

    def all_different(self, workers: int) -> Fraction:
        """The probability that no two of some workers share a direction."""
        probability = Fraction(1)
        for taken in range(workers):
            probability *= Fraction(max(0, self.directions - taken), self.directions)
        return probability

    def as_json(self) -> dict[str, Any]:
        """The law as JSON values; fractions are strings."""
        return {
            "directions": self.directions,
            "types": [
                {
                    "probability": str(t.probability),
                    "position": [str(x) for x in t.position],
                    "radius": str(t.radius),
                }
                for t in self.types
            ],
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Law:
        """The law that `as_json` gave."""
        return Law(
            tuple(
                Type(
                    Fraction(t["probability"]),
                    tuple(Fraction(x) for x in t["position"]),
                    Fraction(t["radius"]),
                )
                for t in data["types"]
            ),
            int(data["directions"]),
        )


def _square(point: Point) -> Fraction:
    return sum((x * x for x in point), Fraction(0))
