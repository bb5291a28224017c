"""Costs: each file one, found by listing this package."""

from empirics.discovery import discover
from empirics.dynamics.cost import Cost

COSTS: dict[str, Cost] = discover(__name__, __path__, Cost)
"""Every cost with its default parameters, by name."""
