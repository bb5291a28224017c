"""Attacks that send what is no number: Krum refuses it, and a rule that does not can be steered.

They are kept apart from `ATTACKS`, since no theorem speaks of such vectors.
"""

from empirics.discovery import discover
from empirics.interfaces import Attack

NOT_FINITE: dict[str, Attack] = discover(__name__, __path__, Attack)
"""Every attack of this folder with its default parameters, by name."""
