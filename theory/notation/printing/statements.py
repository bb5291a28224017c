"""Formulas and statements as pictures: relations with their conditions, and the rest in words."""

from __future__ import annotations

from theory.kernel.terms import (
    AlmostSure,
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
)
from theory.notation.printing.compose import Composer
from theory.notation.printing.layout import Commas, Layout, Line, Sign, Words
from theory.notation.printing.names import Scope, free_indices_in_order, free_scope

OPS = {"<=": "≤", "<": "<", "=": "=", ">": ">", ">=": "≥"}
"""The kernel's relations as signs."""


SEQUENCES = {
    "converges": "converges",
    "bounded": "is bounded over t",
    "vanishes": "tends to 0",
    "summable": "has a finite sum over t",
    "divergent": "has an infinite sum over t",
}


def picture(composer: Composer, x: Term | Formula | Statement) -> Layout:
    """The picture of a term, formula or statement; raises TypeError for anything else."""
    if not isinstance(x, Term | Formula | Statement):
        raise TypeError(f"cannot print {x!r}: a term, a formula or a statement is needed")
    scope = free_scope(free_indices_in_order(x), composer.letters(x))
    match x:
        case Relation():
            return _relation(composer, x, scope)
        case Integrable(body):
            return Line((composer.term(body, scope), Words(" is integrable")))
        case AlmostSure(kind, body):
            return Line((composer.term(body, scope), Words(f" {SEQUENCES[kind]}, almost surely")))
        case Cited(theorem):
            authors = " and ".join(name.title() for name in theorem.split("_"))
            return Line((Words(f"the theorem of {authors}"),))
        case Iid(family, index_set, representative):
            index = Index("i", index_set)
            scope = free_scope([index])
            law = composer.named(representative, (), scope)
            pieces = [composer.named(family, (index,), scope), Words(" for all ")]
            pieces += [
                composer.marked(index, scope),
                Words(" are independent, each with the law of "),
            ]
            return _line([*pieces, law])
        case Exists(index, relations, inner):
            adjective = composer.language.adjectives.get(index.set, "")
            article = "" if not adjective else "an " if adjective[0] in "aeiouAEIOU" else "a "
            pieces = [Words(f"there is {article}"), composer.marked(index, scope), Words(" with ")]
            link = "; and " if any(relation.given for relation in relations) else " and "
            for relation in relations:
                pieces += [_relation(composer, relation, scope), Words(link)]
            pieces.pop()
            if inner:
                every = tuple(composer.marked(each, scope) for each in inner)
                pieces += [Words(", for all "), Commas(every) if len(every) > 1 else every[0]]
            return _line(pieces)
        case SomeConstant(constant, depends, relation):
            name = composer.named(constant, (), scope)
            if depends:
                names = tuple(composer.named(each, (), scope) for each in depends)
                pieces = [Words("for some constant "), name, Words(" depending on ")]
                pieces += [Commas(names), Words(" alone: ")]
            else:
                pieces = [Words("for some absolute constant "), name, Words(": ")]
            return _line([*pieces, _relation(composer, relation, scope)])
    return composer.term(x, scope)


def _relation(composer: Composer, x: Relation, scope: Scope) -> Layout:
    sides = (composer.term(x.left, scope), Sign(OPS[x.op]), composer.term(x.right, scope))
    if not x.given:
        return Line(sides)
    given = tuple(composer.condition(condition, scope) for condition in x.given)
    return Line((*sides, Words(", when "), Commas(given)))


def _line(pieces: list[Layout]) -> Line:
    """One line of pieces: lines inside it are opened, and prose that meets prose is joined."""
    flat: list[Layout] = []
    for piece in pieces:
        for part in piece.pieces if isinstance(piece, Line) else (piece,):
            if flat and isinstance(part, Words) and isinstance(flat[-1], Words):
                flat[-1] = Words(flat[-1].text + part.text)
            else:
                flat.append(part)
    return Line(tuple(flat))
