"""Refuting "there is a constant": for every K, parameters at which the relation fails for K.

A statement "for some constant C depending on c: L <= C R for all n, f" is false if there is one
value of c such that for every integer K >= 1 some n, f satisfy the hypotheses, R >= 0 and L > K R:
a real C fails where the next integer does. The parameters are given as integer polynomials in K;
what remains to be shown are the relations of `goals`, each a theorem that assumes K >= 1 alone.
So that each member of the family is a model, every hypothesis in force, and every condition of the
signature's sizes and choices, must be a relation of parameters that have a value, and is a goal.
Nothing in force binds the other symbols, which can then be anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from theory.kernel.formulas import context_of, parameters, replace_in, symbols_of
from theory.kernel.rules import Kernel, Theorem
from theory.kernel.terms import (
    Atom,
    Call,
    Formula,
    KernelError,
    Number,
    Relation,
    SomeConstant,
    Term,
    Times,
    rebuild,
)


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
    """At the family: what the signature declares, the hypotheses in force, R >= 0, and L > K R.

    Raises KernelError where the values are not of the kind that refutes.
    """
    signature = kernel.signature
    if not isinstance(constant, Atom) or constant.indices or constant.name not in signature.symbols:
        raise KernelError("the constant of a family is a plain symbol")
    name = constant.name
    if signature.symbols[name].sort != "integer":
        raise KernelError("the constant of a family is an integer symbol")
    if changing := sorted(
        k for k in (name, *values) if k in signature.symbols and signature.symbols[k].varies
    ):
        raise KernelError(f"a family is checked at one time, but {changing} may change with t")
    relation = _unfolded(kernel, statement.relation)
    if context_of(relation):
        raise KernelError("a family refutes a relation without free indices")
    factor = _factor(relation, statement.constant)
    wanted = symbols_of(Relation(relation.left, "<=", factor))
    if wanted - set(values) or {statement.constant, name} & set(values):
        raise KernelError("a family gives a value to every parameter of the relation")
    if unknown := set(values) - set(signature.symbols):
        raise KernelError(f"{sorted(unknown)} is not declared")
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
    for hypothesis in dict.fromkeys((*signature.declared().values(), *hypotheses)):
        if not isinstance(hypothesis, Relation):
            raise KernelError(
                f"a family cannot meet {type(hypothesis).__name__}, which is in force"
            )
        plain = _unfolded(kernel, hypothesis)
        if without := sorted(symbols_of(plain) - set(values)):
            raise KernelError(f"a hypothesis speaks of {without}, without a value in the family")
        found.append(replace_in(plain, values))
    left, right = (replace_in(Relation(x, "=", x), values).left for x in (relation.left, factor))
    return [
        *found,
        Relation(right, ">=", Number(Fraction(0))),
        Relation(left, ">", constant * right),
    ]


def _factor(relation: Relation, constant: str) -> Term:
    """R of a relation L <= C R, where C occurs nowhere else."""
    if relation.op != "<=" or relation.given or not isinstance(relation.right, Times):
        raise KernelError("a family refutes a relation of the form L <= C R")
    rest = tuple(x for x in relation.right.factors if x != Atom(constant))
    factor = Times(rest) if len(rest) != 1 else rest[0]
    if len(rest) != len(relation.right.factors) - 1:
        raise KernelError("a family refutes a relation of the form L <= C R")
    if constant in symbols_of(Relation(relation.left, "<=", factor)):
        raise KernelError("the constant occurs in more than one place")
    return factor


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
