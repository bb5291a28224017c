"""Closed forms of kappa*(n, f) for Krum, and how much of each is proved."""

from __future__ import annotations

from fractions import Fraction
from typing import Any


def without_byzantine(n: int) -> Fraction:
    """kappa*(n, 0) = n(n-1)/(n^2 - 3n + 4), for n >= 3.

    Proof. At most: the certificate below is accepted, by an identity in n. At least: let two
    workers send -a and a, and the others vectors at squared distances 2v from each other and from
    both, around 0, with v = n(n-2)/(n^2 - 3n + 4) and a^2 = v(n-1)/(n-2). Then the mean is 0, the
    variance (2a^2 + (n-3)v)/n = 1, and all scores are (n-2)2v, as |a - (-a)|^2 > 2v. So Krum may
    choose -a, at the squared distance a^2 from the mean.

    >>> without_byzantine(4), without_byzantine(10)
    (Fraction(3, 2), Fraction(45, 37))
    """
    if n < 3:
        raise ValueError(f"n = {n}: Krum needs n >= 3")
    return Fraction(n * (n - 1), n * n - 3 * n + 4)


def certificate_without_byzantine(n: int) -> dict[str, Any]:
    """The exact certificate of that bound: only the scores of the winner's neighbours are used."""
    bound = without_byzantine(n)
    weight = Fraction(n - 2, n * n - 3 * n + 4)
    choice = {"W": weight * Fraction(n - 2, n), "A": weight * (n - 3), "R": 2 * weight / n}
    near = {"weight": str(weight), "choice": {g: str(mu) for g, mu in choice.items() if mu}}
    return {
        "rule": "krum",
        "n": n,
        "f": 0,
        "selected": 1,
        "kappa": str(bound),
        "patterns": {"correct 0": {"A": near}},
    }


def fewest_workers(f: int) -> Fraction:
    """(2f+3)(5f+11)/(6(f+1)), which kappa*(2f+3, f) is for f >= 4 as far as it was computed.

    Found from certified values, not proved for all f. The tests compare it with them.

    >>> fewest_workers(4)
    Fraction(341, 30)
    """
    if f < 4:
        raise ValueError(f"f = {f}: the worst is another configuration for f < 4")
    return Fraction((2 * f + 3) * (5 * f + 11), 6 * (f + 1))


def small_share(v: float) -> float:
    """(1-v)(1+2v)/(1-2v)^2, the limit of kappa*(n, vn) as n grows, for v up to about 1/4.

    Seen in certified values; not proved. At v = 0.26 and n = 10,000 it is already 0.1 % too large,
    and at v = 0.4 twice what is certified there, with no sign of growth in n: for larger v it is
    not the limit, as far as was computed.
    """
    return (1 - v) * (1 + 2 * v) / (1 - 2 * v) ** 2
