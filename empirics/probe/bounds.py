"""What is proved of E|F - g|^2 for the rule that a callable computes, and whose a bound is.

Let the n - f correct vectors be independent with mean g and E|V - g|^2 = d sigma^2, and let the
score of a worker be the sum over its k closest others of |.|^p with 1 <= p <= 2; put c = n - f and
q = k - f + 1. If f <= k <= c - 1, then for Krum, and for Multi-Krum with 1 <= m <= c,

    E|F - g|^2 <= (2^(1/2) k^(1/p) + c^(1/p))^2 / q^(2/p)  d sigma^2.

For the paper's rule, p = 2 and k = n - f - 2, this is the claim `error-sharp` of the audit, which
the kernel has checked. For other k and p the proof is the same argument, by hand:

1. Score. A correct worker i has c - 1 >= k correct others, so its score is at most k/(c - 1) of
   the sum of |V_i - V_j|^p over them. The r-th smallest score of all is at most the r-th smallest
   of a correct worker, so the mean score s of the m <= c chosen is at most the mean over i, that
   is at most k/(c(c - 1)) times the sum of |V_i - V_j|^p over all ordered pairs.
2. Group. The k closest others of a worker w, and w itself if it is correct, hold at least q correct
   workers j: at most f others are Byzantine, or f - 1 if w is one of them.
3. Minkowski, over the group: q^(1/p) |w - g| <= s(w)^(1/p) + (sum over correct j of
   |V_j - g|^p)^(1/p). In the mean over the chosen w, again by Minkowski, now in l^p over w, the
   first term is s^(1/p); and |F - g|^p is at most the mean of |w - g|^p, for p >= 1.
4. In L^2: E|V_i - V_j|^2 = 2 d sigma^2, and 2/p >= 1, so the norms of the two terms are at most
   (k (2 d sigma^2)^(p/2))^(1/p) and (c (d sigma^2)^(p/2))^(1/p).

If k < f there is no bound: f equal vectors, sent from anywhere, have the score 0. If k > c - 1
there is none by this argument: every score of a correct worker counts a Byzantine distance. If
m > c a Byzantine vector is always averaged in, so nothing bounds the result.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

from empirics.probe.family import POWERS
from empirics.probe.identify import FORMULAS, SIZES, Rule

GRID = tuple((n, f) for n in range(5, 41) for f in range(1, (n - 3) // 2 + 1))
"""The (n, f) at which bounds are compared."""
UNITS = (3, 0.7)
"""The d and sigma at which bounds are compared."""


def sharp(n: int, f: int, k: int, p: float = 2.0) -> float:
    """The constant of this module's bound, times d sigma^2; see the proof above.

    Raises ValueError unless f <= k <= n - f - 1 and 1 <= p <= 2.

    >>> sharp(5, 1, 2)
    8.0
    """
    c, q = n - f, k - f + 1
    if not (f <= k <= c - 1 and 1 <= p <= 2):
        raise ValueError(f"no bound is known for n = {n}, f = {f}, k = {k}, p = {p}")
    return float((sqrt(2) * k ** (1 / p) + c ** (1 / p)) ** 2 / q ** (2 / p))


def eta2(n: int, f: int) -> float:
    """The paper's eta(n, f)^2 of Proposition 1: E|Krum - g| is bounded through it."""
    from empirics.experiments.krum import eta2 as value

    return value(n, f)


@dataclass(frozen=True)
class Bound:
    """A known constant C(n, f)."""

    name: str
    constant: Callable[[int, int], float]
    of: str
    """What it bounds."""
    k: str
    """The rule that it is proved for, by its number of others; all of squared distances."""
    error: bool = False
    """It bounds |E F - g|^2 or E|F - g|^2, in units of d sigma^2."""


