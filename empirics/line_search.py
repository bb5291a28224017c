"""The search of optimised attacks: in each trial, the candidate that moves a rule farthest.

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
        refuse_unknown_rule(self.label, self.against)

    def strongest(self, noise: FloatArray, candidates: Iterable[FloatArray], f: int) -> FloatArray:
        """The strongest candidate against that rule; see the function of that name."""
        return strongest(RULES[self.against], noise, candidates, f)


def refuse_unknown_rule(label: str, against: str) -> None:
    """Raise ValueError, in the name of the attack with this label, unless the rule can be used."""
    if against not in RULES:
        raise ValueError(f"{label}: no such rule; give one of {', '.join(RULES)}")
    if RULES[against].depends_on_origin:
        raise ValueError(f"{label}: this rule depends on the origin, and the search sees V - g")


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

    `noise` = V - g of the correct workers has shape [trials, n - f, d]; a candidate is the B - g of
    each Byzantine worker, [trials, f, d], or that of all of them, [trials, d]. The rule must
    commute with translations. Raises ValueError where there is no candidate.
    """
    worst = np.full(len(noise), -np.inf)
    best: FloatArray | None = None
    for offset in candidates:
        sent = offset if offset.ndim == 3 else colluding(offset, f)
        error = np.square(rule.aggregate(np.concatenate([noise, sent], axis=1), f)).sum(axis=1)
        better = error > worst
        worst[better] = error[better]
        best = np.empty_like(offset) if best is None else best
        best[better] = offset[better]
    if best is None:
        raise ValueError("there is no candidate to choose from")
    return best if best.ndim == 3 else colluding(best, f)
