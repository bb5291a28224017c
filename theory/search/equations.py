"""Hypotheses that are equations: one value of each is computed from the others, not guessed.

E(G) = g gives g; E|G - g|^2 = d sigma^2 gives sigma^2; Sum l_i = 1 gives the last l_i. A value is
solved for where the equation is linear in it and no equation before it speaks of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from theory.kernel.formulas import walk_names
from theory.kernel.intervals import Unseparated
from theory.kernel.models import Element, Evaluator
from theory.kernel.terms import (
    Atom,
    Call,
    Expect,
    Index,
    Inner,
    KernelError,
    Plus,
    Power,
    Quotient,
    Relation,
    Signature,
    Term,
    Times,
    Total,
    children,
    free_indices,
    rebuild,
    walk,
)
from theory.search.numerics import Batch, Sampler
from theory.search.shapes import Shape, Slot


@dataclass(frozen=True)
class Solved:
    """An equation at indices and an outcome (None: deterministic), and the slot that it fixes."""

    relation: Relation
    at: tuple[tuple[Index, Element], ...]
    outcome: int | None
    slot: Slot


class Equations:
    """The plan for one shape: which slot each equation fixes, in which order."""

    def __init__(self, signature: Signature, relations: Sequence[Relation], shape: Shape) -> None:
        self.signature = signature
        self.shape = shape
        self.plan: list[Solved] = []
        seen: set[Slot] = set()
        equations = [r for r in relations if r.op == "=" and not r.given]
        for r in sorted(
            equations, key=lambda r: len(list(walk(r.left))) + len(list(walk(r.right)))
        ):
            for at, outcome in self._places(r):
                mine = self._slots(r, at, outcome)
                sort = signature.check(r.left)
                usable = [s for s in mine if s not in seen and s.sort == sort]
                linear = [s for s in usable if _linear(signature, r, s.name)]
                if usable:
                    slot = (linear or usable)[-1]
                    self.plan.append(Solved(r, tuple(at.items()), outcome, slot))
                seen |= set(mine)
        self.solved = {s.slot for s in self.plan}

    def _places(self, r: Relation) -> Iterator[tuple[dict[Index, Element], int | None]]:
        free = sorted(free_indices(r.left) | free_indices(r.right))
        random = any(self.signature.is_random(t) for t in (r.left, r.right))
        outcomes: Sequence[int | None] = range(len(self.shape.draws)) if random else [None]
        for choice in product(*(self.shape.elements[i.set] for i in free)):
            for outcome in outcomes:
                yield dict(zip(free, choice, strict=True)), outcome

    def _slots(self, r: Relation, at: Mapping[Index, Element], outcome: int | None) -> list[Slot]:
        """The slots that the equation speaks of, those it names directly at the end."""
        names = walk_names(_unfolded(self.signature, r.left)) | walk_names(
            _unfolded(self.signature, r.right)
        )
        mine = [s for s in self.shape.slots if s.name in names]
        if outcome is not None:
            mine = [s for s in mine if s.outcome in (None, outcome)]
        direct = {
            (x.name, tuple(at[i] for i in x.indices))
            for side in (r.left, r.right)
            for x in walk(side)
            if isinstance(x, Atom) and all(i in at for i in x.indices)
        }
        mine.sort(key=lambda s: ((s.name, s.key) in direct, s.outcome is None))
        return mine

    # -- many models at once -------------------------------------------------------------------

    def solve_batch(self, sampler: Sampler) -> Sampler:
        """The sampler with the solved slots filled in; where an equation is not linear, 0."""
        np = sampler.np
        for solved in self.plan:
            at = dict(solved.at)
            column = slice(None) if solved.outcome is None else solved.outcome
            values = []
            for trial in (0.0, 1.0):
                sampler = self._with(sampler, solved.slot, trial)
                d = sampler.value(solved.relation.left, at) - sampler.value(
                    solved.relation.right, at
                )
                values.append(_column(d, column))
            slope = values[1] - values[0]
            safe = abs(slope) > 1e-12
            root = np.divide(-values[0], slope, out=np.zeros_like(slope * values[0]), where=safe)
            sampler = self._with(sampler, solved.slot, root)
        return sampler

    def _with(self, sampler: Sampler, slot: Slot, value: Any) -> Sampler:
        np = sampler.np
        batch = sampler.batch
        table = dict(batch.tables[slot.name])
        array = table[slot.key].copy()
        column = 0 if slot.outcome is None else slot.outcome
        array[:, column] = np.broadcast_to(value, array[:, column].shape)
        table[slot.key] = array
        tables = {**batch.tables, slot.name: table}
        return Sampler(
            self.signature, Batch(batch.elements, tables, batch.probabilities, batch.dimension)
        )

    # -- one model exactly ---------------------------------------------------------------------

    def solve_exactly(
        self, law: Sequence[Fraction], values: Mapping[Slot, Any]
    ) -> dict[Slot, Any] | None:
        """The values of all slots, or None where an equation has no exact solution."""
        complete = dict(values)
        for solved in self.plan:
            complete[solved.slot] = self._constant(solved.slot, Fraction(0))
        for solved in self.plan:
            ends = []
            for trial in (Fraction(0), Fraction(1)):
                complete[solved.slot] = self._constant(solved.slot, trial)
                ends.append(self._difference(solved, law, complete))
            if ends[0] is None or ends[1] is None:
                return None
            root = tuple(
                -low / (high - low) if high != low else Fraction(0)
                for low, high in zip(*ends, strict=True)
            )
            complete[solved.slot] = root if solved.slot.sort == "vector" else root[0]
        return complete

    def _constant(self, slot: Slot, value: Fraction) -> Any:
        return (value,) * self.shape.dimension if slot.sort == "vector" else value

    def _difference(
        self, solved: Solved, law: Sequence[Fraction], values: Mapping[Slot, Any]
    ) -> tuple[Fraction, ...] | None:
        try:
            evaluator = Evaluator(self.signature, self.shape.model(law, values))
            left, right = evaluator.sides(solved.relation, dict(solved.at), solved.outcome or 0)
        except (KernelError, Unseparated):
            return None
        pairs = zip(
            left if isinstance(left, tuple) else (left,),
            right if isinstance(right, tuple) else (right,),
            strict=True,
        )
        found = []
        for a, b in pairs:
            if not isinstance(a, Fraction) or not isinstance(b, Fraction):
                return None
            found.append(a - b)
        return tuple(found)


def _linear(signature: Signature, r: Relation, name: str) -> bool:
    """Whether both sides are of degree at most one in a symbol, as they are written."""
    return max(_degree(_unfolded(signature, x), name) for x in (r.left, r.right)) <= 1


def _degree(x: Term, name: str) -> int:
    match x:
        case Atom(own):
            return int(own == name)
        case Times(factors):
            return sum(_degree(f, name) for f in factors)
        case Inner(left, right):
            return _degree(left, name) + _degree(right, name)
        case Power(base, exponent):
            return exponent * _degree(base, name)
        case Plus() | Total() | Expect():
            return max((_degree(child, name) for child in children(x)), default=0)
        case Quotient(numerator, denominator):
            return _degree(numerator, name) + 2 * _degree(denominator, name)
    return 2 * int(name in walk_names(x))


def _column(d: Any, column: Any) -> Any:
    if isinstance(column, slice) or d.shape[1] == 1:
        return d[:, 0]
    return d[:, column]


def _unfolded(signature: Signature, x: Term) -> Term:
    if isinstance(x, Call):
        return _unfolded(signature, signature.unfold(x))
    return rebuild(x, lambda child: _unfolded(signature, child))
