"""Printing: a term becomes a picture once (`compose.py`), and three backends spell it."""

from theory.notation.printing.printer import Printer

__all__ = ["Printer"]
