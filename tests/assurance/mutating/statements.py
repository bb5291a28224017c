"""Mutants of statements and hypotheses: one small change each, of the kinds that a slip makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from theory.kernel.formulas import context_of
from theory.kernel.polynomials import freeze
from theory.kernel.rules import Kernel
from theory.kernel.terms import (
    OPS,
    SEQUENCE_KINDS,
    AlmostSure,
    At,
    Atom,
    Equal,
    Exists,
    Expect,
    Index,
    Inner,
    Integrable,
    KernelError,
    Norm,
    Number,
    Plus,
    Power,
    Quotient,
    Relation,
    Root,
    SomeConstant,
    Statement,
    Term,
    Times,
    Total,
    substitute,
)

STEPS = (1, -1, 2, -2)
SWAPPED = {"n": "f", "f": "n"}


@dataclass(frozen=True)
class Mutant:
    """A changed statement, and the kind of change."""

    kind: str
    statement: Any


def mutants(kernel: Kernel, statement: Statement) -> list[Mutant]:
    """The well-typed mutants that say something else, without repetition."""
    found: dict[Any, str] = {}
    indices = sorted({i for i in _indices(statement) if isinstance(i, Index)})
    sets = (*kernel.signature.sizes, *kernel.signature.unions)
    for kind, changed in (*_changed(statement, indices, sets), *_whole(statement)):
        found.setdefault(changed, kind)
    said: set[Any] = set()
    different = []
    for changed, kind in ((statement, ""), *found.items()):
        try:
            says = meaning(kernel, changed)
        except KernelError:
            continue  # it does not denote
        if says not in said:
            said.add(says)
            different.append(Mutant(kind, changed))
    return [mutant for mutant in different if mutant.kind]


def meaning(kernel: Kernel, statement: Statement) -> Any:
    """What makes two statements the same: of a relation its kind, normal form and free indices."""
    kernel.signature.check_formula(statement)
    if isinstance(statement, Relation) and statement.given and statement.op in ("<", ">"):
        return statement  # has no normal form
    if isinstance(statement, (Relation, Integrable, AlmostSure)):
        kind, poly = kernel.meaning(statement)
        if kind == "=" and poly:
            lead = poly[min(poly, key=repr)]
            poly = {m: c / lead for m, c in poly.items()}
        return kind, context_of(statement), freeze(poly)
    return statement


def _indices(x: Any) -> Iterator[Any]:
    """All indices that are written anywhere in it."""
    if isinstance(x, Index):
        yield x
    elif isinstance(x, tuple):
        for entry in x:
            yield from _indices(entry)
    elif isinstance(x, (Term, Relation, Integrable, AlmostSure, Exists, SomeConstant)):
        for spec in fields(x):
            yield from _indices(getattr(x, spec.name))


def _changed(x: Any, indices: Sequence[Index], sets: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """The object with one place below changed."""
    yield from _local(x, sets)
    for spec in fields(x):
        value = getattr(x, spec.name)
        if isinstance(value, (Term, Relation)):
            for kind, new in _changed(value, indices, sets):
                yield kind, replace(x, **{spec.name: new})
        elif isinstance(value, tuple):
            for position, entry in enumerate(value):
                before, after = value[:position], value[position + 1 :]
                if isinstance(entry, (Term, Relation)):
                    for kind, new in _changed(entry, indices, sets):
                        yield kind, replace(x, **{spec.name: (*before, new, *after)})
                elif isinstance(entry, Index) and isinstance(x, Atom):
                    for other in indices:
                        if other != entry:
                            yield "index", replace(x, indices=(*before, other, *after))


def _local(x: Any, sets: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """The object with its own node changed."""
    match x:
        case Number(value):
            for step in STEPS:
                yield "constant", Number(value + step)
        case Power(base, exponent):
            for step in STEPS:
                if 1 <= exponent + step <= 12:
                    yield "exponent", Power(base, exponent + step)
        case Norm(vector):
            yield "exponent", Inner(vector, vector)
        case Inner(left, right) if left == right:
            yield "exponent", Norm(left)
            yield "exponent", Power(x, 2)
        case Root(radicand):
            yield "exponent", radicand
        case Quotient(numerator, denominator):
            yield "denominator dropped", numerator
            yield "quotient inverted", Quotient(denominator, numerator)
        case Times(factors):
            for position, factor in enumerate(factors):
                rest = factors[:position] + factors[position + 1 :]
                if rest and not isinstance(factor, Number):
                    kind = "indicator dropped" if _is_condition(factor) else "factor dropped"
                    yield kind, Times(rest)
        case Plus(summands):
            for position, summand in enumerate(summands):
                before, after = summands[:position], summands[position + 1 :]
                if before or after:
                    yield "summand dropped", Plus((*before, *after))
                yield "sign", Plus((*before, -summand, *after))
        case Total(index, body, where):
            for position in range(len(where)):
                rest = where[:position] + where[position + 1 :]
                yield "condition dropped", Total(index, body, rest)
            for name in sets:
                if name != index.set:
                    new = Index(index.name, name)
                    inside = substitute(body, {index: new})
                    conditions = tuple(substitute(c, {index: new}) for c in where)
                    yield "range of a sum", Total(new, inside, conditions)
        case Expect(body):
            yield "expectation dropped", body
        case Atom(name, ()) if name in SWAPPED:
            yield "n for f", Atom(SWAPPED[name])
        case Relation(left, op, right, given):
            for other in OPS:
                if other != op:
                    kind = "made strict" if other == op[0] else "relation"
                    yield kind, Relation(left, other, right, given)
            for position, condition in enumerate(given):
                rest = given[:position] + given[position + 1 :]
                yield "condition dropped", Relation(left, op, right, rest)
                yield (
                    "condition negated",
                    Relation(left, op, right, (*rest, 1 - condition)),
                )


def _whole(x: Any) -> Iterator[tuple[str, Any]]:
    """The statement changed as a whole."""
    yield "n and f swapped", _renamed(x, SWAPPED)
    match x:
        case AlmostSure(kind, body):
            for other in SEQUENCE_KINDS:
                if other != kind:
                    yield "kind of sequence", AlmostSure(other, body)
        case SomeConstant(constant, depends, relation):
            for position in range(len(depends)):
                rest = depends[:position] + depends[position + 1 :]
                yield "dependency dropped", SomeConstant(constant, rest, relation)


def _renamed(x: Any, names: Mapping[str, str]) -> Any:
    if isinstance(x, Atom):
        return Atom(names.get(x.name, x.name), x.indices)
    if isinstance(x, tuple):
        return tuple(_renamed(entry, names) for entry in x)
    if isinstance(x, (Term, Relation, Integrable, AlmostSure, Exists, SomeConstant)):
        return type(x)(*(_renamed(getattr(x, spec.name), names) for spec in fields(x)))
    return x


def _is_condition(x: Term) -> bool:
    return isinstance(x, (Equal, At)) or (isinstance(x, Atom) and bool(x.indices))
