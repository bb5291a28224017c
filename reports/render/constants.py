"""The bounds proved on one quantity, as numbers over n and f: read off the statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from reports.audit import Audit, Finding
from theory.kernel.terms import (
    Atom,
    Call,
    KernelError,
    Number,
    Plus,
    Power,
    Quotient,
    Relation,
    Root,
    Signature,
    Term,
    Times,
    free_indices,
    walk,
)
from theory.notation.document import Document


@dataclass(frozen=True)
class Bound:
    """An upper bound on a quantity, from a proved reading or from a claim of the text."""

    finding: Finding
    signature: Signature
    right: Term

    def value(self, values: Mapping[str, float]) -> float:
        """The bound at values of its symbols."""
        return number(self.signature, self.right, values)


def number(signature: Signature, x: Term, values: Mapping[str, float]) -> float:
    """A deterministic term without indices as a float, with x/0 = 0 and root(x) = 0 for x < 0."""
    match x:
        case Number(value):
            return float(value)
        case Atom(name, ()):
            return values[name]
        case Plus(summands):
            return sum(number(signature, s, values) for s in summands)
        case Times(factors):
            product = 1.0
            for factor in factors:
                product *= number(signature, factor, values)
            return product
        case Power(base, exponent):
            return number(signature, base, values) ** exponent
        case Quotient(numerator, denominator):
            below = number(signature, denominator, values)
            return number(signature, numerator, values) / below if below else 0.0
        case Root(radicand):
            return sqrt(max(0.0, number(signature, radicand, values)))
        case Call():
            return number(signature, signature.unfold(x), values)
    raise KernelError("not a number without indices")


def closed(signature: Signature, x: Term) -> bool:
    """Whether a term is a function of deterministic plain numbers alone."""
    if free_indices(x):
        return False
    for part in walk(x):
        match part:
            case Number() | Plus() | Times() | Power() | Quotient() | Root():
                continue
            case Atom(name, ()) if not signature.symbols[name].random:
                if signature.symbols[name].sort in ("scalar", "integer"):
                    continue
                return False
            case Call() if closed(signature, signature.unfold(part)):
                continue
            case _:
                return False
    return True


def bounds(
    document: Document, audit: Audit, names: Sequence[str]
) -> tuple[Term, list[Bound]] | None:
    """The quantity of the first named reading that is bounded by numbers, and its proved bounds."""
    signature = document.language.signature
    by_id = {f.id: f for f in audit.findings}
    for name in names:
        statement = by_id[name].judgement.reading.statement if name in by_id else None
        if not isinstance(statement, Relation) or not closed(signature, statement.right):
            continue
        if statement.op not in ("<=", "<") or closed(signature, statement.left):
            continue
        found = [
            Bound(f, signature, r.right)
            for f in audit.findings
            if f.verdict.startswith("PROVED")
            and isinstance(r := f.judgement.reading.statement, Relation)
            and r.left == statement.left
            and r.op in ("<=", "<")
            and not r.given
            and closed(signature, r.right)
        ]
        if found:
            return statement.left, found
    return None
