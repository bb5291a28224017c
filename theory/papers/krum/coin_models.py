"""Small laws for n = 5, f = 1: coins and a triangle, with ζ(i) near or far."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from theory.kernel.models import Model
from theory.papers.krum.models import Vector, krum_model


def _far(honest: Sequence[Vector], count: int) -> list[Vector]:
    return [tuple(c + 1000 for c in honest[0])] * count


def _copy(honest: Sequence[Vector], count: int) -> list[Vector]:
    return [honest[0]] * count


def only_the_farthest() -> Model:
    """The Byzantine vector is far away, so ζ(i) can only be the farthest correct worker."""
    half = Fraction(1, 2)
    return krum_model(5, 1, [(10, half), (11, half)], _far)


def triangle() -> Model:
    """Three nearly equidistant points of the plane; the Byzantine worker copies worker 1."""
    third = Fraction(1, 3)
    law = [((20, 20), third), ((24, 20), third), ((22, 23), third)]
    return krum_model(5, 1, law, _copy, ties=[4, 0, 1, 2, 3])


def farthest_coin() -> Model:
    """An uneven coin; ζ(i) is a farthest correct worker."""
    law = [(10, Fraction(1, 4)), (11, Fraction(3, 4))]
    return krum_model(5, 1, law, _copy, ties=[4, 3, 2, 1, 0], zeta="farthest")


def nearest_coin() -> Model:
    """A fair coin; ζ(i) is a nearest admissible worker."""
    half = Fraction(1, 2)
    return krum_model(5, 1, [(10, half), (11, half)], _copy, ties=[4, 0, 1, 2, 3])


def rare_far() -> Model:
    """A rare spike and a far Byzantine vector: ζ(i) is the farthest of three."""
    return krum_model(5, 1, [(10, Fraction(15, 16)), (11, Fraction(1, 16))], _far)
