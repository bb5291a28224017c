"""Floating-point values of terms on many small models at once: where to look for a counterexample.

All models of a batch have the same index sets, outcomes and dimension. A number is an array
[model, outcome], a vector an array [model, outcome, coordinate]; what does not depend on the
outcome has one column. Nothing here decides anything: a find is evaluated exactly afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from theory.kernel.models import Element
from theory.kernel.terms import (
    At,
    Atom,
    Call,
    Equal,
    Exists,
    Expect,
    Index,
    Inner,
    Norm,
    Number,
    Plus,
    Power,
    Quotient,
    Relation,
    Root,
    Signature,
    Term,
    Times,
    Total,
    free_indices,
)

Array = Any
Env = Mapping[Index, Element]

TOLERANCE = 1e-9


@dataclass
class Batch:
    """Tables of arrays for every symbol, and the probabilities [model, outcome]."""

    elements: Mapping[str, Sequence[Element]]
    tables: Mapping[str, Mapping[tuple[Element, ...], Array]]
    probabilities: Array
    dimension: int


class Sampler:
    """Values of terms on one batch."""

    def __init__(self, signature: Signature, batch: Batch) -> None:
        import numpy

        self.np = numpy
        self.signature = signature
        self.batch = batch
        self._memo: dict[tuple[int, tuple[Element, ...]], Array] = {}
        self._free: dict[int, tuple[Index, ...]] = {}
        self._keep: list[Term] = []

    def value(self, x: Term, at: Env) -> Array:
        """The value of a term at indices."""
        if id(x) not in self._free:
            self._keep.append(x)  # so that its id is not used again
            self._free[id(x)] = tuple(sorted(free_indices(x)))
        key = (id(x), tuple(at[i] for i in self._free[id(x)]))
        if key not in self._memo:
            self._memo[key] = self._value(x, at)
        return self._memo[key]

    def _value(self, x: Term, at: Env) -> Array:
        np = self.np
        match x:
            case Number(value):
                return np.full((1, 1), float(value))
            case Atom(name, indices):
                return self.batch.tables[name][tuple(at[i] for i in indices)]
            case Plus(summands):
                return sum(self.value(s, at) for s in summands)
            case Times(factors):
                return self._multiply([self.value(f, at) for f in factors])
            case Power(base, exponent):
                return self.value(base, at) ** exponent
            case Quotient(numerator, denominator):
                d = self.value(denominator, at)
                inverse = np.divide(1.0, d, out=np.zeros_like(d), where=abs(d) > TOLERANCE)
                return self._multiply([self.value(numerator, at), inverse])
            case Root(radicand):
                return np.sqrt(np.maximum(self.value(radicand, at), 0.0))
            case Inner(left, right):
                return (self.value(left, at) * self.value(right, at)).sum(axis=2)
            case Norm(vector):
                return np.sqrt((self.value(vector, at) ** 2).sum(axis=2))
            case Total(index, body, where):
                parts = (
                    self._multiply([self.value(t, {**at, index: e}) for t in (*where, body)])
                    for e in self.batch.elements[index.set]
                )
                return sum(parts, start=self._zero(body))
            case Expect(body):
                return self._mean(self.value(body, at))
            case At(index, choice, arguments, body):
                chosen = Times((Atom(choice, (*arguments, index)), body))
                return self._value(Total(index, chosen), at)
            case Equal(left, right):
                return np.full((1, 1), float(at[left] == at[right]))
            case Call():
                return self.value(self.signature.unfold(x), at)
        raise TypeError(f"{x!r} is not a term")

    def _multiply(self, values: Sequence[Array]) -> Array:
        result = None
        for v in sorted(values, key=lambda v: v.ndim):
            if result is None:
                result = v
            elif v.ndim > result.ndim:
                result = result[:, :, None] * v
            else:
                result = result * v
        return result

    def _mean(self, v: Array) -> Array:
        p = self.batch.probabilities
        if v.shape[1] == 1:
            return v
        return (v * (p if v.ndim == 2 else p[:, :, None])).sum(axis=1, keepdims=True)

    def _zero(self, body: Term) -> Array:
        vector = self.signature.check(body) == "vector"
        return self.np.zeros((1, 1, self.batch.dimension) if vector else (1, 1))

    # -- relations -----------------------------------------------------------------------------

    def excess(self, claim: Relation | Exists) -> Array:
        """By how much each model misses the relation at worst: [model], positive where false.

        A strict relation is missed by 0 where the sides are equal.
        """
        if isinstance(claim, Exists):
            return self._excess_exists(claim)
        terms = (claim.left, claim.right, *claim.given)
        worst = self.np.full(1, -self.np.inf)
        for at in self._assignments(terms, ()):
            worst = self.np.maximum(worst, self._at(claim, at).max(axis=1))
        return worst

    def _assignments(self, terms: Sequence[Term], without: Sequence[Index]) -> Iterator[Env]:
        free = sorted(frozenset().union(*map(free_indices, terms)) - set(without))
        for choice in product(*(self.batch.elements[i.set] for i in free)):
            yield dict(zip(free, choice, strict=True))

    def _at(self, r: Relation, at: Env) -> Array:
        """The excess [model, outcome] at indices; where a condition fails, -inf."""
        difference = self.value(r.left, at) - self.value(r.right, at)
        if difference.ndim == 3:
            difference = abs(difference).max(axis=2)
        elif r.op == "=":
            difference = abs(difference)
        elif r.op in (">", ">="):
            difference = -difference
        for g in r.given:
            difference = self.np.where(self.value(g, at) > 0.5, difference, -self.np.inf)
        return difference

    def _excess_exists(self, claim: Exists) -> Array:
        terms = [t for r in claim.relations for t in (r.left, r.right, *r.given)]
        worst = self.np.full((1, 1), -self.np.inf)
        for outer in self._assignments(terms, (claim.index, *claim.inner)):
            best = self.np.full((1, 1), self.np.inf)
            for e in self.batch.elements[claim.index.set]:
                here = self.np.full((1, 1), -self.np.inf)
                for inner in product(*(self.batch.elements[i.set] for i in claim.inner)):
                    at = {**outer, claim.index: e, **dict(zip(claim.inner, inner, strict=True))}
                    for r in claim.relations:
                        here = self.np.maximum(here, self._at(r, at))
                best = self.np.minimum(best, here)
            worst = self.np.maximum(worst, best)
        return worst.max(axis=1)


def is_false(op: str, excess: Array) -> Array:
    """Where a claim with this relation sign is false, judging by its excess."""
    return excess >= -TOLERANCE if op in ("<", ">") else excess > 1e-7


def missed(op: str, excess: Array) -> Array:
    """How badly a hypothesis fails: 0 where it holds."""
    import numpy

    if op in ("<", ">"):
        return numpy.where(excess < -TOLERANCE, 0.0, numpy.maximum(excess, 0.0) + 1e-3)
    return numpy.where(excess > TOLERANCE, excess, 0.0)
