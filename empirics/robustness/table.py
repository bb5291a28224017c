"""The stored table of kappa*(n, f): `python -m empirics.robustness.table` makes it anew.

All admissible n <= 50, and n = 100, 200, 1000 with f = 1, n/10, n/4 and the largest admissible.
Each row is one run of `byzproof kappa`, which can be repeated alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

STORED = Path(__file__).parent / "table.json"


@dataclass(frozen=True)
class Row:
    """kappa*(n, f) of Krum, between an example and a certificate."""

    n: int
    f: int
    lower: Fraction
    upper: Fraction
    pattern: str


def settings() -> Iterator[tuple[int, int]]:
    """Every (n, f) of the table.

    >>> list(settings())[:4], sum(1 for _ in settings())
    ([(3, 0), (4, 0), (5, 0), (5, 1)], 612)
    """
    for n in range(3, 51):
        for f in range((n - 3) // 2 + 1):
            yield n, f
    for n in (100, 200, 1000):
        for f in (1, n // 10, n // 4, (n - 3) // 2):
            yield n, f


@cache
def table() -> dict[tuple[int, int], Row]:
    """The stored rows by (n, f)."""
    rows = json.loads(STORED.read_text(encoding="utf-8"))
    return {(n, f): Row(n, f, Fraction(a), Fraction(b), pattern) for n, f, a, b, pattern in rows}


def compute(n: int, f: int) -> Row:
    """One row, by a search of its own."""
    from empirics.robustness.kappa import kappa

    found = kappa(n, f)
    return Row(n, f, found.lower, found.upper, str(found.pattern))


def main() -> None:
    """Compute and store every row."""
    lines = []
    for n, f in settings():
        row = compute(n, f)
        lines.append(json.dumps([n, f, str(row.lower), str(row.upper), row.pattern]))
        print(f"kappa*({n}, {f}) = {float(row.upper):.6g}", file=sys.stderr)
    STORED.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
