"""A toy document for the tests of the reports, loaded from its folder."""

import importlib.util
from pathlib import Path

import pytest

from reports.audit import audit

TOY = Path(__file__).parent / "toy"


def load_toy():
    """The toy's DOCUMENT, from the file as it stands."""
    spec = importlib.util.spec_from_file_location("toy_document", TOY / "document.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.DOCUMENT


@pytest.fixture(scope="session")
def toy():
    return load_toy()


@pytest.fixture(scope="session")
def toy_audit(toy):
    return audit(toy, {})