KNOWN = (
    Bound(
        "eta(n, f)^2",
        eta2,
        "|E Krum - g|^2 / (d sigma^2), Proposition 1 of Blanchard et al., NeurIPS 2017",
        "n-f-2",
        error=True,
    ),
    Bound(
        "eta(n, f)",
        lambda n, f: sqrt(eta2(n, f)),
        "|E Krum - g| / (sqrt(d) sigma), Proposition 1 of Blanchard et al., NeurIPS 2017",
        "n-f-2",
    ),
    Bound(
        "(sqrt(2(n-f-2)) + sqrt(n-f))^2 / (n-2f-1)",
        lambda n, f: sharp(n, f, n - f - 2),
        "E|Krum - g|^2 / (d sigma^2), claim error-sharp of the audit",
        "n-f-2",
        error=True,
    ),
    Bound(
        "(6(n-f) - 8) / (n-2f-1)",
        lambda n, f: (6 * (n - f) - 8) / (n - 2 * f - 1),
        "E|Krum - g|^2 / (d sigma^2), claim error-rational of the audit",
        "n-f-2",
        error=True,
    ),
    Bound(
        "(6(n-f) - 10)(n-f) / ((n-f-1)(n-2f-1))",
        lambda n, f: (6 * (n - f) - 10) * (n - f) / ((n - f - 1) * (n - 2 * f - 1)),
        "E|Krum|^2 / E|G|^2, Proposition 1 (ii) for r = 2 with the constant of the audit",
        "n-f-2",
    ),
    Bound(
        "6(1 + f/(n-2f))",
        lambda n, f: 6 * (1 + f / (n - 2 * f)),
        "the robustness coefficient kappa, Allouah et al., AISTATS 2023, arXiv:2302.01772",
        "n-f-1",
    ),
    Bound(
        "(1 + sqrt(2))^2 (1 + f/(n-2f))",
        lambda n, f: (1 + sqrt(2)) ** 2 * (1 + f / (n - 2 * f)),
        "kappa, by the argument of `empirics.probe.bounds` around the correct vectors' mean",
        "n-f-1",
    ),
    Bound(
        "(sqrt(2(n-f-1)) + sqrt(n-f))^2 / (n-2f)",
        lambda n, f: sharp(n, f, n - f - 1),
        "E|F - g|^2 / (d sigma^2), by the argument of `empirics.probe.bounds`",
        "n-f-1",
        error=True,
    ),
    Bound(
        "f/(n-2f)",
        lambda n, f: f / (n - 2 * f),
        "kappa from below: no rule has a smaller one (Allouah et al., AISTATS 2023)",
        "",
    ),
)
"""Bounds that libraries quote, and ours."""


def consequence(rule: Rule) -> str:
    """What is certified for a rule of the family, in words."""
    if rule.anew:
        return "no certified bound for this variant: the scores change after each choice"
    p = POWERS.get(rule.scoring.distance)
    if p not in (1.0, 2.0) or not rule.scoring.total:
        return "no certified bound for this variant: its score is not covered by the argument"
    sizes = [(n, f) for n, f in SIZES if f]
    k_of, m_of = FORMULAS[rule.k], FORMULAS[rule.m]
    if any(m_of(n, f) > n - f for n, f in sizes):
        return "no bound can hold: more than n-f vectors are averaged, so a Byzantine one always is"
    if any(k_of(n, f) < f for n, f in sizes):
        return "no bound can hold: with k < f, f equal Byzantine vectors have the score 0"
    if any(k_of(n, f) > n - f - 1 for n, f in sizes):
        return "no certified bound for this variant: every score counts a Byzantine distance"
    if rule.k == "n-f-2" and p == 2:
        return (
            "E|F - g|^2 <= (6(n-f) - 8)/(n-2f-1) d sigma^2, and the sharper "
            "(sqrt(2(n-f-2)) + sqrt(n-f))^2/(n-2f-1) d sigma^2"
            + (
                ", checked by the kernel"
                if rule.m == "1"
                else ", by the argument checked for m = 1"
            )
        )
    size = {"n-f-1": "(n-2f)", "n-f-2": "(n-2f-1)"}.get(rule.k, f"({rule.k}-f+1)")
    if p == 2:
        constant = f"(sqrt(2({rule.k})) + sqrt(n-f))^2 / {size}"
    else:
        constant = f"(sqrt(2)({rule.k}) + (n-f))^2 / {size}^2"
    return (
        f"E|F - g|^2 <= {constant} d sigma^2: the argument for the paper's rule, repeated by hand "
        "(not checked by the kernel)"
    )


