"""Krum once more, word for word and in Fractions: slow, and sharing no line with `empirics`."""

from fractions import Fraction
from typing import NamedTuple


class Answer(NamedTuple):
    chosen: int
    neighbours: list[list[bool]]
    scores: list[Fraction]


def krum_by_definition(vectors, f):
    """Krum of n rows of floats, Fractions or integers, with all ties to the smallest index."""
    rows = [[Fraction(x) for x in row] for row in vectors]
    n = len(rows)
    neighbours, scores = [], []
    for i in range(n):
        ranking = sorted((distance(rows[i], rows[j]), j) for j in range(n) if j != i)
        closest = ranking[: n - f - 2]
        neighbours.append([any(j == l for _, l in closest) for j in range(n)])
        scores.append(sum((square for square, _ in closest), Fraction(0)))
    return Answer(scores.index(min(scores)), neighbours, scores)


def distance(u, v):
    """The SQUARED distance."""
    return sum(((a - b) ** 2 for a, b in zip(u, v, strict=True)), Fraction(0))
