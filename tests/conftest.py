"""Settings for the whole test run."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The tests already share the processors among workers, and a figure needs no display.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")

settings.register_profile("local", deadline=None)
settings.register_profile("reproducible", deadline=None, derandomize=True)
settings.load_profile("reproducible" if os.environ.get("CI") else "local")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Guard against hanging: an hour for what is slow, for the rest what pyproject.toml says."""
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(3600))


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave alone what is not a test: the documents in tests/refusals must not be imported here."""
    if collection_path.is_file() and not collection_path.match("test_*.py"):
        return True
    return None
