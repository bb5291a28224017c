"""Small certificates of kappa*, and random changes of their multipliers.

The numbers are those of a solver, rounded to sixteenths; `SHARP` is exact, and least.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

Json = Any

SHARP: Json = {
    "rule": "krum", "n": 5, "f": 0, "selected": 1, "kappa": "10/7",
    "patterns": {
        "correct 0": {
            "A": {"weight": "3/14", "choice": {"W": "9/70", "A": "3/7", "R": "3/35"}},
        },
    },
}  # fmt: skip
"""kappa*(5, 0) = 10/7, and no less."""

SEVEN: Json = {
    "rule": "krum", "n": 7, "f": 2, "selected": 1, "kappa": "9",
    "patterns": {
        "correct 0": {
            "W": {"weight": "11/16", "choice": {"A": "33/16"}},
            "A": {"weight": "1/4", "choice": {"W": "3/16", "A": "1/2", "R": "1/16"}},
        },
        "correct 1": {
            "W": {"weight": "13/16", "choice": {"A": "13/8", "P": "13/16"}},
            "A": {"weight": "3/16", "choice": {"W": "1/8", "A": "3/16", "R": "1/4"}},
            "R": {"weight": "1/16", "choice": {"A": "1/8", "R": "1/16"}},
        },
        "correct 2": {
            "W": {"weight": "7/8", "choice": {"A": "7/8", "P": "7/4"}},
            "R": {"weight": "1/4", "choice": {"A": "1/4", "R": "1/2"}},
        },
        "byzantine 0": {
            "W": {"weight": "1", "choice": {"A": "3"}},
            "A": {"weight": "1/2", "choice": {"W": "1/2", "A": "1"}},
            "R": {"weight": "3/16", "choice": {"A": "3/8", "R": "3/16"}},
        },
        "byzantine 1": {
            "W": {"weight": "29/16", "choice": {"A": "29/8", "P": "29/16"}},
            "A": {"weight": "1/4", "choice": {"W": "3/16", "A": "1/4", "R": "5/16"}},
            "R": {"weight": "5/8", "choice": {"A": "5/8", "R": "5/4"}},
        },
    },
}  # fmt: skip
"""kappa*(7, 2) <= 9; two more of ten thousand would do for less."""


def changed(certificate: Json, **fields: Json) -> Json:
    """A copy with other fields."""
    return {**copy.deepcopy(certificate), **fields}


def sizes(n: int, f: int, pattern: str) -> dict[str, int]:
    """The workers of each kind in a pattern of Krum's winner, those of none left out."""
    winner, liars = pattern.split()
    near = n - f - 2 - int(liars)
    rest = n - f - near - (winner == "correct")
    kinds = {"W": 1, "A": near, "R": rest, "P": int(liars)}
    return {kind: count for kind, count in kinds.items() if count}


def varied(random: Random, given: Json, n: int, f: int, pattern: str) -> Json:
    """Other multipliers of one kind of a pattern; most of them satisfy all conditions."""
    out = copy.deepcopy(given)
    kinds = sizes(n, f, pattern)
    g = random.choice(sorted(kinds))
    weight = Fraction(random.choice([1, 2, 3, 4, 8, 16]), 16)
    seen = {h: count - (g == h) for h, count in kinds.items() if count > (g == h)}
    out[g] = {"weight": str(weight), "choice": _choice(random, seen, weight, n - f - 2)}
    if random.random() < 0.1:
        out.pop(random.choice(sorted(out)))
    return out


def _choice(random: Random, seen: Mapping[str, int], weight: Fraction, k: int) -> Json:
    """k workers of those seen, whole ones or parts; by chance a little more or less."""
    left, choice = weight * k, {}
    kinds = random.sample(sorted(seen), len(seen))
    for place, h in enumerate(kinds):
        most = min(left, weight * seen[h])
        least = max(Fraction(0), left - sum(weight * seen[other] for other in kinds[place + 1 :]))
        choice[h] = least + (most - least) * Fraction(random.randint(0, 4), 4)
        left -= choice[h]
    if random.random() < 0.1:
        choice[random.choice(kinds)] += random.choice([-1, 1]) * weight / 16
    return {h: str(part) for h, part in choice.items() if part or random.random() < 0.5}
