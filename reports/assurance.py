"""How safe the word PROVED is: the figures that `make assurance` measured, read from its JSON.

Nothing but numbers and the commit they were measured on is taken from the file. What they mean is
said here: a label or figure of another form than `MEASURED` has is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from reports.errors import WrongUsage

NUMBER = r"\d[\d,]{0,20}(?:\.\d{1,20})?(?:e[+-]\d{1,3})?"
COMMIT = re.compile(r"[0-9a-f]{40}( and changes)?")
LIMITS = "found in # of # runs (exact limits #% to #%)"
ALARMS = "# (exact 95 % limit of the rate: #)"
MEASURED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "calibration": (
        ("runs of the whole sampling pipeline on true, sharp claims", "#"),
        ("false alarms at level #", ALARMS),
    ),
    "certificate mutants": (
        ("mutants of certificates", "#"),
        ("refused by both checkers", "#"),
        ("refused as proofs of another statement", "#"),
        ("refused as they assume what the document does not", "#"),
        ("accepted by both, as they still prove the claim", "#"),
        ("on which the checkers disagree, or which prove too much", "#"),
    ),
    "fuzzing": (
        ("hostile certificates", "#"),
        ("hostile reports", "#"),
        ("hostile files that are none", "#"),
        ("hostile answers of a document's process", "#"),
        ("hostile messages of a document's process", "#"),
        ("hostile documents", "#"),
        ("hostile command lines", "#"),
        ("that crashed, hung, proved what is false or ended otherwise than documented", "#"),
    ),
    "hypothesis mutants": (
        ("theorems with a hypothesis changed or dropped", "#"),
        ("of them refuted by an exact model", "#"),
        ("refuted ones that the kernel let through", "#"),
        ("proved from the changed hypothesis", "#"),
        ("proved from a weaker hypothesis (the claim is loose)", "#"),
        ("unsettled", "#"),
    ),
    "kernel mutants": (
        ("mutants of the kernel", "# of #"),
        ("killed by a test", "#"),
        ("survivors, each explained", "#"),
    ),
    "side conditions": (
        ("mutants of the kernel that drop one side condition of FORMAT", "# of #"),
        ("killed by the semantic fuzzer", "#"),
        ("killed by a refusal", "#"),
        ("killed by a unit test alone", "#"),
        ("survivors, each explained", "#"),
    ),
    "krum_choices": (
        ("trials in which Krum's choice was compared with exact arithmetic", "#"),
        ("of them, chosen otherwise", "#"),
        ("exact arithmetic needed, of # trials of noise", "#"),
        ("exact arithmetic needed, of # trials on a lattice", "#"),
    ),
    "planted faults": (
        ("planted faults of rules, models, attacks and seeds", "#"),
        (
            "of them found in every run, # trials of a cell",
            "# (# runs, exact lower limit of each rate: #%)",
        ),
        ("gradient biased by # sigma, # trials of a cell", LIMITS),
        ("variance times #, # trials of a cell", LIMITS),
        ("workers correlated by #, # trials of a cell", LIMITS),
        ("bound #% too small, # trials of a cell", LIMITS),
        ("none, # trials of a cell", LIMITS),
    ),
    "reproducible": (
        ("runs of the report with other hashes, locales, zones, processes", "#"),
        ("files of the report", "#"),
        ("of them not the same in all runs", "#"),
    ),
    "robustness coefficient": (
        ("kappa* certified and attained, settings", "#"),
        ("largest relative gap", "#"),
        ("configurations that tried to exceed kappa*", "#"),
    ),
    "statement mutants": (
        ("mutants of claims", "#"),
        ("of them refuted by an exact model", "#"),
        ("refuted ones that the kernel let through", "#"),
        ("proved and weaker than the claim", "#"),
        ("proved and stronger than the claim (it is loose)", "#"),
        ("unsettled", "#"),
    ),
    "witness models": (
        ("exact models", "#"),
        ("theorems evaluated on models of their assumptions", "#"),
        ("evaluations of them", "#"),
        ("theorems evaluated at n = 2f + 3", "#"),
        ("theorems evaluated at f = 0", "#"),
        ("theorems evaluated at d = 1", "#"),
        ("pairs of a theorem and an assumption", "#"),
        ("of them shown necessary by a counterexample", "#"),
    ),
}
"""The labels and figures of each measurement; # stands for a number."""


class Figure(NamedTuple):
    """One thing that was counted."""

    label: str
    figure: str
    commit: str
    """What it was measured on; empty where that was not recorded."""


def load(path: Path) -> list[Figure]:
    """What a file says was counted, in the order of the measurements.

    Raises WrongUsage where it says anything else, or is not one that `make assurance` wrote.
    """
    try:
        measurements = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or "not JSON"
        raise WrongUsage(f"cannot read {path} ({reason}): run `make assurance`") from None
    if not isinstance(measurements, dict):
        raise WrongUsage(f"{path} has no figures: run `make assurance`")
    try:
        return [figure for name, one in measurements.items() for figure in figures(name, one)]
    except ValueError as wrong:
        raise WrongUsage(f"{path}: {wrong}: run `make assurance`") from None


def figures(name: str, measurement: Any) -> Iterator[Figure]:
    """What one measurement counted; raises ValueError for what has no meaning here.

    >>> next(figures("reproducible", {"summary": [["files of the report", 28]]})).figure
    '28'
    """
    if name not in MEASURED:
        raise ValueError(f"{name[:60]!r} is no known measurement")
    if not isinstance(measurement, dict) or not isinstance(measurement.get("summary"), list):
        raise ValueError(f"{name} has no summary")
    commit = measurement.get("commit", "")
    if commit and not (isinstance(commit, str) and COMMIT.fullmatch(commit)):
        raise ValueError(f"{name} was measured on {str(commit)[:60]!r}, which is no commit")
    for row in measurement["summary"]:
        if not isinstance(row, list) or len(row) != 2:
            raise ValueError(f"{name} has a figure without a label")
        label, figure = str(row[0]), str(row[1])
        if not any(_is(label, a) and _is(figure, b) for a, b in MEASURED[name]):
            raise ValueError(f"{name} says {label[:60]!r}: {figure[:60]!r}, of an unknown form")
        yield Figure(label, figure, commit)


def _is(text: str, form: str) -> bool:
    return re.fullmatch(re.escape(form).replace(r"\#", NUMBER), text, re.ASCII) is not None


def violations(figures: Mapping[str, Any]) -> list[str]:
    """What happened that must not, by measurement; empty where all is safe."""
    return [f"{name}: {what}" for name, one in figures.items() for what in one["violations"]]
