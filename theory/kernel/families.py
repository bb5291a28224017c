"""Refuting "there is a constant": for every K, parameters at which the relation fails for K.

A statement "for some constant C depending on c: L <= C R for all n, f" is false if there is one
value of c such that for every integer K >= 1 some n, f satisfy the hypotheses and L > K R. The
parameters are given as integer polynomials in K; what remains to be shown are the relations of
`goals`, each a theorem that assumes K >= 1 alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from theory.kernel.rules import Kernel, Theorem, parameters, replace_in, symbols_of
from theory.kernel.terms import (
    Call,
    Formula,
    KernelError,
    Number,
    Relation,
    SomeConstant,
    Term,
    rebuild,
)

NEGATION = {"<=": ">", "<": ">=", ">=": "<", ">": "<="}


def at_least_one(constant: Term) -> Relation:
    """K >= 1, the one assumption of a family."""
    return Relation(constant, ">=", Number(Fraction(1)))


def goals(
    kernel: Kernel,
    statement: SomeConstant,
    hypotheses: Iterable[Formula],
    values: Mapping[str, Term],
    constant: Term,
) -> list[Relation]:
    """The hypotheses about the parameters alone, and the negated relation, at the family.

    Raises KernelError where the values are not of the kind that refutes.
    """
    signature = kernel.signature
    (name,) = parameters(constant)
    if signature.symbols[name].sort != "integer":
        raise KernelError("the constant of a family is an integer symbol")
    relation = _unfolded(kernel, statement.relation)
    if relation.given or relation.op not in NEGATION:
        raise KernelError("a family refutes an unconditional inequality")
    wanted = symbols_of(relation) - {statement.constant}
    if wanted - set(values) or statement.constant in values or name in values:
        raise KernelError(
            "a family gives a value to every parameter of the relation, and to no other"
        )
    for symbol, value in values.items():
        declared = signature.symbols[symbol]
        if declared.random or declared.sets or declared.sort not in ("integer", "scalar"):
            raise KernelError(f"{symbol!r} is not a parameter")
        if not parameters(value) <= ({name} if symbol not in statement.depends else set()):
            raise KernelError(
                f"the value of {symbol!r} may depend on the constant alone, or not at all"
            )
        if declared.sort == "integer" and not kernel.integer_valued(kernel.algebra.normal(value)):
            raise KernelError(f"{symbol!r} is an integer, its value need not be")
    found = []
    for hypothesis in hypotheses:
        if isinstance(hypothesis, Relation):
            plain = _unfolded(kernel, hypothesis)
            if symbols_of(plain) <= set(values):
                found.append(replace_in(plain, values))
    negated = Relation(relation.left, NEGATION[relation.op], relation.right)
    return [*found, replace_in(negated, {**values, statement.constant: constant})]


def check(theorems: Iterable[Theorem], wanted: Iterable[Relation], constant: Term) -> None:
    """Raise KernelError unless the theorems are the goals, from K >= 1 alone."""
    listed, goals_ = list(theorems), list(wanted)
    if [theorem.statement for theorem in listed] != goals_:
        raise KernelError("the theorems of the family are not its goals")
    for theorem in listed:
        if not theorem.assumptions <= {at_least_one(constant)}:
            raise KernelError("a goal of the family was proved from more than K >= 1")


def _unfolded(kernel: Kernel, relation: Relation) -> Relation:
    def unfold(x: Term) -> Term:
        return unfold(kernel.signature.unfold(x)) if isinstance(x, Call) else rebuild(x, unfold)

    return Relation(
        unfold(relation.left),
        relation.op,
        unfold(relation.right),
        tuple(map(unfold, relation.given)),
    )
