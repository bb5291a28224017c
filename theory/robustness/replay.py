"""The second checker of robustness certificates: alone, from `theory/robustness/FORMAT.md`.

    python theory/robustness/replay.py CERTIFICATE.json ...

It imports the standard library only and shares nothing with the kernel. Where the kernel eliminates
in a matrix of mean vectors, this writes everything as a sum of squared distances, weight by weight:
a graph. Such a sum is >= 0 for all vectors if the graph's Laplacian is positive semidefinite, which
is decided by the principal minors of a matrix with a row for each kind, and by degrees.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

LONGEST = 1 << 26
"""Bytes of the largest file that is read."""


class Refused(Exception):
    """The certificate proves nothing; the message says why."""


def need(condition: object, reason: str) -> None:
    """Refuse unless a condition holds."""
    if not condition:
        raise Refused(reason)


def keys(data: object, names: str, what: str) -> dict[str, Any]:
    """A JSON object with exactly these fields."""
    need(isinstance(data, dict), f"{what} is no JSON object")
    assert isinstance(data, dict)
    need(sorted(data) == sorted(names.split()), f"{what} does not have the fields {names}")
    return data


def rational(text: object) -> Fraction:
    """A number written p or p/q."""
    need(
        isinstance(text, str) and re.fullmatch(r"-?[0-9]{1,200}(/[0-9]{1,199})?", text),
        "no rational",
    )
    assert isinstance(text, str)
    need(not re.search(r"/0+$", text), "a denominator is 0")
    return Fraction(text)


def verify(data: object) -> tuple[int, int, int, Fraction]:
    """(n, f, selected, kappa), if the certificate proves kappa*(n, f) <= kappa.

    selected: of how many workers of least score the average is. Otherwise raises Refused.
    """
    averaged = isinstance(data, dict) and "each" in data
    fields = "rule n f selected kappa patterns" + " each" * averaged
    whole = keys(data, fields, "the certificate")
    n, f, q, kappa = whole["n"], whole["f"], whole["selected"], rational(whole["kappa"])
    need(type(n) is int and type(f) is int and 0 <= 2 * f < n - 2 <= 4998, "n and f do not fit")
    need(type(q) is int and 1 <= q <= n - f - 2, "selected does not fit")
    need(whole["rule"] == ("multikrum" if q > 1 else "krum"), "the rule is not that of selected")
    names = [f"correct {b}" for b in range(f + 1)] + [f"byzantine {b}" for b in range(f)]
    given = whole["patterns"]
    need(isinstance(given, dict) and list(given) == names, "patterns are missing or in disorder")
    each = dict.fromkeys(("correct", "byzantine"), kappa)
    if averaged:
        bounds = keys(whole["each"], "byzantine correct", "each")
        each = {winner: rational(text) for winner, text in bounds.items()}
        need(all(x >= 0 for x in (kappa, *each.values())), "a bound is negative")
        for z in range(min(f, q) + 1):
            verify_mixture(n - f, q - z, z, kappa, each["correct"], each["byzantine"])
    for name, pattern in given.items():
        kind, liars = name.split()
        try:
            verify_pattern(n, f, q, each[kind], kind == "correct", int(liars), pattern)
        except Refused as reason:
            raise Refused(f"pattern {name!r}: {reason}") from None
    return n, f, q, kappa


def verify_mixture(
    m: int, c: int, z: int, kappa: Fraction, correct: Fraction, byzantine: Fraction
) -> None:
    """Refuse unless (c + z) sqrt(kappa) >= sqrt(min(c (m-c), c^2 correct)) + z sqrt(byzantine)."""
    x, y, whole = c * min(c * correct, Fraction(m - c)), z * z * byzantine, (c + z) ** 2 * kappa
    # sqrt(whole) >= sqrt(x) + sqrt(y) just if whole - x - y >= 0 and its square is >= 4 x y.
    gap = whole - x - y
    need(gap >= 0 and gap**2 >= 4 * x * y, f"kappa is too small, with {z} Byzantine")


def verify_pattern(
    n: int, f: int, q: int, kappa: Fraction, correct: bool, liars: int, pattern: object
) -> None:
    """Refuse unless the sum of squared distances of a pattern is >= 0 for all vectors."""
    m, k = n - f, n - f - 2
    near = k - liars
    count = {"W": 1, "A": near, "R": m - near - (1 if correct else 0), "P": liars}
    count = {kind: number for kind, number in count.items() if number > 0}
    edge: Counter[frozenset[str]] = Counter()

    def pairs(g: str, h: str) -> int:
        return count[g] * (count[g] - 1) // 2 if g == h else count[g] * count[h]

    def put(g: str, h: str, weight: Fraction) -> None:
        edge[frozenset((g, h))] += weight  # type: ignore[assignment]

    honest = [kind for kind in count if kind in "AR" or (kind == "W" and correct)]
    for g, h in [(g, h) for g in honest for h in honest if g <= h]:
        put(g, h, (kappa + 1) / m**2)  # the variance is the sum over pairs over m^2
    for g in honest:
        if g != "W":
            put("W", g, Fraction(-1, m))
    need(isinstance(pattern, dict), "no JSON object")
    assert isinstance(pattern, dict)
    largest = total = Fraction(0)
    for g, entry in pattern.items():
        need(g in count, f"there is no worker of kind {g}")
        fields = keys(entry, "weight choice", f"kind {g}")
        weight, choice = rational(fields["weight"]), fields["choice"]
        need(weight >= 0, f"kind {g}: a negative weight")
        need(isinstance(choice, dict), f"kind {g}: the choice is no JSON object")
        chosen = Fraction(0)
        for h, text in choice.items():
            seen = count.get(h, 0) - (g == h)
            c = rational(text)
            need(seen > 0, f"kind {g} does not see kind {h}")
            need(0 <= c <= weight * seen, f"kind {g}: a part of kind {h} is below 0 or above 1")
            put(g, h, -c / pairs(g, h))
            chosen += c
        need(chosen == k * weight, f"kind {g}: {k} neighbours must be chosen")
        total += weight
        if g != "W":
            largest = max(largest, weight / count[g])
    for h in ("A", "P"):
        if h in count:
            put("W", h, total - (q - 1) * largest)

    def of(g: str, h: str) -> Fraction:
        return Fraction(edge[frozenset((g, h))])

    for g in count:
        degree = sum((count[h] * of(g, h) for h in count if h != g), Fraction(0))
        need(
            count[g] == 1 or degree + count[g] * of(g, g) >= 0,
            f"workers of kind {g} that differ make the form negative",
        )
    rows = [g for g in count if g != "W"]
    laplacian = {
        (g, h): -count[g] * count[h] * of(g, h)
        if g != h
        else count[g] * sum((count[x] * of(g, x) for x in count if x != g), Fraction(0))
        for g in rows
        for h in rows
    }
    for size in range(1, len(rows) + 1):
        for some in combinations(rows, size):
            minor = determinant([[laplacian[g, h] for h in some] for g in some])
            need(minor >= 0, f"the means of kinds {', '.join(some)} make the form negative")


def determinant(rows: list[list[Fraction]]) -> Fraction:
    """By expansion along the first row."""
    if not rows:
        return Fraction(1)
    minors = ([row[:j] + row[j + 1 :] for row in rows[1:]] for j in range(len(rows)))
    return sum(
        (
            (-1) ** j * x * determinant(minor)
            for j, (x, minor) in enumerate(zip(rows[0], minors, strict=True))
        ),
        Fraction(0),
    )


def said_of(data: object) -> str:
    """What a certificate proves, or the one in what `byzproof kappa --json` writes."""
    if isinstance(data, dict) and "certificate" in data:
        data = data["certificate"]
    n, f, q, kappa = verify(data)
    return f"{q} selected: kappa*({n}, {f}) <= {kappa} = {float(kappa):.9g}"


def main(
    paths: list[str],
    say: Callable[[str], None] = print,
    check: Callable[[object], str] = said_of,
    usage: str = "python theory/robustness/replay.py CERTIFICATE.json ...",
) -> int:
    """Check files; 0 if all are accepted, 1 if one is refused, 2 without files."""
    if not paths:
        say(f"usage: {usage}")
        return 2
    refused = 0
    for path in paths:
        try:
            need(Path(path).is_file(), "no file, or none that ends")
            with Path(path).open("rb") as file:
                text = file.read(LONGEST + 1)
            need(len(text) <= LONGEST, "the file is too large")
            say(f"ok {path}: {check(json.loads(text))}")
        except (Refused, OSError, ValueError, RecursionError) as reason:
            say(f"refused {path}: {reason}")
            refused += 1
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
