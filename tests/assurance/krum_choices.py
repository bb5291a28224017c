"""Krum chooses what exact arithmetic chooses: near g, far from the origin, under any adversary.

The oracle is Krum's definition on whole numbers of any length, and shares no line with `empirics`.
Where rounding could not decide and the program itself had to turn to exact arithmetic is counted.
"""

from __future__ import annotations

import numpy as np

from empirics.interfaces import FloatArray
from empirics.rules.krum import choose
from tests.assurance.frame import Figures, Progress, spread

NAME = "krum_choices"

Case = tuple[int, int, int, float, str, int]
"""(n, f, d, |coordinate of g| / sigma, adversary, trials)."""

SIZES = {
    "sample": {(11, 3, 10): 16, (25, 8, 5): 2},
    "full": {(11, 3, 10): 4000, (25, 8, 100): 100, (50, 12, 1000): 3},
}
LENGTHS = (0.0, 1e4, 1e8)
ADVERSARIES = ("ordinary", "colluding", "far", "far and colluding", "mimic")
LATTICE = "ties"
"""Small whole numbers for all workers, so that many scores are equal."""


def measure(scale: str, progress: Progress) -> Figures:
    cases: list[Case] = [
        (*size, length, adversary, trials)
        for size, trials in SIZES[scale].items()
        for length, adversary in [(x, a) for x in LENGTHS for a in ADVERSARIES] + [(0.0, LATTICE)]
    ]
    found = spread(compare, cases, scale, progress)
    violations = [
        f"n = {n}, f = {f}, d = {d}, g = {length:g}, {adversary}: Krum chose otherwise in {wrong} "
        f"of {trials} trials"
        for (n, f, d, length, adversary, trials), (wrong, _) in zip(cases, found, strict=True)
        if wrong
    ]
    by_ties = [exact for case, (_, exact) in zip(cases, found, strict=True) if case[4] == LATTICE]
    total = sum(case[5] for case in cases)
    ties = sum(case[5] for case in cases if case[4] == LATTICE)
    others = sum(exact for _, exact in found) - sum(by_ties)
    return {
        "violations": violations,
        "trials": total,
        "summary": [
            ["trials in which Krum's choice was compared with exact arithmetic", total],
            ["of them, chosen otherwise", sum(wrong for wrong, _ in found)],
            [f"exact arithmetic needed, of {total - ties} trials of noise", others],
            [f"exact arithmetic needed, of {ties} trials on a lattice", sum(by_ties)],
        ],
    }


def compare(case: Case) -> tuple[int, int]:
    """In how many trials another worker was chosen, and in how many exact arithmetic was needed."""
    batch, f = vectors(case), case[1]
    choice = choose(batch, f)
    wrong = [int(c) != krum(trial, f) for c, trial in zip(choice.chosen, batch, strict=True)]
    return sum(wrong), int(np.count_nonzero(choice.exact))


def vectors(case: Case) -> FloatArray:
    """What the workers send, [trials, n, d]."""
    n, f, d, length, adversary, trials = case
    rng = np.random.default_rng([n, d, int(length), len(adversary)])
    if adversary == LATTICE:
        lattice = np.zeros((trials, n, d))
        lattice[:, :, :3] = rng.integers(-1, 2, (trials, n, 3))
        return lattice
    noise = rng.standard_normal((trials, n, d))
    if adversary == "mimic":
        noise[:, n - f :] = noise[:, :1]
    if "colluding" in adversary:
        noise[:, n - f :] = noise[:, n - f : n - f + 1]
    if "far" in adversary:
        noise[:, n - f :] *= 1e12
    return length + noise


def krum(trial: FloatArray, f: int) -> int:
    """The index of Krum, by its definition, for vectors [n, d]; ties to the smallest index."""
    ratios = [[x.as_integer_ratio() for x in row] for row in trial.tolist()]
    unit = max(denominator for row in ratios for _, denominator in row)
    rows = [[a * (unit // b) for a, b in row] for row in ratios]
    n = len(rows)
    square = [[sum((a - b) ** 2 for a, b in zip(u, v, strict=True)) for v in rows] for u in rows]
    scores = [sum(sorted(square[i][j] for j in range(n) if j != i)[: n - f - 2]) for i in range(n)]
    return scores.index(min(scores))
