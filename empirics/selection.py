"""Find the k smallest of N keys and count comparisons: quickselect, and sorting for contrast."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

Number = int | float | Fraction
Key = tuple[Number, int]
"""A number and an index that breaks ties, so that all keys differ."""


@dataclass
class OperationCounts:
    """How many operations on numbers were done; bookkeeping of indices is not counted."""

    arithmetic: int = 0
    """Additions, subtractions and multiplications."""
    comparisons: int = 0
    """Comparisons of two numbers, ties included."""


Selection = Callable[[Sequence[Key], int, random.Random, OperationCounts], list[Key]]
"""A way to find the k smallest of some keys, in any order."""


def quickselect(
    keys: Sequence[Key], k: int, rng: random.Random, counts: OperationCounts
) -> list[Key]:
    """The k smallest of distinct keys, 1 <= k <= len(keys).

    C. A. R. Hoare, Algorithm 65: Find, CACM 4(7), 1961: the pivot is uniformly random among the
    keys that are left, each other one is compared with it once, and the side that holds the k-th
    smallest is kept until that one is the pivot or alone.
    """
    found: list[Key] = []
    left = list(keys)
    while len(left) > 1:
        pivot = left.pop(rng.randrange(len(left)))
        below: list[Key] = []
        above: list[Key] = []
        for key in left:
            counts.comparisons += 1
            (below if key < pivot else above).append(key)
        rank = len(found) + len(below) + 1
        if rank == k:
            return [*found, *below, pivot]
        if rank > k:
            left = below
        else:
            found += [*below, pivot]
            left = above
    return found + left


def merge_sort(
    keys: Sequence[Key], k: int, rng: random.Random, counts: OperationCounts
) -> list[Key]:
    """The k smallest keys by sorting all N of them: top-down merge sort, about N log N comparisons.

    `rng` is not used.
    """

    def merge_sorted(part: Sequence[Key]) -> list[Key]:
        if len(part) < 2:
            return list(part)
        middle = len(part) // 2
        left, right = merge_sorted(part[:middle]), merge_sorted(part[middle:])
        merged: list[Key] = []
        i = j = 0
        while i < len(left) and j < len(right):
            counts.comparisons += 1
            if right[j] < left[i]:
                merged.append(right[j])
                j += 1
            else:
                merged.append(left[i])
                i += 1
        return merged + left[i:] + right[j:]

    return merge_sorted(keys)[:k]


def expected_quickselect_comparisons(N: int, k: int) -> Fraction:
    """C(N, k): the expected comparisons of `quickselect` for the k smallest of N keys; below 4N.

    By the recurrence over the rank r of the first pivot, which is uniformly random:

        C(1, 1) = 0
        C(N, k) = N - 1 + (1/N) (sum_{r < k} C(N - r, k - r) + sum_{r > k} C(r - 1, k))

    Needs N k^2 steps; `knuth_quickselect_comparisons` is the same number in closed form.
    Raises ValueError unless 1 <= k <= N.

    >>> expected_quickselect_comparisons(3, 2)
    Fraction(8, 3)
    """
    _check_rank(N, k)
    return _by_recurrence(N, k)


def knuth_quickselect_comparisons(N: int, k: int) -> Fraction:
    """C(N, k) in closed form, with H_m the harmonic numbers.

    2 ((N + 1) H_N - (N + 3 - k) H_{N + 1 - k} - (k + 2) H_k + N + 3), by D. E. Knuth, Mathematical
    Analysis of Algorithms, Proc. IFIP Congress 1971. Raises ValueError unless 1 <= k <= N.

    >>> knuth_quickselect_comparisons(3, 2)
    Fraction(8, 3)
    """
    _check_rank(N, k)
    return 2 * (
        (N + 1) * _harmonic(N)
        - (N + 3 - k) * _harmonic(N + 1 - k)
        - (k + 2) * _harmonic(k)
        + (N + 3)
    )


def _check_rank(N: int, k: int) -> None:
    if not 1 <= k <= N:
        raise ValueError(f"there is no {k}-th smallest of {N} keys; give 1 <= k <= N")


@cache
def _by_recurrence(N: int, k: int) -> Fraction:
    if N == 1:
        return Fraction(0)
    pivot_below = sum((_by_recurrence(N - r, k - r) for r in range(1, k)), Fraction(0))
    pivot_above = sum((_by_recurrence(r - 1, k) for r in range(k + 1, N + 1)), Fraction(0))
    return N - 1 + (pivot_below + pivot_above) / N


def _harmonic(m: int) -> Fraction:
    return sum((Fraction(1, i) for i in range(1, m + 1)), Fraction(0))
