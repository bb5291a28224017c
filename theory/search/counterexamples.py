"""Small exact models on which a claim is false, or on which all hypotheses hold.

Many models of one shape are tried at once with small rational values, in floating point; the
promising ones are rebuilt with fractions, checked by the kernel's evaluator, and simplified.
Everything is seeded and counted: the same document gives the same model on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from theory.kernel.formulas import owed
from theory.kernel.intervals import Unseparated
from theory.kernel.models import Evaluator, Model
from theory.kernel.rules import Kernel
from theory.kernel.terms import (
    Exists,
    Formula,
    KernelError,
    Relation,
    Signature,
    Statement,
    Term,
)
from theory.search.equations import Equations
from theory.search.numerics import Batch, Sampler, is_false, missed
from theory.search.shapes import LAWS, Shape, Slot, shapes

POOL = ("0", "1", "-1", "2", "-2", "1/2", "3", "-3", "4", "5", "10", "100", "-1/2", "1/3", "1/4")
"""The values that are tried, simpler ones first; each model draws from the first few of them."""

LIMITS = (3, 7, len(POOL))

POPULATION = 240
SEED = 20170308


@dataclass(frozen=True)
class Task:
    """What a model has to satisfy, and the claim that it has to falsify (if any)."""

    signature: Signature
    hypotheses: tuple[Formula, ...]
    claim: Relation | Exists | None

    @property
    def relations(self) -> list[Relation]:
        """The hypotheses that are relations."""
        return [h for h in self.hypotheses if isinstance(h, Relation)]

    def terms(self) -> list[Term]:
        """The terms of the claim."""
        match self.claim:
            case Relation(left, _, right, given):
                return [left, right, *given]
            case Exists(_, relations, _):
                return [t for r in relations for t in (r.left, r.right, *r.given)]
        return []

    def solved_by(self, model: Model) -> bool:
        """Whether the model does it, by exact evaluation."""
        try:
            evaluator = Evaluator(self.signature, model)
            if not all(evaluator.holds(h) is True for h in self.hypotheses):
                return False
            return self.claim is None or evaluator.holds(self.claim) is False
        except (KernelError, Unseparated):
            return False


def refute(
    signature: Signature,
    hypotheses: Mapping[str, Formula],
    statement: Statement,
    *,
    generations: int = 4,
    largest: int = 99,
) -> Model | None:
    """The smallest model found on which the hypotheses hold and the statement is false.

    The statement denotes on it: no denominator is 0 and no radicand negative.
    largest: the largest sum of elements, outcomes and dimension that is tried.

    >>> from theory.notation.language import Language, norm
    >>> language = Language()
    >>> u, v = language.plain_vector("u"), language.plain_vector("v")
    >>> model = refute(language.signature, {}, norm(u + v) <= norm(u))
    >>> model.tables["u"][()], model.tables["v"][()]
    ((Fraction(0, 1),), (Fraction(1, 1),))
    """
    if not isinstance(statement, (Relation, Exists)):
        return None
    kernel = Kernel(signature)
    needed = [o for h in (*hypotheses.values(), statement) for o in _obligations(kernel, h)]
    facts = (*hypotheses.values(), *dict.fromkeys(needed))
    return _smallest(Task(signature, facts, statement), generations, largest)


def satisfy(
    signature: Signature, hypotheses: Mapping[str, Formula], *, generations: int = 8
) -> Model | None:
    """A small model on which all hypotheses hold: they do not contradict each other."""
    return _smallest(Task(signature, tuple(hypotheses.values()), None), generations)


def _obligations(kernel: Kernel, formula: Formula | Statement) -> list[Relation]:
    if not isinstance(formula, (Relation, Exists)):
        return []
    return [o for o in owed(kernel.signature, formula) if isinstance(o, Relation)]


def _smallest(task: Task, generations: int, largest: int = 99) -> Model | None:
    """The first hit in order of size; the shapes before it are then searched harder."""
    candidates = shapes(task.signature, task.hypotheses, task.terms())
    for position, shape in enumerate(candidates):
        if sum(shape.size) > largest:
            break
        found = _Search(task, shape).run(generations)
        if found is not None:
            for earlier in candidates[:position]:
                better = _Search(task, earlier).run(3 * generations)
                if better is not None:
                    return better
            return found
    return None


class _Search:
    """The search of one shape."""

    def __init__(self, task: Task, shape: Shape) -> None:
        import numpy

        self.np = numpy
        self.task = task
        self.shape = shape
        self.laws = LAWS[shape.atoms]
        self.equations = Equations(task.signature, task.relations, shape)
        self.free = [s for s in shape.slots if s not in self.equations.solved]
        self.random = numpy.random.default_rng([SEED, *shape.size])
        self.pool = [Fraction(text) for text in POOL]

    def run(self, generations: int) -> Model | None:
        """A simplified model, or None."""
        genes = self._fresh(POPULATION)
        for generation in range(generations if self.free else 1):
            score, false = self._scores(genes)
            order = self.np.argsort(score, kind="stable")
            hits = [row for row in order[:60] if score[row] <= 0 and false[row]]
            hits = sorted(hits, key=lambda row: self._complexity(genes[row]))[:12]
            for row in hits:
                law, values = self._values(genes[row])
                model = self._exact(law, values)
                if model is not None:
                    return self._simplified(law, values, model)
            if generation + 1 < generations:
                genes = self._next(genes[order])
        return None

    # -- genes: the law, then for each free slot the entries of its value --------------------

    def _width(self, slot: Slot) -> int:
        return self.shape.dimension if slot.sort in ("vector", "law") else 1

    def _fresh(self, count: int) -> Any:
        columns = [self.random.integers(0, len(self.laws), count)]
        limit = self.random.choice(LIMITS, count)
        for slot in self.free:
            columns += [self._draw(slot, limit) for _ in range(self._width(slot))]
        return self.np.stack(columns, axis=1)

    def _draw(self, slot: Slot, limit: Any) -> Any:
        if slot.sort == "indicator":
            return self.random.integers(0, 2, len(limit))
        if slot.sort == "choice":
            return self.random.integers(0, slot.options, len(limit))
        return (self.random.random(len(limit)) * limit).astype(int)

    def _next(self, ranked: Any) -> Any:
        """Children of the better quarter with one to three entries changed, and newcomers."""
        count = len(ranked)
        parents = ranked[self.random.integers(0, count // 4, count // 2)].copy()
        fresh = self._fresh(len(parents))
        changes = self.random.integers(1, 4, len(parents))
        for k in range(3):
            column = self.random.integers(0, parents.shape[1], len(parents))
            rows = self.np.flatnonzero(changes > k)
            parents[rows, column[rows]] = fresh[rows, column[rows]]
        rest = count - count // 4 - len(parents)
        return self.np.concatenate([ranked[: count // 4], parents, self._fresh(rest)])

    def _complexity(self, row: Any) -> tuple[int, list[int]]:
        return int(sum(row)), [int(g) for g in row]

    def _values(self, row: Any) -> tuple[Sequence[Fraction], dict[Slot, Any]]:
        values: dict[Slot, Any] = {}
        column = 1
        for slot in self.free:
            genes = [int(g) for g in row[column : column + self._width(slot)]]
            column += self._width(slot)
            values[slot] = self._value(slot, genes)
        return self.laws[int(row[0])], values

    def _value(self, slot: Slot, genes: Sequence[int]) -> Any:
        if slot.sort in ("indicator", "choice"):
            return Fraction(genes[0])
        numbers = tuple(self.pool[g] for g in genes)
        if slot.sort == "integer":
            return Fraction(numbers[0].numerator)
        return numbers if slot.sort in ("vector", "law") else numbers[0]

    # -- scores ------------------------------------------------------------------------------

    def _scores(self, genes: Any) -> tuple[Any, Any]:
        """How badly each model misses the hypotheses (then how well it keeps the claim)."""
        np = self.np
        sampler = Sampler(self.task.signature, self._batch(genes))
        sampler = self.equations.solve_batch(sampler)
        penalty = np.zeros(len(genes))
        for h in self.task.relations:
            penalty = penalty + np.minimum(missed(h.op, sampler.excess(h)), 1e6)
        false = np.ones(len(genes), dtype=bool)
        score = penalty
        if self.task.claim is not None:
            claim = self.task.claim
            excess = np.broadcast_to(sampler.excess(claim), (len(genes),))
            op = claim.op if isinstance(claim, Relation) else claim.relations[0].op
            false = is_false(op, excess)
            score = penalty + np.where(false, 0.0, 1e-3 + np.minimum(np.maximum(-excess, 0), 1e3))
        return score, false

    def _batch(self, genes: Any) -> Batch:
        np, shape = self.np, self.shape
        pool = np.array([float(v) for v in self.pool])
        values: dict[Slot, Any] = {}
        column = 1
        for slot in self.free:
            width = self._width(slot)
            block = genes[:, column : column + width]
            column += width
            if slot.sort in ("indicator", "choice"):
                values[slot] = block[:, 0].astype(float)
            elif slot.sort == "integer":
                numerators = np.array([float(v.numerator) for v in self.pool])
                values[slot] = numerators[block[:, 0]]
            else:
                numbers = pool[block]
                values[slot] = numbers if slot.sort in ("vector", "law") else numbers[:, 0]
        laws = np.array([[float(p) for p in shape.chances(law)] for law in self.laws])
        for slot in self.equations.solved:
            blank = np.zeros((len(genes), self._width(slot)))
            values[slot] = blank if slot.sort in ("vector", "law") else blank[:, 0]
        return batch_of(shape, values, laws[genes[:, 0]])

    # -- exact ---------------------------------------------------------------------------------

    def _exact(self, law: Sequence[Fraction], values: Mapping[Slot, Any]) -> Model | None:
        complete = self.equations.solve_exactly(law, values)
        if complete is None:
            return None
        model = self.shape.model(law, complete)
        return model if self.task.solved_by(model) else None

    def _simplified(self, law: Sequence[Fraction], values: dict[Slot, Any], model: Model) -> Model:
        """The model with as many zeros and ones as it stands, one value at a time."""
        for slot in self.free:
            if slot.sort == "choice":
                continue
            for simpler in self._simpler(slot, values[slot]):
                tried = self._exact(law, {**values, slot: simpler})
                if tried is not None:
                    values, model = {**values, slot: simpler}, tried
                    break
        even = self.laws[0]
        return self._exact(even, values) or model if law != even else model

    def _simpler(self, slot: Slot, value: Any) -> list[Any]:
        small = [Fraction(0), Fraction(1), Fraction(-1), Fraction(2)]
        if slot.sort in ("indicator", "integer", "scalar"):
            usable = small[:2] if slot.sort == "indicator" else small
            return usable[: usable.index(value)] if value in usable else usable
        found: list[Any] = []
        for k in range(len(value)):
            known = small.index(value[k]) if value[k] in small else len(small)
            found += [(*value[:k], v, *value[k + 1 :]) for v in small[:known]]
        zero = tuple(Fraction(0) for _ in value)
        return [zero, *found] if value != zero else []


def batch_of(shape: Shape, values: Mapping[Slot, Any], probabilities: Any) -> Batch:
    """The arrays of every symbol, from one array of values for each slot."""
    import numpy as np

    tables: dict[str, dict[Any, Any]] = {name: {} for name in shape.signature.symbols}
    for name, value in shape.integers.items():
        tables[name][()] = np.full((1, 1), float(value))
    columns: dict[tuple[str, Any], list[Any]] = {}
    for slot, array in values.items():
        if slot.sort == "law":
            continue
        keys: list[tuple[Any, Any]] = [(slot.key, array)]
        if slot.sort == "choice":
            last = shape.elements[shape.signature.symbols[slot.name].sets[-1]]
            keys = [((*slot.key, e), (array == k).astype(float)) for k, e in enumerate(last)]
        for key, entry in keys:
            columns.setdefault((slot.name, key), []).append(entry)
    for (name, key), arrays in columns.items():
        tables[name][key] = np.stack(arrays, axis=1)
    atoms = {(s.name, s.options): v for s, v in values.items() if s.sort == "law"}
    for position, (iid, e) in enumerate(shape.members()):
        drawn = [atoms[iid.representative, draw[position]] for draw in shape.draws]
        tables[iid.family][e,] = np.stack(drawn, axis=1)
        tables[iid.representative].setdefault((), tables[iid.family][e,])
    for iid in shape.iids:
        drawn = [atoms[iid.representative, draw[0]] for draw in shape.draws]
        tables[iid.representative].setdefault((), np.stack(drawn, axis=1))
    return Batch(shape.elements, tables, probabilities, shape.dimension)
