"""Krum on laws with finitely many values, where every expectation is known exactly.

An outcome is one value of the noise of each worker and of the extra draw G. All outcomes of a cell
are listed with their probabilities, so that a trial is one row of the list, and the kernel's own
evaluation on finite models gives the exact value of any expectation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from math import prod
from typing import ClassVar, NamedTuple

import numpy as np

from empirics.attacks import ATTACKS
from empirics.batch import Batch
from empirics.claims.confirm import known_signature, model_of
from empirics.evaluate import batch_of
from empirics.experiments.base import Cell, Experiment
from empirics.experiments.filling import one_hot
from empirics.interfaces import FloatArray, Model
from empirics.models.three_point import ThreePoint
from empirics.models.two_point import TwoPoint
from empirics.rules.krum import select
from theory.kernel.models import Evaluator, Outcome
from theory.kernel.models import Model as FiniteModel
from theory.kernel.terms import Formula, Iid, Relation, Signature, Term
from theory.notation.document import Claim, Document, Reading, Step
from theory.notation.language import Language, differ, expectation, squared

LAWS: dict[str, Model] = {
    model.label: model
    for model in (
        TwoPoint(Fraction(1, 2)),
        TwoPoint(Fraction(1, 5)),
        TwoPoint(Fraction(1, 17)),
        ThreePoint(2),
    )
}
"""Laws whose values are multiples of a power of two, so that floats hold them exactly."""


def cell(n: int, f: int, d: int, law: str, attack: str) -> Cell:
    """One setting; its attack must not be random."""
    return {"n": n, "f": f, "d": d, "law": law, "attack": attack}


CELLS = (
    cell(3, 0, 1, "two_point(p=1/2)", "none"),
    cell(5, 1, 1, "two_point(p=1/5)", "ipm"),
    cell(3, 0, 2, "two_point(p=1/5)", "none"),
    cell(5, 1, 1, "three_point(a=2)", "mimic"),
    cell(7, 2, 1, "two_point(p=1/17)", "alie"),
    cell(11, 4, 1, "two_point(p=1/5)", "optimised_ipm"),
)

language = Language()
n, f, d = (language.integer(name) for name in "nfd")
correct = language.index_set("C", n - f, "correct")
byzantine = language.index_set("Y", f, "byz")
workers = language.union("W", correct, byzantine)
i, j, w = correct.index("i"), correct.index("j"), workers.index("w")
g = language.plain_vector("g")
V = language.vector("V", workers, random=True)
G = language.plain_vector("G", random=True)
chosen = language.choice("chosen", workers)
Krum = language.abbreviation("Krum", chosen.at(w, V[w]))
E = expectation

SIDES: dict[str, tuple[Term, str, Term]] = {
    "square": (E(squared(Krum - g)), "<=", E(squared(G - g))),
    "bias": (squared(E(Krum) - g), "<=", E(squared(G - g))),
    "angle": (E(Krum) @ g, ">=", squared(g)),
    "second moment": (E(squared(Krum)), "<=", E(squared(G))),
    "fourth moment": (E(squared(Krum) ** 2), "<=", E(squared(G) ** 2)),
    "distance": (E(squared(V[i] - V[j])), "=", E(squared(G - g))),
    "mean": (E(Krum @ g), "=", squared(g)),
    "variance of Krum": (E(squared(Krum - E(Krum))), "=", E(squared(G - g))),
}
"""What the paper's claims compare, in their shapes: left, relation, and what a constant scales."""

CONSTANTS = {name: language.scalar(f"constant of the {name}".replace(" ", "_")) for name in SIDES}

HYPOTHESES: dict[str, Formula] = {
    "enough workers": n > 2 * f + 2,
    "i.i.d.": Iid("V", "C", "G"),
    "noise": E(squared(G - g)) >= Fraction(1, 2) * d,
}
"""The last is not guaranteed but looked at in every run, as hypotheses about means are."""


def document(tighter: Mapping[str, Fraction] | None = None) -> Document:
    """The claims with their exact constants, some of them tightened by a fraction.

    "<=" and "=" lose that fraction of the constant, ">=" gains it.
    """
    claims = []
    for name, (left, op, right) in SIDES.items():
        by = (tighter or {}).get(name, Fraction(0))
        factor = 1 + by if op == ">=" else 1 - by
        statement = Relation(left, op, factor * CONSTANTS[name] * right)
        if name == "distance":
            statement = statement.when(differ(i, j))
        claims.append(Claim(name, name, (Reading("as written", statement),)))
    parallelogram = (squared(Krum + G) + squared(Krum - G)).eq(2 * squared(Krum) + 2 * squared(G))
    claims.append(Claim("at every outcome", "", (Reading("as written", parallelogram),)))
    return Document("null", "Null", language, HYPOTHESES, (Step("1", "1", tuple(claims)),))


