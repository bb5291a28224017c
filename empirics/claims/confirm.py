"""Evaluate single sampled trials exactly: a float is a rational number, a trial a kernel model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction
from itertools import product
from math import nan

from empirics.batch import Batch
from empirics.claims.readings import Pathwise, Sides
from theory.kernel.intervals import Interval, Real, Unseparated, interval, sign
from theory.kernel.models import Element, Evaluator, Model, Outcome, Table, Value
from theory.kernel.sequences import signs
from theory.kernel.terms import (
    Atom,
    Call,
    Definition,
    Formula,
    IllTyped,
    Index,
    Relation,
    Signature,
    walk,
)


class Finding(StrEnum):
    """What exact evaluation says about a suspected violation."""

    VIOLATED = "violated"
    HOLDS = "holds"
    OUTSIDE = "does not meet the hypotheses"
    UNSEPARATED = "two irrational numbers cannot be told apart"


def model_of(batch: Batch, trial: int) -> Model:
    """One trial as a kernel model with a single outcome, exactly."""
    symbols, layout = batch.layout.signature.symbols, batch.layout
    fixed: dict[str, Table] = {}
    random: dict[str, Table] = {}
    for name, array in batch.tables.items():
        symbol = symbols[name]
        values = array[trial] if symbol.random else array
        table: dict[tuple[Element, ...], Value] = {}
        for places in product(*(range(layout.sizes[s]) for s in symbol.sets)):
            key = tuple(layout.element(s, p) for s, p in zip(symbol.sets, places, strict=True))
            entry = values[places]
            if symbol.sort == "vector":
                table[key] = tuple(map(Fraction, entry.tolist()))
            else:
                table[key] = Fraction(entry.item())
        (random if symbol.random else fixed)[name] = table
    return Model(fixed, [Outcome(Fraction(1), random)])


def known_signature(batch: Batch) -> Signature:
    """The signature without the symbols that have no table, and without what they define."""
    full = batch.layout.signature
    symbols = {name: s for name, s in full.symbols.items() if name in batch.tables}
    definitions: dict[str, Definition] = {}
    for name, definition in full.definitions.items():
        used = {x.name for x in walk(definition.body) if isinstance(x, Atom | Call)}
        if used <= {*symbols, *definitions}:
            definitions[name] = definition
    return replace(full, symbols=symbols, definitions=definitions)


class ExactTrial:
    """One trial of a batch as a model, with the relations it must meet."""

    def __init__(self, batch: Batch, trial: int, hypotheses: Iterable[Formula]) -> None:
        self.layout = batch.layout
        self.evaluator = Evaluator(known_signature(batch), model_of(batch, trial))
        self.meets = all(self.evaluator.holds(formula) is True for formula in hypotheses)

    def check(
        self, claim: Pathwise, places: Sequence[int], needs: Iterable[Formula] = ()
    ) -> tuple[Finding, float]:
        """Whether the claim is violated at these places of its axes, and small / large if so."""
        if not self.meets or not all(self.evaluator.holds(formula) is True for formula in needs):
            return Finding.OUTSIDE, nan
        at = {
            index: self.layout.element(index.set, place)
            for index, place in zip(claim.axes, places, strict=True)
        }
        if claim.index is None:
            true = self._holds(claim.relations[0], at)
        else:
            true = self._exists(claim, claim.index, at)
        finding = {True: Finding.HOLDS, False: Finding.VIOLATED, None: Finding.UNSEPARATED}[true]
        violated = finding == Finding.VIOLATED and claim.index is None
        return finding, self._ratio(claim.relations[0], at) if violated else nan

    def _exists(self, claim: Pathwise, index: Index, at: dict[Index, Element]) -> bool | None:
        """Whether some value of the index satisfies all relations for all inner indices."""
        answers: list[bool | None] = []
        for element in self.evaluator.elements[index.set]:
            verdicts = [
                self._holds(sides, {**at, index: element, **dict(zip(claim.inner, e, strict=True))})
                for e in product(*(self.evaluator.elements[i.set] for i in claim.inner))
                for sides in claim.relations
            ]
            answers.append(False if False in verdicts else None if None in verdicts else True)
        return True if True in answers else None if None in answers else False

    def _holds(self, sides: Sides, at: dict[Index, Element]) -> bool | None:
        relation = sides.relation
        if any(self.evaluator.value(x, at) != 1 for x in relation.given):
            return True
        try:
            left, right = self.evaluator.sides(relation, at, 0)
        except Unseparated:
            return None
        if isinstance(left, tuple) and isinstance(right, tuple):
            possible = [signs(a + -b) for a, b in zip(left, right, strict=True)]
            if any(0 not in s for s in possible):
                return False
            return all(s == {0} for s in possible) or None
        if not isinstance(left, Real) or not isinstance(right, Real):
            raise IllTyped("a number cannot be compared with a vector")
        return _compare(right + -left, relation.op)

    def _ratio(self, sides: Sides, at: dict[Index, Element]) -> float:
        relation: Relation = sides.relation
        left, right = self.evaluator.sides(relation, at, 0)
        if not isinstance(left, Real) or not isinstance(right, Real):
            return nan
        small, large = (right, left) if relation.op in (">=", ">") else (left, right)
        below, above = _middle(small), _middle(large)
        return float(below / above) if above > 0 else nan


def _compare(difference: Real, op: str) -> bool | None:
    """Whether right - left = difference satisfies left op right."""
    s = sign(difference)
    if s is None:
        assert isinstance(difference, Interval)
        at_least, at_most = difference.low >= 0, difference.high <= 0
        return True if (op == "<=" and at_least) or (op == ">=" and at_most) else None
    return {"<=": s >= 0, "<": s > 0, "=": s == 0, ">=": s <= 0, ">": s < 0}[op]


def _middle(x: Real) -> Fraction:
    return (interval(x).low + interval(x).high) / 2
