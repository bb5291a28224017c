"""The worst configurations of Krum for all n and f at once: three regimes, and their certificates.

A pattern has a winner W at 0 with a correct neighbours A at 1 and b Byzantine ones P at -s, and r
other correct workers R at y, all on a line; A or R may scatter around their place. What limits such
a configuration is that a worker of A (regimes `scattered` and `collinear`) or of R (`distant`) must
not have a smaller score than W:

    scattered   A scatters so much that W just wins; P stands on the other side of W
    collinear   no scatter: P goes away from W as far as W needs to win
    distant     P at W; R just loses, with almost all of its neighbours in R

In each, the ratio |W - mean|^2 / variance is a quotient of squares in the one free place, whose
maximum is rational in a and b; multipliers for the score of A or R prove that no vectors are worse.
`alone` is the case without Byzantine workers, `unaided` that of a winner without such neighbours.

The formulas are sympy expressions in a and b; `empirics.robustness.families` makes certificates of
them.
"""

from __future__ import annotations

import sympy as sp

a, b, parameter = sp.symbols("a b s", positive=True)
m = a + b + 2


def others(correct: bool) -> sp.Expr:
    """r: how many correct workers are neither W nor its neighbours."""
    return b + 1 if correct else b + 2


def ratio(correct: bool, place: sp.Expr, a_scatter: sp.Expr = 0, r_scatter: sp.Expr = 0) -> sp.Expr:
    """|W - mean|^2 over the variance, for A at 1, R at `place`, and what they scatter."""
    r = others(correct)
    mean = (a + r * place) / m
    square = (a * (1 + a_scatter) + r * (place**2 + r_scatter)) / m
    return sp.factor(mean**2 / (square - mean**2))


def scattered(correct: bool) -> tuple[sp.Expr, sp.Expr]:
    """s and the scatter of A at the worst: W and A have one score, R and P are as far from A."""
    r = others(correct)
    s = (a * b - 2 * r) / (r * (a + 2 * b + 1))
    return s, sp.factor((a - 1 - b - 2 * b * s) / (a + b + 1))


def collinear() -> sp.Expr:
    """s at which W just wins without scatter."""
    return (a - 1 - b) / (2 * b)


def distant(correct: bool) -> tuple[sp.Expr, sp.Expr]:
    """y and the scatter of R: R has just the score of W, by all of R and these of A."""
    r, near = others(correct), nearest_of_a(correct)
    y = 1 + a / (2 * a - near)
    return y, sp.factor((a - near * (y - 1) ** 2) / (2 * r + near))


def nearest_of_a(correct: bool) -> sp.Expr:
    """How many workers of A one of R counts, besides all of R."""
    return a if correct else a - 1


def between(more: int) -> sp.Expr:
    """y - 1 for a = b + more: where the weight of A is not negative, for a parameter s >= 0."""
    return (b + more + parameter) / (b + more + 1)
