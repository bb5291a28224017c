"""Laws of a correct worker's noise V - g: each file one model, found by listing this package."""

from empirics.discovery import discover
from empirics.interfaces import Model

MODELS: dict[str, Model] = discover(__name__, __path__, Model)
"""Every model with its default parameters, by name."""