@dataclass(frozen=True)
class BoundMatch:
    """Whose bound a function is."""

    name: str
    """The known bound, or "" if it is none of them."""
    says: str
    """What that means, in words."""
    fits: bool
    """The bound is proved for the rule that the callable computes."""


def match_bound(values: Mapping[tuple[int, int], float], rule: Rule | None) -> BoundMatch:
    """Compare the values of a bound, from `values_of`, with the known bounds on `GRID`."""
    d, sigma = UNITS
    units = {"": 1.0, " d sigma^2": d * sigma**2, " sqrt(d) sigma": sqrt(d) * sigma}
    for known in KNOWN:
        for unit, factor in units.items():
            if all(_equal(v, factor * known.constant(n, f)) for (n, f), v in values.items()):
                fits = rule is not None and rule.k == known.k and _squares(rule)
                says = f"{known.of}; {_for(known, rule, fits)}"
                return BoundMatch(known.name + unit, says, fits)
    if rule is None or not _squares(rule):
        return BoundMatch("", "none of the known bounds; nothing is proved to compare with", False)
    return _compared(values, rule)


def values_of(bound: Callable[..., Any]) -> dict[tuple[int, int], float]:
    """A function of (n, f) or (n, f, d, sigma) on `GRID`, for the d and sigma of `UNITS`.

    Raises ValueError where it cannot be called so or gives no number.
    """
    return {(n, f): _called(bound, n, f, *UNITS) for n, f in GRID}


def _squares(rule: Rule) -> bool:
    return rule.scoring.distance == "|x-y|^2" and rule.scoring.total and not rule.anew


def _for(known: Bound, rule: Rule | None, fits: bool) -> str:
    if not known.k:
        return "it holds for no rule as an upper bound"
    if fits:
        return f"proved for k = {known.k} and squared distances, which is what is computed"
    if rule is None:
        return f"proved for k = {known.k} and squared distances; nobody knows what is computed"
    says = (
        f"proved for k = {known.k} and squared distances, but what is computed takes the {rule.k} "
        f"smallest {rule.scoring.distance}"
    )
    if known.error and _covered(known, rule):
        says += "; it holds there too, being above what is proved for that rule"
    return says


def _covered(known: Bound, rule: Rule) -> bool:
    """Whether a known bound of the error is above the proved one of a rule, on the grid."""
    p = POWERS.get(rule.scoring.distance, 0.0)
    if not rule.scoring.total or rule.anew:
        return False
    try:
        return all(known.constant(n, f) >= sharp(n, f, rule.k_of(n, f), p) for n, f in GRID)
    except ValueError:
        return False


def _compared(values: Mapping[tuple[int, int], float], rule: Rule) -> BoundMatch:
    """An unknown bound against what is proved of E|F - g|^2 / (d sigma^2) for the rule."""
    below = []
    for (n, f), value in values.items():
        try:
            proved = sharp(n, f, rule.k_of(n, f))
        except ValueError:
            return BoundMatch("", "none of the known bounds; none is proved for this rule", False)
        if value < proved * (1 - 1e-12):
            below.append((n, f, value, proved))
    if not below:
        says = "none of the known bounds; as a bound of E|F - g|^2 / (d sigma^2) it holds, being "
        return BoundMatch("", says + "above the sharper proved one wherever compared", True)
    n, f, value, proved = below[0]
    return BoundMatch(
        "",
        "none of the known bounds; as a bound of E|F - g|^2 / (d sigma^2) it is not proved: at "
        f"n = {n}, f = {f} it is {value:g}, and {proved:g} is the smallest that is",
        False,
    )


def _called(bound: Callable[..., Any], n: int, f: int, d: int, sigma: float) -> float:
    try:
        count = len(inspect.signature(bound).parameters)
    except (TypeError, ValueError):
        count = 2
    try:
        return float(bound(n, f) if count < 4 else bound(n, f, d, sigma))
    except Exception as error:
        raise ValueError(
            f"the bound gives no number for n = {n}, f = {f}: {type(error).__name__}: {error}; "
            "give a function of (n, f) or (n, f, d, sigma)"
        ) from error


def _equal(x: float, y: float) -> bool:
    return abs(x - y) <= 1e-9 * abs(y)
