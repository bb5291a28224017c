"""Questions about formulas: what they mention, and what they are with terms put for symbols."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from fractions import Fraction

from theory.kernel.terms import (
    AlmostSure,
    At,
    Atom,
    Call,
    Exists,
    Expect,
    Formula,
    Idx,
    Iid,
    Integrable,
    KernelError,
    Number,
    Plus,
    Power,
    Quotient,
    Relation,
    Root,
    Signature,
    SomeConstant,
    Statement,
    Term,
    Times,
    Total,
    children,
    free_indices,
    rebuild,
    replace_atoms,
    walk,
)

Plain = Relation | Integrable | AlmostSure
"""What a line of a derivation can say."""


def parameters(x: Term) -> set[str]:
    """The plain symbols of an arithmetic term; a sum, E or a definition could hide another one."""
    plain = (Number, Atom, Plus, Times, Power, Quotient, Root)
    if not all(isinstance(part, plain) for part in walk(x)) or free_indices(x):
        raise KernelError("the value of a constant or parameter is plain arithmetic of parameters")
    return {part.name for part in walk(x) if isinstance(part, Atom)}


def walk_names(x: Term) -> set[str]:
    """The symbols and definitions that a term mentions."""
    parts = list(walk(x))
    named = {part.name for part in parts if isinstance(part, (Atom, Call))}
    return named | {part.choice for part in parts if isinstance(part, At)}


def context_of(formula: Plain) -> frozenset[Idx]:
    """The free indices of a formula as it is written."""
    terms = (
        (formula.left, formula.right, *formula.given)
        if isinstance(formula, Relation)
        else (formula.body,)
    )
    return frozenset((i.set, i.name) for t in terms for i in free_indices(t))


def symbols_of(formula: Formula) -> set[str]:
    """The symbols and definitions that a formula mentions."""
    match formula:
        case Relation(left, _, right, given):
            return set().union(*(walk_names(t) for t in (left, right, *given)))
        case Integrable(body) | AlmostSure(_, body):
            return walk_names(body)
        case Iid(family, _, representative):
            return {family, representative}
    return set()


def replace_in(relation: Relation, values: Mapping[str, Term]) -> Relation:
    """The relation with terms put for plain symbols."""
    return Relation(
        replace_atoms(relation.left, values),
        relation.op,
        replace_atoms(relation.right, values),
        tuple(replace_atoms(g, values) for g in relation.given),
    )


def replace_everywhere(formula: Plain, values: Mapping[str, Term]) -> Plain:
    """The formula with terms put for plain symbols."""
    match formula:
        case Integrable(body):
            return Integrable(replace_atoms(body, values))
        case AlmostSure(kind, body):
            return AlmostSure(kind, replace_atoms(body, values))
    return replace_in(formula, values)


def evident(x: Term, *, nonzero: bool) -> bool:
    """A literal number that evidently can be divided by, or have a root."""
    return isinstance(x, Number) and (x.value != 0 if nonzero else x.value >= 0)


def put(x: Term, old: Term, new: Term) -> Term:
    """The term with one subterm replaced wherever it occurs."""
    return new if x == old else rebuild(x, lambda child: put(child, old, new))


def sums_over(signature: Signature, x: object) -> set[str]:
    """The sets over which terms, formulas and arguments of a rule sum, definitions unfolded."""
    match x:
        case Call():
            return sums_over(signature, signature.unfold(x))
        case Term() | Relation() | Integrable() | AlmostSure():
            own = {x.index.set} if isinstance(x, (Total, At)) else set()
            parts = [getattr(x, spec.name) for spec in fields(x)]  # type: ignore[arg-type]
        case tuple() | list():
            own, parts = set(), list(x)
        case Mapping():
            own, parts = set(), list(x.values())
        case _:
            return set()
    return own.union(*(sums_over(signature, part) for part in parts))


def owed(signature: Signature, statement: Statement) -> list[Relation | Integrable]:
    """What must be shown for the statement to denote.

    Denominators differ from 0, roots are of non-negative numbers, what has a mean is integrable,
    index sets that are summed over have natural numbers as sizes, and choices exist.
    """
    match statement:
        case Relation(left, _, right, given):
            terms: tuple[Term, ...] = (left, right, *given)
        case Integrable(body) | AlmostSure(_, body):
            terms = (body,)
        case SomeConstant(_, _, relation):
            return owed(signature, relation)
        case Exists(index, relations, _):
            sizes = map(signature.natural, signature.parts(index.set))
            inside = (o for r in relations for o in owed(signature, r))
            return list(dict.fromkeys([*(size for size in sizes if size is not None), *inside]))
    return list(dict.fromkeys(o for x in terms for o in _owed_by(signature, x)))


def _owed_by(signature: Signature, x: Term) -> Iterator[Relation | Integrable]:
    if isinstance(x, Call):
        yield from _owed_by(signature, signature.unfold(x))
    for formula in _owed_at(signature, x):
        if formula is not None:
            yield formula
    for child in children(x):
        yield from _owed_by(signature, child)


def _owed_at(signature: Signature, x: Term) -> list[Relation | Integrable | None]:
    """What one node owes, without its subterms."""
    match x:
        case Quotient(_, denominator) if not evident(denominator, nonzero=True):
            return [Relation(denominator * denominator, ">", Number(Fraction(0)))]
        case Root(radicand) if not evident(radicand, nonzero=False):
            return [Relation(radicand, ">=", Number(Fraction(0)))]
        case Expect(body) if signature.is_random(body):
            return [Integrable(body)]
        case Atom(name) if signature.symbols[name].sort == "choice":
            return [signature.chosen_from(name)]
        case At(index, choice):
            sizes = map(signature.natural, signature.parts(index.set))
            return [signature.chosen_from(choice), *sizes]
        case Total(index):
            return [signature.natural(part) for part in signature.parts(index.set)]
    return []
