"""Aggregation rules: each file one rule, found by listing this package."""

from empirics.discovery import discover
from empirics.interfaces import Rule

RULES: dict[str, Rule] = discover(__name__, __path__, Rule)
"""Every rule with its default parameters, by name."""
