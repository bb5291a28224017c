"""Exact limits of a probability of which only a count is known."""

from __future__ import annotations

from scipy.special import betaincinv

CONFIDENCE = 0.95


def limits(count: int, runs: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The exact two-sided limits of C. J. Clopper and E. S. Pearson, Biometrika 26 (1934).

    >>> low, high = limits(0, 20)
    >>> low, round(high, 4)
    (0.0, 0.1684)
    """
    if not 0 <= count <= runs or runs < 1:
        raise ValueError(f"{count} of {runs} is no count")
    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else float(betaincinv(count, runs - count + 1, tail))
    high = 1.0 if count == runs else float(betaincinv(count + 1, runs - count, 1 - tail))
    return low, high


def upper(count: int, runs: int, confidence: float = CONFIDENCE) -> float:
    """The exact one-sided upper limit."""
    return limits(count, runs, 2 * confidence - 1)[1]


def lower(count: int, runs: int, confidence: float = CONFIDENCE) -> float:
    """The exact one-sided lower limit."""
    return limits(count, runs, 2 * confidence - 1)[0]
