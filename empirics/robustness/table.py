"""The stored table of kappa*(n, f): `python -m empirics.robustness.table` makes it anew.

All admissible n <= 50, and n = 100, 200, 1000 with f = 1, n/10, n/4 and the largest admissible.
Each row is one run of `byzproof kappa`, which can be repeated alone. For the rows in `WHOLE` the
vectors and the certificate are stored too, and can be checked without a solver.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np

from empirics.robustness.example import Example
from theory.robustness import replay
from theory.robustness.coefficient import check

STORED = Path(__file__).parent / "table.json"
CERTIFICATES = Path(__file__).parent / "certificates"
WHOLE = ((5, 1), (7, 2), (11, 3), (11, 4), (20, 2), (20, 5), (20, 8), (50, 5), (50, 12), (50, 23))
"""The rows that are stored with vectors and certificate."""


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


def checked(n: int, f: int) -> Row:
    """A row of `WHOLE` from its stored vectors and certificate, by both checkers and the rule.

    Raises KernelError, `replay.Refused` or ValueError where one does not agree.
    """
    data = json.loads((CERTIFICATES / f"n{n}-f{f}.json").read_text(encoding="utf-8"))
    bound = check(data["certificate"])
    if replay.verify(data["certificate"]) != (n, f, 1, bound.kappa):
        raise ValueError(f"kappa*({n}, {f}): the second checker reads another bound")
    vectors = np.array([[float(Fraction(x)) for x in row] for row in data["vectors"]])
    return Row(n, f, Example(f, vectors).ratio(), bound.kappa, data["pattern"])


def main() -> None:
    """Compute and store every row."""
    from empirics.robustness.kappa import kappa

    lines = []
    CERTIFICATES.mkdir(exist_ok=True)
    for n, f in settings():
        found = kappa(n, f)
        row = [n, f, str(found.lower), str(found.upper), str(found.pattern)]
        lines.append(json.dumps(row))
        if (n, f) in WHOLE:
            text = json.dumps(found.as_json(), separators=(",", ":")) + "\n"
            (CERTIFICATES / f"n{n}-f{f}.json").write_text(text, encoding="utf-8")
        print(f"kappa*({n}, {f}) = {float(found.upper):.6g}", file=sys.stderr)
    STORED.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