class Outcomes(NamedTuple):
    """All outcomes of a cell."""

    batch: Batch
    """One trial for each."""
    probabilities: tuple[Fraction, ...]


@dataclass(frozen=True)
class FiniteKrum(Experiment):
    """Trials are outcomes of a cell, drawn with their probabilities."""

    name: ClassVar[str] = "finite krum"

    @classmethod
    def fit(cls, signature: Signature, hypotheses: Mapping[str, Formula]) -> FiniteKrum | None:
        """For this file's language alone."""
        return cls() if signature == language.signature else None

    def cells(self, thorough: bool) -> list[Cell]:
        """The same for every plan."""
        return list(CELLS)

    def guarantees(self, formula: Formula) -> bool:
        """All but what is to be looked at."""
        return formula != HYPOTHESES["noise"]

    def draw(self, cell: Cell, rng: np.random.Generator, trials: int) -> Batch:
        """Independent rows of the list of outcomes."""
        batch, cumulative = _prepared(tuple(cell.items()))
        rows = np.searchsorted(cumulative, rng.random(trials), side="right")
        return batch.select(rows, trials)


@cache
def _prepared(items: tuple[tuple[str, int | str], ...]) -> tuple[Batch, FloatArray]:
    """The outcomes with the constants of the claims, and their cumulative probabilities."""
    found = outcomes(items)
    constants = {f"constant_of_the_{name}".replace(" ", "_"): x for name, x in exact(items).items()}
    tables = {**found.batch.tables, **{name: np.array(float(x)) for name, x in constants.items()}}
    batch = batch_of(language.signature, tables, found.batch.trials, found.batch.layout.dimension)
    cumulative = np.cumsum([float(p) for p in found.probabilities])
    return batch, cumulative / cumulative[-1]


@cache
def outcomes(items: tuple[tuple[str, int | str], ...]) -> Outcomes:
    """All outcomes of the cell with these items; those that differ in the order alone are kept."""
    cell = dict(items)
    count, byzantines, dimension = int(cell["n"]), int(cell["f"]), int(cell["d"])
    support = LAWS[str(cell["law"])].support(dimension, Fraction(1))
    assert support is not None
    members = count - byzantines
    draws = list(product(support, repeat=members + 1))
    noise = np.array([[[float(x) for x in vector] for vector, _ in draw] for draw in draws])
    gradient = np.full(dimension, 2.0)
    offsets = noise[:, :members]
    if byzantines:
        rng = np.random.default_rng(0)
        attack = ATTACKS[str(cell["attack"])]
        offsets = np.concatenate([offsets, attack(rng, offsets, gradient, byzantines)], axis=1)
    vectors = gradient + offsets
    tables = {
        "n": np.array(float(count)),
        "f": np.array(float(byzantines)),
        "d": np.array(float(dimension)),
        "g": gradient,
        "V": vectors,
        "G": gradient + noise[:, members],
        "chosen": one_hot(select(vectors, byzantines).chosen, count),
    }
    batch = batch_of(language.signature, tables, len(draws), dimension)
    return Outcomes(batch, tuple(prod((p for _, p in draw), start=Fraction(1)) for draw in draws))


@cache
def exact(items: tuple[tuple[str, int | str], ...]) -> dict[str, Fraction]:
    """For each claim left / right, exactly: the constant with which both sides are equal."""
    batch, probabilities = outcomes(items)
    trials = [model_of(batch, trial) for trial in range(batch.trials)]
    rows = [
        Outcome(p, trial.outcomes[0].tables) for p, trial in zip(probabilities, trials, strict=True)
    ]
    evaluator = Evaluator(known_signature(batch), FiniteModel(trials[0].tables, rows))
    at = {i: ("C", 0), j: ("C", 1)}
    constants = {}
    for name, (left, _, right) in SIDES.items():
        below, above = evaluator.value(left, at), evaluator.value(right, at)
        assert isinstance(below, Fraction)
        assert isinstance(above, Fraction)
        constants[name] = below / above
    return constants
