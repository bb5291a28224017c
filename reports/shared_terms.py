"""Many formulas on many models: equal terms are one object, and are worked out once.

The lines of a proof are about the same means and distances again and again, each time as terms of
their own, while an evaluator of the kernel remembers the values of the objects that it has seen.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import fields
from typing import NamedTuple

from theory.kernel.models import Element, Evaluator, Model, Value
from theory.kernel.terms import (
    At,
    Atom,
    Call,
    Formula,
    Index,
    Number,
    Relation,
    Signature,
    Statement,
    Term,
    Total,
    children,
    indices_of,
    rebuild,
)


class Shared(NamedTuple):
    """The one object for a term, definitions unfolded, and on what its value depends."""

    term: Term
    free: tuple[Index, ...]
    random: bool


class SharedTerms:
    """The terms of a signature, each as one object."""

    def __init__(self, signature: Signature) -> None:
        self.signature = signature
        self._met: dict[int, Shared] = {}
        self._kept: list[Term] = []
        """The terms that were met, so that no id is used again."""
        self._shared: dict[tuple[Hashable, ...], Shared] = {}

    def of(self, x: Term) -> Shared:
        """What stands for a term.

        >>> from theory.kernel.terms import Symbol
        >>> terms = SharedTerms(Signature(symbols={"n": Symbol("integer", random=False)}))
        >>> terms.of(Atom("n") ** 2) is terms.of(Atom("n") ** 2)
        True
        """
        found = self._met.get(id(x))
        if found is None:
            found = self._of(x)
            self._met[id(x)] = found
            self._kept.append(x)
        return found

    def _of(self, x: Term) -> Shared:
        if isinstance(x, Call):
            return self.of(self.signature.unfold(x))
        built = rebuild(x, lambda child: self.of(child).term)
        key = type(built), *(_key(getattr(built, f.name)) for f in fields(built))  # type: ignore[arg-type]
        if key not in self._shared:
            free = {i for child in children(built) for i in self.of(child).free}
            free -= {built.index} if isinstance(built, Total | At) else set()
            free |= {*indices_of(built)}
            random = self.signature.is_random(built)
            self._shared[key] = Shared(built, tuple(sorted(free)), random)
            self._met[id(built)] = self._shared[key]
        return self._shared[key]

    def formula(self, x: Formula | Statement) -> Formula | Statement:
        """A relation between the shared terms; whatever else is said stays as it is."""
        if not isinstance(x, Relation):
            return x
        given = tuple(self.of(g).term for g in x.given)
        return Relation(self.of(x.left).term, x.op, self.of(x.right).term, given)


def _key(value: Hashable) -> Hashable:
    """What tells the fields of two nodes apart whose subterms are shared already."""
    if isinstance(value, Term):
        return id(value)
    if isinstance(value, tuple):
        return tuple(map(_key, value))
    return value


class SharingEvaluator(Evaluator):
    """The kernel's evaluator, which remembers equal terms as one, and outcomes only where random.

    For what is shown of many lines; a refutation rests on the kernel's own.
    """

    def __init__(self, terms: SharedTerms, model: Model) -> None:
        self._terms = terms
        super().__init__(terms.signature, model)

    def value(self, x: Term, at: Mapping[Index, Element] | None = None, outcome: int = 0) -> Value:
        """The value of a term at indices and an outcome."""
        at = at or {}
        if type(x) is Atom or type(x) is Number:  # nothing to work out
            return self._value(x, at, outcome)
        shared = self._terms.of(x)
        key = id(shared.term), tuple([at[i] for i in shared.free]), outcome * shared.random
        if key not in self._memo:
            self._memo[key] = self._value(shared.term, at, outcome)
        return self._memo[key]
