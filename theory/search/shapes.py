"""The shapes of small models: how many elements, outcomes and dimensions; which values are free.

A `Slot` is one value that a search may choose. An i.i.d. family has slots for the atoms of its law
only: its members take every combination of atoms, one for each outcome.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

from theory.kernel.formulas import walk_names
from theory.kernel.models import Element, Model, Outcome
from theory.kernel.terms import (
    Atom,
    Call,
    Formula,
    Iid,
    Number,
    Plus,
    Power,
    Relation,
    Signature,
    Term,
    Times,
    free_indices,
    rebuild,
    walk,
)

MOST_ELEMENTS = 6
MOST_OUTCOMES = 40
LARGEST_INTEGER = 5

LAWS: Mapping[int, tuple[tuple[Fraction, ...], ...]] = {
    1: ((Fraction(1),),),
    2: tuple((p, 1 - p) for p in (Fraction(1, 2), Fraction(1, 4), Fraction(1, 10))),
    3: tuple(((1 - p) / 2, p, (1 - p) / 2) for p in (Fraction(1, 2), Fraction(1, 3))),
}
"""The probabilities that are tried, by the number of outcomes."""


@dataclass(frozen=True)
class Slot:
    """One free value: of a symbol at elements and an outcome, or of an atom of a law."""

    name: str
    key: tuple[Element, ...]
    outcome: int | None
    sort: str
    options: int = 0


@dataclass(frozen=True)
class Shape:
    """Everything about a model except the values in its slots."""

    signature: Signature
    integers: Mapping[str, int]
    elements: Mapping[str, tuple[Element, ...]]
    atoms: int
    dimension: int
    iids: tuple[Iid, ...] = ()
    slots: tuple[Slot, ...] = field(default=(), compare=False)
    draws: tuple[tuple[int, ...], ...] = field(default=(), compare=False)

    @property
    def size(self) -> tuple[int, int, int]:
        """Elements, outcomes, dimension: smaller is simpler."""
        return (
            sum(len(e) for s, e in self.elements.items() if s in self.signature.sizes),
            (len(self.draws)),
            self.dimension,
        )

    def members(self) -> list[tuple[Iid, Element]]:
        """The independent draws, in the order of `draws`."""
        return [(iid, e) for iid in self.iids for e in self.elements[iid.set]]

    def model(self, law: Sequence[Fraction], values: Mapping[Slot, Any]) -> Model:
        """The model with the given values in the slots."""
        fixed: dict[str, dict[tuple[Element, ...], Any]] = {
            name: {(): Fraction(value)} for name, value in self.integers.items()
        }
        random: list[dict[str, dict[tuple[Element, ...], Any]]] = [{} for _ in self.draws]
        for slot, value in values.items():
            if slot.outcome is None:
                if slot.sort != "law":
                    _enter(fixed, slot, value, self.elements, self.signature)
            else:
                _enter(random[slot.outcome], slot, value, self.elements, self.signature)
        atoms = {(s.name, s.options): v for s, v in values.items() if s.sort == "law"}
        for number, draw in enumerate(self.draws):
            for (iid, e), atom in zip(self.members(), draw, strict=False):
                value = atoms[iid.representative, atom]
                random[number].setdefault(iid.family, {})[e,] = value
                random[number].setdefault(iid.representative, {}).setdefault((), value)
            for iid in self.iids:
                if () not in random[number].get(iid.representative, {}):
                    value = atoms[iid.representative, draw[0] if draw else 0]
                    random[number].setdefault(iid.representative, {})[()] = value
        outcomes = [Outcome(p, tables) for p, tables in zip(self.chances(law), random, strict=True)]
        for name, symbol in self.signature.symbols.items():
            for tables in (fixed,) if not symbol.random else random:
                tables.setdefault(name, {})
        return Model(fixed, outcomes)

    def chances(self, law: Sequence[Fraction]) -> list[Fraction]:
        """The probability of every outcome."""
        found = []
        for draw in self.draws:
            p = Fraction(1)
            for atom in draw:
                p *= law[atom]
            found.append(p)
        return found


def _enter(
    tables: dict[str, dict[tuple[Element, ...], Any]],
    slot: Slot,
    value: Any,
    elements: Mapping[str, tuple[Element, ...]],
    signature: Signature,
) -> None:
    table = tables.setdefault(slot.name, {})
    if slot.sort == "choice":
        last = elements[signature.symbols[slot.name].sets[-1]]
        for k, e in enumerate(last):
            table[(*slot.key, e)] = Fraction(k == int(value))
    else:
        table[slot.key] = value


def shapes(
    signature: Signature, formulas: Sequence[Formula], statement_terms: Sequence[Term]
) -> list[Shape]:
    """All small shapes that the hypotheses about integers allow, the smallest first."""
    iids = tuple(f for f in formulas if isinstance(f, Iid))
    terms = list(statement_terms)
    for f in formulas:
        if isinstance(f, Relation):
            terms += [f.left, f.right, *f.given]
    names = {name for t in terms for name in walk_names(_unfolded(signature, t))}
    names |= {iid.family for iid in iids} | {iid.representative for iid in iids}
    random = any(signature.symbols[name].random for name in names if name in signature.symbols)
    vectors = any(s.sort == "vector" for s in signature.symbols.values())
    found = []
    for integers, elements in _sizes(signature, formulas):
        for atoms in (1, 2, 3) if random else (1,):
            for dimension in (1, 2) if vectors else (1,):
                shape = _shape(signature, integers, elements, atoms, dimension, iids)
                if shape is not None:
                    found.append(shape)
    return sorted(found, key=lambda shape: (sum(shape.size), shape.size))


def _unfolded(signature: Signature, x: Term) -> Term:
    if isinstance(x, Call):
        return _unfolded(signature, signature.unfold(x))
    return rebuild(x, lambda child: _unfolded(signature, child))


def _sizes(
    signature: Signature, formulas: Sequence[Formula]
) -> Iterator[tuple[dict[str, int], dict[str, tuple[Element, ...]]]]:
    """The integers that set the sizes of the index sets, and the elements of these."""
    used = sorted(
        {
            name
            for size in signature.sizes.values()
            for name in walk_names(_unfolded(signature, size))
        }
    )
    plain = [f for f in formulas if isinstance(f, Relation) and _names(signature, f) <= set(used)]
    plain = [f for f in plain if not any(free_indices(t) for t in (f.left, f.right))]
    for values in product(range(LARGEST_INTEGER + 1), repeat=len(used)):
        integers = dict(zip(used, values, strict=True))
        counts = {s: _number(signature, x, integers) for s, x in signature.sizes.items()}
        if any(c is None or c < 0 or c.denominator != 1 for c in counts.values()):
            continue
        whole = {s: int(c) for s, c in counts.items() if c is not None}
        if sum(whole.values()) > MOST_ELEMENTS or not all(
            _holds(signature, f, integers) for f in plain
        ):
            continue
        elements = {s: tuple((s, k) for k in range(c)) for s, c in whole.items()}
        for union, parts in signature.unions.items():
            elements[union] = tuple(e for part in parts for e in elements[part])
        yield integers, elements


def _names(signature: Signature, f: Relation) -> set[str]:
    terms = [_unfolded(signature, t) for t in (f.left, f.right, *f.given)]
    simple = all(isinstance(x, (Number, Atom, Plus, Times, Power)) for t in terms for x in walk(t))
    return set().union(*map(walk_names, terms)) if simple else {""}


def _number(signature: Signature, x: Term, values: Mapping[str, int]) -> Fraction | None:
    match _unfolded(signature, x):
        case Number(value):
            return value
        case Atom(name):
            return Fraction(values[name])
        case Plus(summands):
            parts = [_number(signature, s, values) for s in summands]
            return None if None in parts else sum((p for p in parts if p is not None), Fraction(0))
        case Times(factors):
            result = Fraction(1)
            for f in factors:
                part = _number(signature, f, values)
                if part is None:
                    return None
                result *= part
            return result
        case Power(base, exponent):
            part = _number(signature, base, values)
            return None if part is None else part**exponent
    return None


def _holds(signature: Signature, f: Relation, values: Mapping[str, int]) -> bool:
    left, right = _number(signature, f.left, values), _number(signature, f.right, values)
    if left is None or right is None or f.given:
        return True
    return {
        "<=": left <= right,
        "<": left < right,
        "=": left == right,
        ">=": left >= right,
        ">": left > right,
    }[f.op]


def _shape(
    signature: Signature,
    integers: Mapping[str, int],
    elements: Mapping[str, tuple[Element, ...]],
    atoms: int,
    dimension: int,
    iids: tuple[Iid, ...],
) -> Shape | None:
    members = sum(len(elements[iid.set]) for iid in iids)
    count = atoms ** max(members, 1)
    if count > MOST_OUTCOMES:
        return None
    draws = tuple(product(range(atoms), repeat=max(members, 1)))
    slots: list[Slot] = []
    representatives = {iid.representative for iid in iids}
    slots += [Slot(r, (), None, "law", k) for r in sorted(representatives) for k in range(atoms)]
    for name, symbol in signature.symbols.items():
        if name in integers or name in representatives:
            continue
        drawn = {e for iid in iids if iid.family == name for e in elements[iid.set]}
        sets = symbol.sets[:-1] if symbol.sort == "choice" else symbol.sets
        options = len(elements[symbol.sets[-1]]) if symbol.sort == "choice" else 0
        if symbol.sort == "choice" and options == 0:
            return None
        for key in product(*(elements[s] for s in sets)):
            if len(key) == 1 and key[0] in drawn:
                continue
            for outcome in range(count) if symbol.random else (None,):
                slots.append(Slot(name, key, outcome, symbol.sort, options))
    return Shape(signature, integers, elements, atoms, dimension, iids, tuple(slots), draws)
