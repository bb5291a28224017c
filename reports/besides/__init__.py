"""What a paper's own sections rest on besides the audit, in a module named after the paper; found.

Such a module has `checks()`, which replays it. It imports little, since `byzproof verify` is quick.
"""

from __future__ import annotations

from reports.documents import module_of
from theory.notation.document import Document


def checks(document: Document) -> list[tuple[str, str]]:
    """What is replayed, and why a checker refuses it: empty where both accept."""
    module = module_of(__name__, document)
    found: list[tuple[str, str]] = [] if module is None else module.checks()
    return found
