"""Examples that bring a line as near to equality as we know: laws of Krum, and single draws of it.

Where a line is about the vectors alone, one outcome is an example: n vectors, chosen freely.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations
from math import isqrt
from typing import Any

from theory.kernel.models import Model, Outcome
from theory.papers.krum.models import (
    Adversary,
    Vector,
    complete,
    krum_model,
    krum_tables,
    squared_distance,
    vector,
)

STEPS = 4
"""The adversary that leans out tries distances that are multiples of 1/STEPS."""


EQUAL_WEIGHTS = {name: {(): Fraction(1)} for name in ("lam", "mu")}
"""The weights 1 and 1 for the lemma on the error of Krum."""


def leaning_out() -> Model:
    """n = 5, f = 1: three values on a line, and an adversary that leans out as far as it can.

    B is the mean of two correct vectors, moved in the positive direction by the largest multiple of
    1/STEPS with which Krum chooses it; of all pairs it takes the one that gives the largest B. The
    law is the worst one with three values on a line that a search found, rounded. kappa is a bound
    of the robustness coefficient that `byzproof kappa --n 5 --f 1` certifies.
    """
    law = [(-20, Fraction(2, 7)), (-1, Fraction(3, 8)), (18, Fraction(19, 56))]
    extra = EQUAL_WEIGHTS | {"kappa": {(): Fraction(416667, 100000)}}
    return krum_model(5, 1, law, furthest, ties=[4, 0, 1, 2, 3], extra=extra)


def furthest(honest: Sequence[Vector], f: int) -> list[Vector]:
    """All Byzantine workers send the largest number of those tried with which one of them wins."""
    return [_furthest(tuple(sorted(honest)))] * f


@cache
def _furthest(honest: tuple[Vector, ...]) -> Vector:
    best = min(honest, key=lambda x: _score(x, honest))
    for pair in combinations(honest, 2):
        centre = (pair[0][0] + pair[1][0]) / 2
        free = min(_score(x, honest) for x in honest) - squared_distance(*pair) / 2
        for step in range(isqrt(int(max(free, Fraction(0)) * STEPS**2)) + 1, -1, -1):
            B = (centre + Fraction(step, STEPS),)
            if B[0] > best[0] and _wins(B, honest):
                best = B
    return best


def _wins(B: Vector, honest: Sequence[Vector]) -> bool:
    everyone = [*honest, B]
    return all(_score(B, everyone) <= _score(x, everyone) for x in honest)


def _score(x: Vector, everyone: Sequence[Vector]) -> Fraction:
    """The sum of the two smallest squared distances to others; x itself is at distance 0."""
    return sum(sorted(squared_distance(x, y) for y in everyone)[:3], Fraction(0))


def beyond_commonest(shift: int) -> Adversary:
    """All Byzantine workers send the commonest correct vector, moved."""

    def answer(honest: Sequence[Vector], f: int) -> list[Vector]:
        commonest = max(honest, key=lambda x: (honest.count(x), x))
        return [tuple(c + shift for c in commonest)] * f

    return answer


def between_largest(honest: Sequence[Vector], f: int) -> list[Vector]:
    """All Byzantine workers send the mean of the two largest correct vectors."""
    *_, one, other = sorted(honest)
    return [tuple((x + y) / 2 for x, y in zip(one, other, strict=True))] * f


def rare_value() -> Model:
    """n = 4, f = 0: a value so rare that Krum never follows it, but for ties; they go to 0."""
    rare = Fraction(1, 1000)
    return krum_model(
        4, 0, [(0, 1 - rare), (1, rare)], ties=lambda v: sorted(range(4), key=lambda w: v[w])
    )


def tetrahedron() -> Model:
    """n = 3, f = 0: four equidistant values, so that two neighbours are as far as any two are."""
    corners = ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))
    return krum_model(3, 0, [(corner, Fraction(1, 4)) for corner in corners])


def even_steps() -> Model:
    """n = 3, f = 0: four equally spaced values; of the closest pair the larger one wins."""
    law = [(value, Fraction(1, 4)) for value in range(4)]
    return krum_model(3, 0, law, ties=lambda v: sorted(range(3), key=lambda w: v[w], reverse=True))


def outer_steps() -> Model:
    """n = 3, f = 0: four equally spaced values; among equal scores the one farthest from g wins."""
    outer, inner = Fraction(1, 6), Fraction(1, 3)
    law = [(-3, outer), (-1, inner), (1, inner), (3, outer)]
    return krum_model(3, 0, law, ties=lambda v: sorted(range(3), key=lambda w: -abs(v[w][0])))


def split_in_two() -> Model:
    """n = 7, f = 2: a fair coin; where it splits 3 to 2, both Byzantine vectors pull at the two.

    They win by a tie at the distance 7/5, just below the root of 2, at which the score of the two
    and of the Byzantine workers would be that of the three.
    """
    half = Fraction(1, 2)
    law = [(-1, half), (1, half)]
    return krum_model(7, 2, law, _pull_at_two, ties=[5, 6, 0, 1, 2, 3, 4], extra=EQUAL_WEIGHTS)


def _pull_at_two(honest: Sequence[Vector], f: int) -> list[Vector]:
    far = {2: Fraction(12, 5), 3: Fraction(-12, 5)}
    up = sum(x[0] == 1 for x in honest)
    return [(far[up],) if up in far else honest[0]] * f


def pulled_up() -> Model:
    """n = 7, f = 2: a fair coin; where it splits 3 to 2, both Byzantine vectors are above the two.

    They are 4/5 above in both cases, and win: 2 (4/5)^2 is below (2 - 4/5)^2, which the three bear
    where the Byzantine vectors are between them and the two. So the gap of Krum is always 4/5 or 0.
    """
    half = Fraction(1, 2)
    law = [(-1, half), (1, half)]
    return krum_model(7, 2, law, _above_the_two, ties=[5, 6, 0, 1, 2, 3, 4])


def _above_the_two(honest: Sequence[Vector], f: int) -> list[Vector]:
    above = {2: Fraction(9, 5), 3: Fraction(-1, 5)}
    up = sum(x[0] == 1 for x in honest)
    return [(above[up],) if up in above else honest[0]] * f


def barely_a_signal() -> Model:
    """n = 3, f = 0: a fair coin whose mean is just above η√dσ, so that sin α is almost 1."""
    half, mean = Fraction(1, 2), Fraction(49, 40)
    return krum_model(3, 0, [(mean - half, half), (mean + half, half)])


def one_draw(
    n: int,
    f: int,
    vectors: Sequence[Any],
    *,
    zeta: str = "nearest",
    extra: Mapping[str, Any] | None = None,
) -> Model:
    """A single outcome: the correct vectors, then the Byzantine ones, who win where there are ties.

    It is no model of n - f independent draws from a law, unless all correct vectors are equal.
    """
    exact = [vector(v) for v in vectors]
    order = [*range(n - f, n), *range(n - f)]
    numbers = {"n": n, "f": f, "d": len(exact[0])}
    tables: dict[str, Any] = {name: {(): Fraction(x)} for name, x in numbers.items()}
    tables |= {"g": {(): exact[0]}, "variance": {(): Fraction(0)}}
    outcome = Outcome(Fraction(1), krum_tables(n, f, exact, order, zeta))
    return complete(tables | dict(extra or {}), [outcome])


def equidistant() -> Model:
    """n = 5, f = 1: all five vectors have the same distance."""
    return one_draw(5, 1, [tuple(int(c == w) for c in range(5)) for w in range(5)])


def pulled_away() -> Model:
    """n = 7, f = 2: two Byzantine vectors at 2 pull the winner from two correct ones at 0.

    The other three are at z = -3, where the weights balance the two ways from z to 0 and to 2.
    """
    weights: dict[str, Any] = {"lam": {(): Fraction(2)}, "mu": {(): Fraction(3)}}
    weights |= {"z": {(): (Fraction(-3),)}}
    return one_draw(7, 2, [0, 0, -3, -3, -3, 2, 2], extra=weights)


def as_far_as_zeta() -> Model:
    """n = 7, f = 2: the worker at 0 is as far from zeta = -1 as from its Byzantine neighbours."""
    return one_draw(7, 2, [0, 0, -1, 10, -10, 1, 1])


def pulled_from_zero() -> Model:
    """n = 7, f = 2: the longest winner known, with three correct vectors at 0 and two beside it."""
    return one_draw(7, 2, [10, 10, 0, 0, 0, 17, 17])


def alone_at_one() -> Model:
    """n = 7, f = 2: one correct vector is 1, the others are 0, and the Byzantine ones far away."""
    return one_draw(7, 2, [0, 0, 0, 0, 1, 5, 5])


def crowded() -> Model:
    """n = 7, f = 2: the Byzantine workers copy a correct one, who has both as neighbours."""
    return one_draw(7, 2, [0, 1, 2, 3, 4, 0, 0], extra={"variance": {(): Fraction(1)}})
