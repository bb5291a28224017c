"""The robustness coefficient kappa*(n, f) between an exact example and a checked certificate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import inf, nextafter
from typing import Any

from empirics.experiments.krum import eta2
from empirics.robustness.certify import Report, certificate
from empirics.robustness.closed_forms import exactly
from empirics.robustness.example import Example, example, worst_example
from empirics.robustness.patterns import Pattern
from theory.robustness import replay
from theory.robustness.coefficient import RobustnessBound

DEFINITION = (
    "kappa*(n, f) is the least number such that |F - mean|^2 <= kappa* (1/m) Sum |V_j - mean|^2 "
    "for all vectors in all dimensions, m = n - f of them correct; mean and sum are over those. "
    "F is {rule}, by the n - f - 2 closest others and squared distances; any choice among ties."
)


@dataclass(frozen=True, eq=False)
class Kappa:
    """What is known of kappa*(n, f) of Krum, or of the average of `selected` workers."""

    bound: RobustnessBound
    certificate: dict[str, Any]
    example: Example
    lower: Fraction
    pattern: Pattern
    """The worst pattern of the winner."""

    @property
    def n(self) -> int:
        """All workers."""
        return self.bound.n

    @property
    def f(self) -> int:
        """The Byzantine ones."""
        return self.bound.f

    @property
    def selected(self) -> int:
        """How many workers are averaged; 1 for Krum."""
        return self.bound.selected

    @property
    def upper(self) -> Fraction:
        """What is certified."""
        return self.bound.kappa

    @property
    def rule(self) -> str:
        """The name of the rule."""
        return "krum" if self.selected == 1 else f"multikrum with m = {self.selected}"

    @property
    def definition(self) -> str:
        """What kappa* is."""
        return DEFINITION.format(rule=self.rule)

    @cached_property
    def exact(self) -> tuple[str, str] | None:
        """Its closed form and the regime, where that is known; for Krum only."""
        return exactly(self.n, self.f) if self.selected == 1 else None

    @property
    def gap(self) -> float:
        """upper/lower - 1."""
        return float(self.upper / self.lower - 1) if self.lower else inf

    @property
    def iid_bound(self) -> Fraction:
        """|E Krum - g|^2 <= this times d sigma^2, for independent workers of one law.

        E mean = g, so |E Krum - g|^2 <= E|Krum - mean|^2 (Jensen), which is at most kappa* times
        the mean of the variance (1/m) Sum |V_j - mean|^2, and that is (m - 1)/m d sigma^2. The
        adversary may be omniscient: nothing is asked of the Byzantine vectors but to be random
        variables. Compare eta(n, f)^2 of the paper.
        """
        m = self.n - self.f
        return self.upper * Fraction(m - 1, m)

    @property
    def floor(self) -> Fraction:
        """f/(n - 2f): no rule whatsoever has a smaller coefficient (`example.mimicked`).

        Where workers are heterogeneous, with variance zeta^2 of their true gradients, Krum's error
        is at most kappa* zeta^2, and no rule can promise less than f/(n - 2f) zeta^2.
        """
        return Fraction(self.f, self.n - 2 * self.f)

    def as_json(self) -> dict[str, Any]:
        """The form of `byzproof kappa --json`; floats are rounded outward."""
        return {
            "rule": "krum" if self.selected == 1 else "multikrum",
            "n": self.n,
            "f": self.f,
            "m": self.selected,
            "definition": self.definition,
            "lower": below(self.lower),
            "upper": above(self.upper),
            "lower exact": str(self.lower),
            "upper exact": str(self.upper),
            "exact": self.exact[0] if self.exact else None,
            "regime": self.exact[1] if self.exact else None,
            "pattern": str(self.pattern),
            "gap": self.gap,
            "iid bound": above(self.iid_bound),
            "eta squared": eta2(self.n, self.f),
            "universal lower bound": str(self.floor),
            "winners": [int(w) for w in self.example.winners.nonzero()[0]],
            "vectors": [[str(Fraction(x)) for x in row] for row in self.example.vectors.tolist()],
            "certificate": self.certificate,
        }


def kappa(n: int, f: int, selected: int = 1, report: Report = lambda done, of: None) -> Kappa:
    """kappa*(n, f) of Krum, or of the average of so many workers of least score.

    Both checkers accept the certificate, and the literal rule was run on the example. Needs the
    extra `robustness`. Raises ValueError unless f >= 0, n >= 2f + 3 and 1 <= selected <= n - f - 2,
    and ArithmeticError where the solver fails.

    >>> found = kappa(5, 1)
    >>> float(found.upper - found.lower) < 1e-6, f"{float(found.upper):.6f}"
    (True, '4.166667')
    """
    if f < 0 or 2 * f + 2 >= n:
        raise ValueError(f"n = {n} and f = {f}: Krum needs f >= 0 and n >= 2f + 3")
    if not 1 <= selected <= n - f - 2:
        raise ValueError(f"m = {selected} is not from 1 to n - f - 2 = {n - f - 2}")
    written, bound, pattern = certificate(n, f, selected, report)
    if replay.verify(written) != (n, f, selected, bound.kappa):
        raise AssertionError("the two checkers disagree")
    shown = example(pattern) if selected == 1 else worst_example(n, f, selected)
    return Kappa(bound, written, shown, shown.ratio(), pattern)


def below(x: Fraction) -> float:
    """A float that is at most x."""
    return float(x) if Fraction(float(x)) <= x else nextafter(float(x), -inf)


def above(x: Fraction) -> float:
    """A float that is at least x."""
    return float(x) if Fraction(float(x)) >= x else nextafter(float(x), inf)
