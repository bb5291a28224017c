"""Which hypotheses and claims may matter for a goal: those that share symbols with it come first.

A search sees the narrowest selection first, with an effort of its own, so that a hypothesis about
other symbols, or a set that nothing speaks of, cannot use up what a proof needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from theory.kernel.rules import Kernel
from theory.kernel.terms import (
    Call,
    Exists,
    Formula,
    Iid,
    Integrable,
    Relation,
    Signature,
    Statement,
    Term,
    Total,
    free_indices,
    walk,
)
from theory.search.uses import Use


@dataclass(frozen=True)
class Selection:
    """Hypotheses and claims to be used, and the symbols and index sets in them or in the goal."""

    hypotheses: tuple[Formula, ...]
    uses: tuple[Use, ...]
    names: frozenset[str]


def selections(
    kernel: Kernel,
    statement: Statement,
    hypotheses: Iterable[Formula],
    uses: Sequence[Use],
) -> list[Selection]:
    """Ever wider selections: what speaks of the goal's symbols alone, what is joined to it by
    symbols other than parameters, and everything.
    """
    signature = kernel.signature
    facts: list[tuple[Formula | Use, frozenset[str]]] = [
        *((f, mentioned(signature, f)) for f in hypotheses),
        *((u, mentioned(signature, u.formula(kernel))) for u in uses),
    ]
    goal = mentioned(signature, statement)
    inside = [fact for fact, names in facts if names <= goal]
    joined = _joined(signature, goal, facts)
    found: list[Selection] = []
    for chosen in (inside, joined, [fact for fact, _ in facts]):
        names = goal.union(*(n for fact, n in facts if fact in chosen))
        selection = Selection(
            tuple(f for f in chosen if not isinstance(f, Use)),
            tuple(f for f in chosen if isinstance(f, Use)),
            names,
        )
        if not found or len(selection.hypotheses) + len(selection.uses) > len(
            found[-1].hypotheses
        ) + len(found[-1].uses):
            found.append(selection)
    return found


def _joined(
    signature: Signature,
    goal: frozenset[str],
    facts: Sequence[tuple[Formula | Use, frozenset[str]]],
) -> list[Formula | Use]:
    """The facts that a chain of shared symbols joins to the goal; parameters join nothing."""
    parameters = (
        {
            name
            for name, symbol in signature.symbols.items()
            if symbol.sort == "integer" or (symbol.sort == "scalar" and not symbol.sets)
        }
        | signature.sizes.keys()
        | signature.unions.keys()
    )
    known, found = set(goal), dict.fromkeys(fact for fact, names in facts if names <= goal)
    while True:
        new = [
            (fact, names)
            for fact, names in facts
            if fact not in found and (names & known - parameters or names <= known)
        ]
        if not new:
            return [fact for fact, _ in facts if fact in found]
        for fact, names in new:
            found[fact] = None
            known |= names


def mentioned(signature: Signature, formula: Formula | Statement) -> frozenset[str]:
    """The symbols of a formula, definitions unfolded, and its index sets with their sizes.

    >>> from theory.notation.language import Language, total
    >>> language = Language()
    >>> members = language.index_set("I", language.integer("n"))
    >>> a, i = language.numbers("a", members, random=False), members.index("i")
    >>> sorted(mentioned(language.signature, total(i, a[i]) >= 0))
    ['I', 'a', 'n']
    """
    found: set[str] = set()
    for x in _terms(formula):
        for part in _parts(signature, x):
            name = getattr(part, "name", None) or getattr(part, "choice", None)
            if name is not None:
                found.add(name)
            sets = [i.set for i in free_indices(part)]
            if isinstance(part, Total) or hasattr(part, "choice"):
                sets.append(part.index.set)  # type: ignore[attr-defined]
            for s in sets:
                for base in signature.parts(s):
                    found |= {s, base, *_symbols(signature, signature.sizes[base])}
    if isinstance(formula, Iid):
        found |= {formula.family, formula.representative, formula.set}
    return frozenset(found)


def _symbols(signature: Signature, x: Term) -> set[str]:
    return {name for part in _parts(signature, x) if (name := getattr(part, "name", None))}


def _parts(signature: Signature, x: Term) -> Iterator[Term]:
    for part in walk(x):
        if isinstance(part, Call):
            yield from _parts(signature, signature.unfold(part))
        else:
            yield part


def _terms(formula: Formula | Statement) -> Iterator[Term]:
    match formula:
        case Relation(left, _, right, given):
            yield from (left, right, *given)
        case Integrable(body):
            yield body
        case Exists(_, relations, _):
            for r in relations:
                yield from _terms(r)
