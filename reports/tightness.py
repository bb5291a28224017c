"""How loose a proved inequality is: the largest left/right that an exact example attains."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeGuard

from reports.exhibits import Models, assumptions, with_constant
from theory.judge import Judgement
from theory.kernel.intervals import Interval, Real, Unseparated, interval, inverse
from theory.kernel.models import Evaluator, Model
from theory.kernel.terms import Formula, KernelError, Number, Relation, Statement
from theory.notation.document import Document, Tightness

ROUNDED = r"≈ -?\d{1,6}(\.\d{1,9})?(e[+-]\d{1,3})?"
EXACT = r"-?\d{1,2000}(/[1-9]\d{0,2000})?"


@dataclass(frozen=True)
class Attained:
    """The largest ratio of the smaller side to the larger one.

    ratio is None where no example was given, or where the larger side is 0 on all of them.
    """

    ratio: Real | None
    claimed: str
    best_proved: str
    comment: str = ""

    @property
    def shown(self) -> str | None:
        """The ratio as a fraction; an irrational one as a rounded decimal.

        >>> Attained(Fraction(1, 3), "", "").shown
        '1/3'
        """
        if self.ratio is None:
            return None
        if isinstance(self.ratio, Fraction):
            return str(self.ratio)
        return f"≈ {float(self.ratio.low):.6g}"

    @property
    def decimal(self) -> float | None:
        """The ratio, rounded."""
        if isinstance(self.ratio, Interval):
            return float(f"{float(self.ratio.low):.6g}")
        return None if self.ratio is None else float(self.ratio)

    @classmethod
    def read(cls, data: Any, comment: str) -> Attained:
        """What `as_json` wrote; raises ValueError for anything else.

        >>> Attained.read({"ratio": "≈ 0.707107", "claimed": "1", "best proved": "1"}, "").shown
        '≈ 0.707107'
        """
        if not isinstance(data, dict) or data.keys() != {"ratio", "claimed", "best proved"}:
            raise ValueError("tightness has a ratio, what is claimed, and what is proved")
        texts = [data["ratio"] or "0", data["claimed"], data["best proved"]]
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("tightness is given by texts")
        ratio: Real | None = None
        if data["ratio"] is not None and re.fullmatch(ROUNDED, data["ratio"], re.ASCII):
            low = Fraction(data["ratio"].removeprefix("≈ "))
            ratio = Interval(low, low)
        elif data["ratio"] is not None and re.fullmatch(EXACT, data["ratio"], re.ASCII):
            ratio = Fraction(data["ratio"])
        elif data["ratio"] is not None:
            raise ValueError(f"{data['ratio'][:40]!r} is no ratio")
        return cls(ratio, data["claimed"], data["best proved"], comment)

    def as_json(self) -> dict[str, str | None]:
        """The form in `audit.json`."""
        return {"ratio": self.shown, "claimed": self.claimed, "best proved": self.best_proved}


class Examples:
    """The examples of a document, on which its proved inequalities are measured."""

    def __init__(self, document: Document, models: Models | None = None) -> None:
        self.document = document
        self._models = models or Models(document)

    def attained(self, judgement: Judgement) -> Attained | None:
        """The tightness of a proved reading, if it is an inequality or its claim names constants.

        It is measured on the examples that the claim names and, unless equality holds there, on
        every other model of the document that satisfies what the reading was proved from.
        Raises KernelError where a named example does not.
        """
        tightness = judgement.claim.tightness or Tightness()
        statement = with_constant(judgement)
        if tightness.sides is not None:
            statement = Relation(tightness.sides[0], "<=", tightness.sides[1])
        named = dict.fromkeys(tightness.examples)
        best: Real | None = None
        shared = self._models.formula(statement)
        if is_inequality(shared):
            for build in (*named, *(b for b in self._shared if b not in named)):
                if best == 1 and build not in named:
                    break
                false = self._first_false(judgement, build)
                if false is not None and build in named:
                    raise KernelError(
                        f"an example for the tightness of {judgement.id} does not satisfy {false!r}"
                    )
                if false is None:
                    best = _larger(best, largest_ratio(self._models.evaluator(build), shared))
        if best is None and judgement.claim.tightness is None:
            return None
        claimed, proved = tightness.claimed or "1", tightness.best_proved or "1"
        return Attained(best, claimed, proved, tightness.comment)

    @cached_property
    def _shared(self) -> tuple[Callable[[], Model], ...]:
        """The witness models, and every example or counterexample of some claim."""
        claims = self.document.claims().values()
        found = [build for _, build in self.document.witnesses]
        for claim in claims:
            found += claim.tightness.examples if claim.tightness is not None else ()
        found += [
            reading.counterexample
            for claim in claims
            for reading in claim.readings
            if reading.counterexample is not None
        ]
        return tuple(dict.fromkeys(found))

    def _first_false(self, judgement: Judgement, build: Callable[[], Model]) -> str | None:
        """The first assumption of the reading that is not true on a model."""
        for name, formula in assumptions(self.document, judgement).items():
            if self._models.holds(build, formula) is not True:
                return name
        return None


def is_inequality(statement: Formula | Statement) -> TypeGuard[Relation]:
    """Whether a statement compares two sides of which neither is the number 0."""
    if not isinstance(statement, Relation) or statement.op == "=":
        return False
    return Number(Fraction(0)) not in (statement.left, statement.right)


def largest_ratio(evaluator: Evaluator, relation: Relation) -> Real | None:
    """The largest ratio of the smaller side to the larger one on a model, over all instances.

    Where equality is attained no further instance is looked at.
    """
    best: Real | None = None
    for at, outcome, _ in evaluator.instances(relation):
        try:
            small, large = evaluator.sides(relation, at, outcome)
            if relation.op in (">=", ">"):
                small, large = large, small
            if not isinstance(small, Real) or not isinstance(large, Real):
                return None
            if interval(large).low <= 0:
                continue
            ratio = small * inverse(large)
        except Unseparated:
            continue
        best = _larger(best, ratio)
        if best == 1:
            break
    return best


def _larger(one: Real | None, other: Real | None) -> Real | None:
    """The ratio that is certainly at least as large; the first where they cannot be told apart."""
    if one is None or other is None:
        return one if other is None else other
    return other if interval(other).low > interval(one).low else one
