"""The experiment for a document that brings none: small index sets and simple laws.

Random vectors and numbers are independent with one law (Gaussian, two-point or heavy-tailed), 0/1
variables are fair coins and choices uniform. Where the hypotheses say E X = v or E|X - v|^2 <= s
of a vector X, its law is centred and scaled so that they hold; an i.i.d. family shares the law of
its representative. All other hypotheses are evaluated, and what does not meet them is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import ClassVar

import numpy as np

from empirics.batch import Batch
from empirics.claims.expectations import mentions_expectation
from empirics.evaluate import Compiler, Evaluation, batch_of, evaluate
from empirics.experiments.base import Cell, Experiment
from empirics.experiments.filling import LAWS, SCALARS, fill_deterministic, fill_random
from empirics.interfaces import FloatArray
from theory.kernel.terms import (
    Atom,
    Expect,
    Formula,
    Iid,
    Inner,
    Integrable,
    KernelError,
    Relation,
    Signature,
    Term,
)

LARGEST_INTEGER = 7
_TRIED = 3000


@dataclass(frozen=True)
class Generic(Experiment):
    """Cells of (parameters, dimension, law)."""

    signature: Signature
    hypotheses: Mapping[str, Formula]
    name: ClassVar[str] = "generic"

    @classmethod
    def fit(cls, signature: Signature, hypotheses: Mapping[str, Formula]) -> Generic:
        """For every document."""
        return cls(signature, hypotheses)

    def guarantees(self, formula: Formula) -> bool:
        """I.i.d. families, integrability (all laws have four moments), and the moments set here."""
        if isinstance(formula, Iid | Integrable):
            return True
        means, spreads = self._moments()
        return any(formula is used for used, _ in (*means.values(), *spreads.values()))

    def cells(self, thorough: bool) -> list[Cell]:
        """Parameters that meet the hypotheses about them, spread over the small ones."""
        integers = sorted(n for n, s in self.signature.symbols.items() if s.sort == "integer")
        numbers = sorted(
            n for n, s in self.signature.symbols.items() if s.sort == "scalar" and not s.random
        )
        largest = LARGEST_INTEGER if len(integers) < 4 else 3
        values = sorted(
            product(range(largest + 1), repeat=len(integers)), key=lambda v: (sum(v), v)
        )
        cells: list[Cell] = []
        for number, choice in enumerate(values[:_TRIED]):
            scalars = [SCALARS[(number + k) % len(SCALARS)] for k in range(len(numbers))]
            cell = {
                "experiment": self.name,
                "integers": dict(zip(integers, choice, strict=True)),
                "numbers": dict(zip(numbers, scalars, strict=True)),
                "dimension": max(
                    1, dict(zip(integers, choice, strict=True)).get("d", 1 + number % 3)
                ),
                "law": LAWS[number % len(LAWS)],
            }
            if self._admissible(cell):
                cells.append(cell)
        wanted = 24 if thorough else 6
        near = cells[: 8 * wanted]
        return near[:: max(1, len(near) // wanted)][:wanted]

    def _admissible(self, cell: Cell) -> bool:
        """Whether the hypotheses that speak of parameters alone hold."""
        try:
            batch = batch_of(self.signature, self._parameters(cell), 1, cell["dimension"])
            if any(size > LARGEST_INTEGER + 3 for size in batch.layout.sizes.values()):
                return False
            compiler, evaluation = Compiler(self.signature), Evaluation(batch)
            for formula in self.hypotheses.values():
                if not isinstance(formula, Relation) or self.guarantees(formula):
                    continue
                sides = (formula.left, formula.right, *formula.given)
                if any(
                    self.signature.is_random(x) or mentions_expectation(self.signature, x)
                    for x in sides
                ):
                    continue
                if self.signature.check(formula.left) == "vector":
                    continue
                left, right = (evaluation.value(compiler.node(x)) for x in sides[:2])
                if left.size == right.size == 1 and not holds(
                    left.item(), formula.op, right.item()
                ):
                    return False
        except (ValueError, KernelError):
            return False
        return True

    def _parameters(self, cell: Cell) -> dict[str, FloatArray]:
        plain = {**cell["integers"], **cell["numbers"]}
        return {name: np.array(float(value)) for name, value in plain.items()}

    def draw(self, cell: Cell, rng: np.random.Generator, trials: int) -> Batch:
        """Deterministic tables depend on the cell alone, the others on `rng`."""
        dimension, law = cell["dimension"], cell["law"]
        fixed = fill_deterministic(self.signature, self._parameters(cell), cell, dimension)
        known = batch_of(self.signature, fixed, 1, dimension)
        tables = fill_random(self.signature, fixed, law, rng, trials, dimension)
        for name, symbol in self.signature.symbols.items():
            if symbol.random and symbol.sort == "vector":
                tables[name] = self._moved(name, tables[name], known)
        return batch_of(self.signature, tables, trials, dimension)

    def _moved(self, name: str, noise: FloatArray, known: Batch) -> FloatArray:
        """Centre and scale a standard vector as the hypotheses demand of its representative."""
        for formula in self.hypotheses.values():
            if isinstance(formula, Iid) and formula.family == name:
                name = formula.representative
                break
        means, spreads = self._moments()
        moved = noise
        if name in spreads:
            square = max(float(evaluate(spreads[name][1], known).item()), 0.0)
            moved = moved * (square / known.layout.dimension) ** 0.5
        return moved + evaluate(means[name][1], known)[0] if name in means else moved

    def _moments(self) -> tuple[Moments, Moments]:
        """For each vector X the first hypothesis E X = v with its v, and E|X - v|^2 = s with s."""
        means, spreads = Moments(), Moments()
        for formula in self.hypotheses.values():
            match formula:
                case Relation(Expect(Atom(name, ())), "=", Atom(_, ()) as value, ()):
                    means.setdefault(name, (formula, value))
        for formula in self.hypotheses.values():
            match formula:
                case Relation(Expect(Inner(u, w)), "<=" | "=", bound, ()) if u == w:
                    if self.signature.is_random(bound):
                        continue
                    for name, (_, centre) in means.items():
                        if u == Atom(name) - centre and not mentions_expectation(
                            self.signature, bound
                        ):
                            spreads.setdefault(name, (formula, bound))
        return means, spreads


Moments = dict[str, tuple[Relation, Term]]


def holds(left: float, op: str, right: float) -> bool:
    """Whether a relation between two numbers holds, up to rounding for an equation."""
    if op == "=":
        return abs(left - right) <= 1e-9 * (abs(left) + abs(right))
    return {"<=": left <= right, "<": left < right, ">=": left >= right, ">": left > right}[op]
