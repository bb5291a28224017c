"""Omniscient attacks of the Byzantine workers: each file one, found by listing this package."""

from empirics.discovery import discover
from empirics.interfaces import Attack

ATTACKS: dict[str, Attack] = discover(__name__, __path__, Attack)
"""Every attack with its default parameters, by name."""
