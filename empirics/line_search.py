"""The line search of optimised attacks: in each trial, the candidate that moves a rule farthest.

The idea is that of Shejwalkar, Houmansadr, Manipulating the Byzantine, NDSS 2021, and of the
optimised attacks of Allouah et al., AISTATS 2023, arXiv:2302.01772. They measure the distance to
the mean of the correct vectors; here it is the distance to g, which is what the theorems bound.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from empirics.interfaces import Attack, FloatArray, Rule, colluding
from empirics.rules import RULES


@dataclass(frozen=True)
class LineSearch(Attack):
    """An attack that tries a line of offsets in each trial, against the rule called `against`."""

    lowest: int
    highest: int
    against: str = "krum"

    def __post_init__(self) -> None:
        """Refuse an empty search and an unknown rule."""
        powers_of_two(self.lowest, self.highest)
        if self.against not in RULES:
            raise ValueError(f"{self.label}: no such rule; give one of {', '.join(RULES)}")

    def strongest(self, noise: FloatArray, candidates: Iterable[FloatArray], f: int) -> FloatArray:
        """The strongest candidate against that rule; see the function of that name."""
        return strongest(RULES[self.against], noise, candidates, f)


def powers_of_two(lowest: int, highest: int) -> list[float]:
    """0 and the 2^j for half-integer steps of j from `lowest` to `highest`.

    Raises ValueError where lowest exceeds highest.

    >>> powers_of_two(-1, 0)
    [0.0, 0.5, 0.7071067811865476, 1.0]
    """
    if lowest > highest:
        raise ValueError(f"lowest = {lowest} exceeds highest = {highest}; there is nothing to try")
    return [0.0, *(2.0 ** (step / 2) for step in range(2 * lowest, 2 * highest + 1))]


def strongest(
    rule: Rule, noise: FloatArray, candidates: Iterable[FloatArray], f: int
) -> FloatArray:
    """B - g [trials, f, d]: in each trial the candidate of largest |F - g|, the first among equals.

    `noise` = V - g of the correct workers has shape [trials, n - f, d]; a candidate [trials, d] is
    the B - g that all f Byzantine workers send. The rule must commute with translations.
    """
    worst = np.full(len(noise), -np.inf)
    best = np.empty_like(noise[:, 0])
    for offset in candidates:
        vectors = np.concatenate([noise, colluding(offset, f)], axis=1)
        error = np.square(rule.aggregate(vectors, f)).sum(axis=1)
        better = error > worst
        worst[better] = error[better]
        best[better] = offset[better]
    return colluding(best, f)
