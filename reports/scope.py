"""For what a statement is claimed: its indices, the outcome, and the parameters."""

from __future__ import annotations

from collections.abc import Iterable

from theory.kernel.terms import (
    AlmostSure,
    At,
    Atom,
    Call,
    Cited,
    Exists,
    Formula,
    Iid,
    Integrable,
    KernelError,
    Relation,
    Signature,
    SomeConstant,
    Statement,
    Term,
    Total,
    free_indices,
    indices_of,
    walk,
)
from theory.notation.document import Document, Reading
from theory.notation.printing import Printer


def scope(document: Document, reading: Reading, assumes: Iterable[str]) -> str:
    """In words: "every correct i; every outcome; all n, f with f ≥ 0, n > 2f + 2"."""
    language = document.language
    signature = language.signature
    statement = reading.statement
    try:
        signature.check_formula(statement)
    except KernelError:
        return "nothing: the sentence does not denote"
    terms = terms_of(statement)
    bound = (statement.index, *statement.inner) if isinstance(statement, Exists) else ()
    free = sorted(frozenset().union(*map(free_indices, terms)) - {*bound})
    pieces = [
        " ".join(filter(None, ("every", language.adjectives.get(i.set, ""), i.name))) for i in free
    ]
    if any(signature.is_random(x) for x in terms):
        pieces.append("every outcome")
    integers, limits = _parameters(document, reading, assumes)
    if integers:
        printer = Printer(language)
        all_of = f"all {', '.join(integers)}"
        printed = ", ".join(dict.fromkeys(map(printer.text, limits)))
        pieces.append(f"{all_of} with {printed}" if printed else all_of)
    return "; ".join(pieces) or "all values"


def _parameters(
    document: Document, reading: Reading, assumes: Iterable[str]
) -> tuple[list[str], list[Relation]]:
    """The integers on which a statement rests, and what is assumed of them alone."""
    signature = document.language.signature
    terms = terms_of(reading.statement)
    names = mentioned(signature, terms)
    sets = {s for x in terms for s in _sets(signature, x)}
    names |= mentioned(signature, [signature.sizes[s] for s in sets])
    known = document.in_force(reading)
    limits = []
    for name in assumes:
        formula = known.get(name)
        if isinstance(formula, Relation) and _about_integers(signature, formula):
            speaks = mentioned(signature, terms_of(formula))
            if speaks & names:
                limits.append(formula)
                names |= speaks
    return [n for n, s in signature.symbols.items() if s.sort == "integer" and n in names], limits


def mentioned(signature: Signature, terms: Iterable[Term]) -> set[str]:
    """The symbols and definitions on which terms rest, definitions unfolded."""
    found: set[str] = set()
    pending = list(terms)
    while pending:
        for part in walk(pending.pop()):
            if isinstance(part, At):
                found.add(part.choice)
            if isinstance(part, (Atom, Call)) and part.name not in found:
                found.add(part.name)
                if isinstance(part, Call):
                    pending.append(signature.definitions[part.name].body)
    return found


def _sets(signature: Signature, x: Term) -> set[str]:
    """The base sets over which a term's indices range."""
    found: set[str] = set()
    for part in walk(x):
        if isinstance(part, Call):
            found |= _sets(signature, signature.unfold(part))
        bound = (part.index,) if isinstance(part, (Total, At)) else ()
        for index in (*indices_of(part), *bound):
            found |= set(signature.parts(index.set))
    return found


def terms_of(statement: Statement | Formula) -> tuple[Term, ...]:
    """The terms of which a statement speaks."""
    match statement:
        case Relation(left, _, right, given):
            return (left, right, *given)
        case Integrable(body):
            return (body,)
        case Exists(_, relations, _):
            return tuple(x for r in relations for x in terms_of(r))
        case SomeConstant(_, _, relation):
            return terms_of(relation)
        case AlmostSure(_, body):
            return (body,)
        case Iid() | Cited():
            return ()


def decided(formulas: Iterable[Formula]) -> list[Formula]:
    """The formulas that a finite model may violate; the others hold on each: say integrability."""
    return [formula for formula in formulas if isinstance(formula, (Relation, Iid))]


def _about_integers(signature: Signature, formula: Relation) -> bool:
    """Whether a relation speaks of deterministic plain integers alone."""
    parts = [part for x in terms_of(formula) for part in walk(x)]
    return not any(isinstance(part, Call) for part in parts) and all(
        signature.symbols[part.name].sort == "integer" for part in parts if isinstance(part, Atom)
    )
