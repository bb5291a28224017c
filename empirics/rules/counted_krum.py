"""Krum by one named algorithm that counts its operations: Result 2, expected time O(n^2 d).

The algorithm: the n(n - 1)/2 pairwise squared distances; for each worker Hoare's quickselect with
uniformly random pivots for the n - f - 2 smallest of n - 1, and their sum; then one scan for the
smallest score. Exactly expected are

    (3d - 1) n (n - 1) / 2 + n (n - f - 3)  additions, subtractions and multiplications,
    n C(n - 1, n - f - 2) + n - 1           comparisons, with C(N, k) < 4N,

so O(n^2 d) operations, for C as in `empirics.selection`. Sorting instead of quickselect needs about
n^2 log n comparisons, which is more than O(n^2 d) where d grows slower than log n.

This file analyses the rule of `empirics.rules.krum`, and so defines none of its own.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from empirics.selection import (
    Key,
    Number,
    OperationCounts,
    Selection,
    knuth_quickselect_comparisons,
    quickselect,
)


@dataclass(frozen=True)
class CountedKrum:
    """The outcome of `counted_krum`."""

    chosen: int
    """i_*: the worker of smallest score, the first among ties."""
    scores: list[Number]
    """s(i) for each worker."""
    counts: OperationCounts
    """The operations done."""


def counted_krum(
    vectors: Sequence[Sequence[Number]], f: int, seed: int, selection: Selection = quickselect
) -> CountedKrum:
    """Krum of n vectors of length d, on plain numbers, with a count of the operations.

    `seed` determines the pivots; `selection` may be `merge_sort` for contrast. The choice is Krum's
    for Fractions and integers. Sums of floats are rounded in an order that depends on the pivots,
    so scores that agree to nearly all digits may swap.
    Raises ValueError unless f >= 0 and 2f + 2 < n, and for ragged, empty or non-finite vectors.

    >>> result = counted_krum([[1], [2], [3], [4], [100]], f=1, seed=0)
    >>> result.chosen, result.scores, result.counts.arithmetic
    (1, [5, 2, 2, 5, 18625], 25)
    """
    n = len(vectors)
    _check(n, f)
    if len({len(vector) for vector in vectors}) != 1 or not len(vectors[0]):
        raise ValueError("the vectors differ in length or are empty; give d >= 1 numbers for each")
    if not all(-math.inf < x < math.inf for vector in vectors for x in vector):
        raise ValueError("a vector holds NaN or infinity; replace or drop that worker")
    k = n - f - 2
    rng = random.Random(seed)
    counts = OperationCounts()

    rows: list[list[Key]] = [[] for _ in range(n)]
    for i in range(n):
        for j in range(i + 1, n):
            distance = _squared_distance(vectors[i], vectors[j], counts)
            rows[i].append((distance, j))
            rows[j].append((distance, i))

    scores: list[Number] = []
    for row in rows:
        (score, _), *others = selection(row, k, rng, counts)
        for distance, _ in others:
            score += distance
            counts.arithmetic += 1
        scores.append(score)

    chosen = 0
    for i in range(1, n):
        counts.comparisons += 1
        if scores[i] < scores[chosen]:
            chosen = i
    return CountedKrum(chosen, scores, counts)


def expected_operations(n: int, f: int, d: int) -> tuple[int, Fraction]:
    """The exact expected (arithmetic, comparisons) of `counted_krum` with quickselect.

    Raises ValueError unless f >= 0, 2f + 2 < n and d >= 1.

    >>> expected_operations(5, 1, 1)
    (25, Fraction(53, 2))
    """
    _check(n, f)
    if d < 1:
        raise ValueError(f"d = {d} is not a dimension; give d >= 1")
    arithmetic = (3 * d - 1) * n * (n - 1) // 2 + n * (n - f - 3)
    return arithmetic, n * knuth_quickselect_comparisons(n - 1, n - f - 2) + n - 1


def _check(n: int, f: int) -> None:
    if f < 0 or 2 * f + 2 >= n:
        raise ValueError(f"Krum needs f >= 0 and 2f + 2 < n, but n = {n} and f = {f}")


def _squared_distance(u: Sequence[Number], v: Sequence[Number], counts: OperationCounts) -> Number:
    """|u - v|^2 with 3d - 1 operations."""
    differences = [a - b for a, b in zip(u, v, strict=True)]
    counts.arithmetic += 3 * len(differences) - 1
    total = differences[0] * differences[0]
    for difference in differences[1:]:
        total += difference * difference
    return total
