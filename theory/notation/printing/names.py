"""Which letter each index gets: one that no other index in sight has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from theory.kernel.terms import (
    AlmostSure,
    At,
    Cited,
    Exists,
    Formula,
    Iid,
    Index,
    Integrable,
    Relation,
    SomeConstant,
    Statement,
    Term,
    Total,
    children,
    indices_of,
)
from theory.notation.printing.layout import Layout, Letter, Scripted
from theory.notation.printing.symbols import symbol


@dataclass(frozen=True)
class Shown:
    """How an index is printed, and the letters which that takes."""

    layout: Layout
    letters: frozenset[str]


Scope = Mapping[Index, Shown]
"""How each index in sight is printed."""


def _stem(index: Index) -> str:
    return next((part for part in index.name.split("_") if part), index.name)


def shown(index: Index, taken: Collection[str]) -> Shown:
    """The index by the part of its name before the first underscore, with primes if that is taken.

    >>> shown(Index("l_byzantine", "Y"), {"l"})
    Shown(layout=Letter(text='l', primes=1), letters=frozenset({"l'"}))
    """
    name = _stem(index)
    while name in taken:
        name += "'"
    primes = len(name) - len(_stem(index))
    layout = symbol(name[: len(name) - primes])
    if isinstance(layout, Letter):
        layout = Letter(layout.text, primes)
    elif primes:
        layout = Scripted(layout, above=Letter("′" * primes))
    return Shown(layout, frozenset({name}))


NOBODY = Index("_", "")
"""Stands in a scope for whatever else takes a letter."""


def free_scope(indices: Iterable[Index], taken: frozenset[str] = frozenset()) -> dict[Index, Shown]:
    """Letters for free indices; of two that would share one, the later gets a prime.

    taken: the letters of symbols, which no index may have.

    >>> scope = free_scope([Index("l_correct", "C"), Index("l_byzantine", "Y")])
    >>> [each.layout for each in scope.values()]
    [Letter(text='l', primes=0), Letter(text='l', primes=1)]
    >>> free_scope([Index("n", "C")], frozenset({"n"}))[Index("n", "C")].layout
    Letter(text='n', primes=1)
    """
    scope = {NOBODY: Shown(Letter(""), taken)} if taken else {}
    for index in sorted(dict.fromkeys(indices), key=lambda i: i.name != _stem(i)):
        scope[index] = shown(index, letters(scope))
    return scope


def letters(scope: Scope) -> frozenset[str]:
    """All letters in use."""
    return frozenset().union(*(each.letters for each in scope.values()))


def free_indices_in_order(
    x: Term | Formula | Statement,
) -> Iterator[Index]:
    """The free indices of a term or formula in the order in which they are read, repeated."""
    match x:
        case Relation(left, _, right, given):
            for part in (left, right, *given):
                yield from free_indices_in_order(part)
        case Exists(index, relations, inner):
            yield from (index, *inner)
            for relation in relations:
                yield from free_indices_in_order(relation)
        case SomeConstant(relation=relation):
            yield from free_indices_in_order(relation)
        case Integrable(body) | AlmostSure(_, body):
            yield from free_indices_in_order(body)
        case Iid() | Cited():
            return
        case Total(index, body, where):
            for part in (*where, body):
                yield from (i for i in free_indices_in_order(part) if i != index)
        case At(index, _, arguments, body):
            yield from arguments
            yield from (i for i in free_indices_in_order(body) if i != index)
        case _:
            yield from indices_of(x)
            for child in children(x):
                yield from free_indices_in_order(child)
