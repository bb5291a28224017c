"""Terms about parameters alone, as sympy expressions: for derivations, never for verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from theory.kernel.terms import (
    Atom,
    Call,
    Norm,
    Number,
    Plus,
    Power,
    Quotient,
    Root,
    Signature,
    Term,
    Times,
)

if TYPE_CHECKING:
    import sympy


def to_sympy(x: Term, signature: Signature) -> sympy.Expr:
    """The sympy expression of a deterministic number without sums.

    Integers become integer symbols, other numbers non-negative ones; the norm of a plain vector v
    becomes the positive symbol |v|. Raises ValueError for anything that is not of this kind.
    """
    import sympy

    def visit(x: Term) -> Any:
        match x:
            case Number(value):
                return sympy.Rational(value.numerator, value.denominator)
            case Atom(name, ()) if signature.symbols[name].sort == "integer":
                return sympy.Symbol(name, integer=True, nonnegative=True)
            case Atom(name, ()) if signature.symbols[name].sort == "scalar":
                return sympy.Symbol(name, nonnegative=True)
            case Plus(summands):
                return sympy.Add(*map(visit, summands))
            case Times(factors):
                return sympy.Mul(*map(visit, factors))
            case Power(base, exponent):
                return visit(base) ** exponent
            case Quotient(numerator, denominator):
                return visit(numerator) / visit(denominator)
            case Root(radicand):
                return sympy.sqrt(visit(radicand))
            case Norm(Atom(name, ())):
                return sympy.Symbol(f"|{name}|", positive=True)
            case Call():
                return visit(signature.unfold(x))
        raise ValueError(f"{type(x).__name__} has no sympy reading here: parameters only")

    return visit(x)
