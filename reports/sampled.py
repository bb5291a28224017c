"""What a sample said, as a report shows it: kept in `run.json` beside the page, and read there.

The page is printed from this data alone, so it can be printed again. `read` takes numbers, and
words by a grammar; everything else is made by the program.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from empirics.claims.results import ClaimSample, DocumentSample
    from empirics.self_checks import Counts, SelfChecks

RUN = "run.json"
"""What only a run can say."""
VERDICTS = ("CONTRADICTED", "NOT CONTRADICTED", "NOT SAMPLED")
NUMBER = re.compile(r"-?(\d{1,17}(\.\d{1,20})?(e[+-]?\d{1,3})?|inf|nan)", re.ASCII)
PLAIN = re.compile(r"[a-z0-9 ,;:()-]{0,300}")
"""Words that can be nothing else; no capitals, so no verdict."""


class Outcomes(NamedTuple):
    """Instances of a claim, violated ones, those of the worst that were checked and confirmed."""

    instances: int
    suspects: int
    checked: int
    confirmed: int


class Ratio(NamedTuple):
    """The largest ratio left/right, and its standard error."""

    value: float
    standard_error: float


@dataclass(frozen=True)
class Seen:
    """What the sample says of one reading."""

    verdict: str
    note: str
    cells: int
    ratio: Ratio | None
    outcomes: Outcomes | None

    @classmethod
    def of(cls, claim: ClaimSample) -> Seen:
        """What is shown of it."""
        ratio, seen = claim.ratio, claim.outcomes
        return cls(
            claim.verdict,
            claim.reason,
            claim.cells,
            Ratio(float(ratio.value), float(ratio.standard_error)) if ratio else None,
            Outcomes(seen.instances, seen.suspects, seen.checked, seen.confirmed) if seen else None,
        )

    @classmethod
    def read(cls, data: Any, words: Words) -> Seen:
        """What was stored; raises ValueError for anything else."""
        verdict, note, cells, ratio, outcomes = data
        if verdict not in VERDICTS:
            raise ValueError(f"{str(verdict)[:40]!r} is no verdict of a sample")
        return cls(
            verdict,
            words.checked(note),
            _count(cells),
            Ratio(*map(_number, ratio)) if ratio is not None else None,
            Outcomes(*map(_count, outcomes)) if outcomes is not None else None,
        )

    def as_json(self) -> list[Any]:
        """The form in the file."""
        ratio = [*map(repr, self.ratio)] if self.ratio else None
        return [self.verdict, self.note, self.cells, ratio, self.outcomes]


@dataclass(frozen=True)
class Sampled:
    """The sample of a document, and the checks of its experiment."""

    trials: int
    cells: int
    level: float
    comparisons: int
    claims: Mapping[str, Seen]
    checks: Counts | None = None

    @classmethod
    def of(cls, sample: DocumentSample, checks: SelfChecks | None = None) -> Sampled:
        """What is shown of a sample."""
        return cls(
            sample.trials,
            len(sample.cells),
            sample.plan.level,
            sample.comparisons,
            {claim.claim: Seen.of(claim) for claim in sample.claims},
            checks.counts() if checks is not None else None,
        )

    @classmethod
    def read(cls, data: Any, words: Words) -> Sampled:
        """What was stored; raises ValueError, TypeError or KeyError for anything else."""
        from empirics.self_checks import Counts

        checks = data["checks"]
        if checks is not None:
            claims, contradicted, level, *others = checks
            whole = [*map(_count, others)]
            checks = Counts(_count(claims), _count(contradicted), _number(level), *whole)
        return cls(
            _count(data["trials"]),
            _count(data["cells"]),
            _number(data["level"]),
            _count(data["comparisons"]),
            {name: Seen.read(seen, words) for name, seen in data["claims"].items()},
            checks,
        )

    def as_json(self) -> dict[str, Any]:
        """The form in the file: numbers that are not whole are texts."""
        checks = self.checks
        return {
            "trials": self.trials,
            "cells": self.cells,
            "level": repr(self.level),
            "comparisons": self.comparisons,
            "claims": {name: seen.as_json() for name, seen in self.claims.items()},
            "checks": checks and [*checks[:2], repr(checks.level), *checks[3:]],
        }


class Words:
    """The notes that are believed to be a sample's: plain words, or what is known to be said."""

    def __init__(self, names: Collection[str], known: Collection[str] = ()) -> None:
        """names: what may be quoted in a note. known: notes that are made anew."""
        self.quoted = re.compile("|".join(re.escape(repr(name)) for name in names) or r"(?!)")
        self.known = {*known}

    def checked(self, note: Any) -> str:
        """The note; raises ValueError where it is something else."""
        if not isinstance(note, str):
            raise ValueError("a note is a text")
        if note not in self.known and not PLAIN.fullmatch(self.quoted.sub("", note)):
            raise ValueError(f"{note[:60]!r} is no note of a sample")
        return note


def as_text(document: str, drawn_with: Mapping[str, str], sample: Sampled | None) -> str:
    """The text of `run.json`; drawn_with: the versions of what draws the figures."""
    said = sample.as_json() if sample else None
    data = {"document": document, "drawn with": drawn_with, "sample": said}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _count(x: Any) -> int:
    if type(x) is not int or x < 0:
        raise ValueError(f"{str(x)[:40]!r} is no count")
    return x


def _number(x: Any) -> float:
    if not isinstance(x, str) or not NUMBER.fullmatch(x):
        raise ValueError(f"{str(x)[:40]!r} is no number")
    return float(x)
