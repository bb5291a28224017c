"""Krum: the certificates of the closed forms of kappa*."""

from __future__ import annotations

from empirics.robustness.closed_forms import replayed


def checks() -> list[tuple[str, str]]:
    """All families of bounds, examples and steps, by both checkers."""
    return [("closed forms of kappa*", replayed())]
