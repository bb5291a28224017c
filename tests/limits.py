"""How long tests wait: guards against hanging, which measure nothing and decide nothing."""

LIMIT = 600.0
"""Seconds for another process to end, or for something to become true; a test has 900."""
