"""How safe the word PROVED is: the figures that `make assurance` measured, read from its JSON.

Each measurement in the file brings its own summary, so that nothing is counted or named twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reports.errors import WrongUsage

Figure = int | float | str


def load(path: Path) -> dict[str, Any]:
    """The figures of a file; raises WrongUsage where it is not one that `make assurance` wrote."""
    try:
        figures = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not JSON"
        raise WrongUsage(f"cannot read {path} ({reason}): run `make assurance`") from None
    if not isinstance(figures, dict) or not all(map(_is_measurement, figures.values())):
        raise WrongUsage(f"{path} has no figures: run `make assurance`")
    return figures


def _is_measurement(one: object) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(one.get("violations"), list)
        and isinstance(one.get("summary"), list)
        and all(isinstance(row, list) and len(row) == 2 for row in one["summary"])
    )


def summary(figures: Mapping[str, Any]) -> list[tuple[str, Figure]]:
    """What was counted, in the order of the measurements, as pairs of a label and a figure.

    >>> summary({"toy": {"violations": [], "summary": [["mutants", 12], ["of them proved", 0]]}})
    [('mutants', 12), ('of them proved', 0)]
    """
    return [(label, figure) for one in figures.values() for label, figure in one["summary"]]


def violations(figures: Mapping[str, Any]) -> list[str]:
    """What happened that must not, by measurement; empty where all is safe."""
    return [f"{name}: {what}" for name, one in figures.items() for what in one["violations"]]
