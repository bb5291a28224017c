"""The patterns of Krum's winner: whether it is correct, and how many neighbours are Byzantine.

Workers of one kind are interchangeable: the winner W, its correct neighbours A, the remaining
correct workers R, its Byzantine neighbours P. Byzantine workers that are no neighbours of the
winner are left out: far away they only raise the scores of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

WINNER, NEAR, REST, LIARS = "W", "A", "R", "P"


@dataclass(frozen=True)
class Pattern:
    """A winner of Krum among n workers, of which f are Byzantine, with its neighbours."""

    n: int
    f: int
    correct: bool
    """Whether the winner is a correct worker."""
    liars: int
    """How many of its n - f - 2 neighbours are Byzantine."""

    def __str__(self) -> str:
        """Such as `a Byzantine winner with 2 Byzantine neighbours`."""
        kind = "correct" if self.correct else "Byzantine"
        return f"a {kind} winner with {self.liars} Byzantine neighbour{'s' * (self.liars != 1)}"

    @property
    def m(self) -> int:
        """The number of correct workers."""
        return self.n - self.f

    @property
    def k(self) -> int:
        """The number of neighbours in a score."""
        return self.n - self.f - 2

    @property
    def sizes(self) -> dict[str, int]:
        """The workers of each kind; kinds without a worker are left out.

        >>> Pattern(5, 1, False, 0).sizes
        {'W': 1, 'A': 2, 'R': 2}
        """
        near = self.k - self.liars
        rest = self.m - near - self.correct
        sizes = {WINNER: 1, NEAR: near, REST: rest, LIARS: self.liars}
        return {kind: size for kind, size in sizes.items() if size}

    def others(self, kind: str) -> dict[str, int]:
        """How many workers of each kind a worker of this kind sees, itself left out."""
        seen = {other: size - (other == kind) for other, size in self.sizes.items()}
        return {other: size for other, size in seen.items() if size}


def patterns(n: int, f: int) -> Iterator[Pattern]:
    """Every pattern; raises ValueError unless f >= 0 and 2f + 2 < n.

    >>> [(p.correct, p.liars) for p in patterns(7, 2)]
    [(True, 0), (True, 1), (True, 2), (False, 0), (False, 1)]
    """
    if f < 0 or 2 * f + 2 >= n:
        raise ValueError(f"n = {n} and f = {f}: Krum needs f >= 0 and n >= 2f + 3")
    for liars in range(f + 1):
        yield Pattern(n, f, True, liars)
    for liars in range(f):
        yield Pattern(n, f, False, liars)
