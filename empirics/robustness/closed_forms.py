"""Krum's robustness coefficient kappa*(n, f) in closed form, and its limits.

**Theorem.** kappa*(n, 0) = n(n-1)/(n^2 - 3n + 4). For f >= 6, kappa*(n, f) is

    distant      2f+3 <= n <= 3f-1    n ((n-2f-1)(n+2) + f+1) / ((f+1)(n-2f)(n-2f-1))
    collinear    3f+2 <= n <= 4f-4    ((3f-1)n - 3f^2 - 2f - 3)^2 / ((f+1)(n-2f-1)(n-f-3)^2)
    scattered    4f-3 <= n            the larger of two fractions, one for a Byzantine winner and
                                      one for a correct one: `regimes.scattered`

The first holds for f = 4, 5 too, the second for (17, 5), the last for f = 1, 2, 3, 4, 5 from
n = 17, 15, 14, 15, 18 on. In between, W is limited by a worker of A and one of R, and kappa* is

    between      n = 3f               (1 + 2f / sqrt(f^2 - 1))^2               for f >= 3
                 n = 3f + 1           (1 + sqrt((4f + 2)/(f + 1)))^2           for f >= 2

**Proof.** Whatever n and f, every pattern of the winner has a bound by a family, which the kernel
checked for all a and b of a region, where a and b are the numbers of correct and of Byzantine
neighbours of the winner, and a + b = n - f - 2. So kappa*(n, f) is at most the largest of these
bounds, for each pattern the least that holds (`certified`). It is at least what an example of the
families attains (`attained`), and there is one for the pattern with the most Byzantine neighbours,
b = f - 1 for a Byzantine winner or b = f for a correct one, with the value of its bound. That this
pattern is the worst is said by the steps of the families, from b to b + 1 with the same a + b:

1. The scattered bounds, and those without Byzantine neighbours, grow with b. For n >= 4f - 3 they
   hold up to the largest b. If f = 1, a Byzantine winner is not as bad as the correct one with the
   Byzantine worker for a neighbour.
2. For n <= 3f - 1 there is one b >= 2 with 2b + 1 <= a <= 2b + 3. The scattered bounds there are at
   most the distant one of a Byzantine winner at (a - 1, b + 1), and those grow with b while
   a <= 2b + 3. For correct winners further on: their distant bound is at most that of a Byzantine
   winner at (a + 1, b - 1), which has as many Byzantine workers.
3. For 3f + 2 <= n <= 4f - 4 the same with the collinear bounds, which hold for a Byzantine winner
   where b + 1 <= a <= 2b - 3; the step into them is at 2b - 2 <= a <= 2b, and from a correct winner
   at 2b - 5 <= a <= 2b - 3. For n = 3f + 2 the last correct winner has a = b and a distant bound.
4. For n = 3f and 3f + 1 as in 2, but for the last step, to (f - 1, f - 1) or (f, f - 1): there is
   the bound `between`, which holds for any parameter s >= 0, so with its infimum over s. That is
   attained: with P at W, A at 1, R at 1 + q and a scatter tau of R such that q^2 + tau = a/(b + 1),
   the scores of W, P and A are a, and that of R is 2 r tau + (a - 1)(q^2 + tau). It is a too if
   2 r q^2 = (2r + a - 1) a/(b + 1) - a; for this q the ratio is the one above.

The tests walk these steps from every pattern for some f, and compare with the solver. For f <= 5
the bounds of all patterns are compared one by one.

**Limits.** kappa*(n, f) = 1 + (5f^2 + 6f + 2)/((f + 1) n) + O(1/n^2) for f fixed, `fewest_workers`
for n = 2f + 3, and `limit` for f/n -> v.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any, TypeVar

from empirics.robustness.patterns import Pattern, patterns
from theory.kernel.terms import KernelError
from theory.robustness import replay_families
from theory.robustness.families import (
    PatternBound,
    PatternExample,
    PatternFact,
    check_bound,
    check_example,
    check_step,
)
from theory.robustness.replay import Refused

STORED = Path(__file__).parent / "families.json"

Fact = TypeVar("Fact", bound=PatternFact)


@dataclass(frozen=True)
class Known:
    """A bound of kappa*(n, f) from below or above."""

    kappa: Fraction
    regime: str
    """The family that it is from: alone, unaided, scattered, collinear or distant."""
    pattern: Pattern
    """Of the winner."""


def closed_form(n: int, f: int) -> Known | None:
    """kappa*(n, f) where bound and example of the families agree; None elsewhere.

    Raises ValueError unless f >= 0 and n >= 2f + 3.

    >>> closed_form(11, 4).kappa, closed_form(100, 0).kappa, closed_form(9, 3)
    (Fraction(341, 30), Fraction(2475, 2426), None)
    """
    above, below = certified(n, f), attained(n, f)
    return above if below is not None and below.kappa == above.kappa else None


def exactly(n: int, f: int) -> tuple[str, str] | None:
    """kappa*(n, f) as a text, and its regime; None where it is not known.

    >>> exactly(11, 4), exactly(30, 10)[0], exactly(5, 1)
    (('341/30', 'distant'), '(1 + 20/sqrt(99))^2', None)
    """
    known = closed_form(n, f)
    if known is not None:
        return str(known.kappa), known.regime
    if f >= 3 and n == 3 * f:
        return f"(1 + {2 * f}/sqrt({f * f - 1}))^2", "between"
    if f >= 2 and n == 3 * f + 1:
        return f"(1 + sqrt({4 * f + 2}/{f + 1}))^2", "between"
    return None


def certified(n: int, f: int) -> Known:
    """An upper bound of kappa*(n, f), by families alone.

    >>> certified(8, 2).kappa
    Fraction(22, 3)
    """
    return max(
        (
            min(_facts_of(pattern, _bounds()), key=lambda known: known.kappa)
            for pattern in patterns(n, f)
        ),
        key=lambda known: known.kappa,
    )


def attained(n: int, f: int) -> Known | None:
    """The largest ratio that an example of the families attains with n workers, f Byzantine."""
    found = (known for pattern in patterns(n, f) for known in _facts_of(pattern, _examples()))
    return max(found, key=lambda known: known.kappa, default=None)


def _facts_of(pattern: Pattern, facts: Mapping[str, Sequence[PatternFact]]) -> Iterator[Known]:
    """What is known of a pattern."""
    where = pattern.k - pattern.liars, pattern.liars
    for regime, group in facts.items():
        for fact in group:
            if fact.correct == pattern.correct and where in fact.region:
                s = _parameter(*where) if fact.region.parameter else Fraction(0)
                yield Known(fact.at(*where, s), regime, pattern)


def _parameter(a: int, b: int) -> Fraction:
    """Nearly the best s of a bound `between`: there q = (a + s)/(a + 1) is as in the proof."""
    r = b + 2
    q = sqrt(((2 * r + a - 1) * a / (b + 1) - a) / (2 * r))
    return max(Fraction((a + 1) * q - a).limit_denominator(10**9), Fraction(0))


@cache
def stored() -> dict[str, list[Any]]:
    """The stored certificates: bounds, examples and steps."""
    found: dict[str, list[Any]] = json.loads(STORED.read_text(encoding="utf-8"))
    return found


@cache
def _bounds() -> dict[str, list[PatternBound]]:
    """The families of bounds by regime, checked."""
    return _by_regime(stored()["bounds"], check_bound)


@cache
def _examples() -> dict[str, list[PatternExample]]:
    """The families of examples by regime, checked."""
    return _by_regime(stored()["examples"], check_example)


def replayed() -> str:
    """Why one of the two checkers refuses the stored certificates; empty if both accept all.

    >>> replayed()
    ''
    """
    try:
        replay_families.verify_families(stored())
        first: dict[str, PatternBound] = {}
        for name, certificate in stored()["bounds"]:
            first.setdefault(name, check_bound(certificate))
        for _, certificate in stored()["examples"]:
            check_example(certificate)
        for small, large, region, step in stored()["steps"]:
            check_step(first[small], first[large], region, step)
    except (KernelError, Refused) as reason:
        return str(reason)
    return ""


def _by_regime(
    certificates: list[tuple[str, Any]], check: Callable[[Any], Fact]
) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for name, certificate in certificates:
        found.setdefault(name.split()[0], []).append(check(certificate))
    return found


def between(n: int, f: int) -> float:
    """kappa*(n, f) for n = 3f, f >= 3, and n = 3f + 1, f >= 2.

    >>> round(between(30, 10), 6), round(between(31, 10), 6)
    (9.060555, 8.726216)
    """
    if n < 2 * f + 3 or n - 3 * f not in (0, 1):
        raise ValueError(f"n = {n}, f = {f}: give n = 3f or n = 3f + 1, at least 2f + 3")
    ratio = 4 * f * f / (f * f - 1) if n == 3 * f else (4 * f + 2) / (f + 1)
    return (1 + sqrt(ratio)) ** 2


def fewest_workers(f: int) -> Fraction:
    """(2f+3)(5f+11)/(6(f+1)) = kappa*(2f+3, f), for f >= 4.

    >>> fewest_workers(4)
    Fraction(341, 30)
    """
    if f < 4:
        raise ValueError(f"f = {f}: the worst is another configuration for f < 4")
    return Fraction((2 * f + 3) * (5 * f + 11), 6 * (f + 1))


def first_order(f: int) -> Fraction:
    """(5f^2 + 6f + 2)/(f + 1), the limit of n (kappa*(n, f) - 1) for f >= 1.

    >>> [str(first_order(f)) for f in (1, 2, 3)]
    ['13/2', '34/3', '65/4']
    """
    if f < 1:
        raise ValueError(f"f = {f}: give f >= 1; without Byzantine workers the limit is 2")
    return Fraction(5 * f * f + 6 * f + 2, f + 1)


def limit(v: float) -> float:
    """The limit of kappa*(n, f) as n grows and f/n -> v, for 0 <= v < 1/2.

    (1-v)(1+2v)/(1-2v)^2 up to v = 1/4, then 9v/(1-2v) up to v = 1/3, then 1/(v(1-2v)).

    >>> [round(limit(v), 3) for v in (0.0, 0.25, 1 / 3, 0.4)]
    [1.0, 4.5, 9.0, 12.5]
    """
    if not 0 <= v < 1 / 2:
        raise ValueError(f"v = {v}: the share of Byzantine workers is from 0 to below 1/2")
    if v <= 1 / 4:
        return (1 - v) * (1 + 2 * v) / (1 - 2 * v) ** 2
    if v <= 1 / 3:
        return 9 * v / (1 - 2 * v)
    return 1 / (v * (1 - 2 * v))
