"""What a model shows: that a statement is false, or that a theorem speaks of something.

A *counterexample* is a finite model on which the statement is false, a *witness* a finite model or
an explicit run on which it is true. On either one all that the statement rests on must hold: what
the declarations promise (sizes are natural numbers, choices exist), every hypothesis, and whatever
the statement owes in order to denote: no denominator is 0, no radicand is negative, for all values
of their indices, whatever the conditions. What cannot be decided counts as not holding.

A finite model is one step: it decides nothing about sequences. Where none of the hypotheses is
about a sequence, a statement about one step is about all models of one step. A theorem that is
cited holds of every model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from theory.kernel.formulas import owed, replace_in
from theory.kernel.intervals import Interval, Unseparated
from theory.kernel.models import Element, Evaluator, Model, Value
from theory.kernel.processes import Run, RunEvaluator
from theory.kernel.terms import (
    AlmostSure,
    Exists,
    Formula,
    Index,
    Integrable,
    KernelError,
    Relation,
    Signature,
    SomeConstant,
    Statement,
    Term,
)


@dataclass(frozen=True)
class Violation:
    """Where a statement is false: the values of its free indices, the outcome, and both sides.

    sides: None for an `Exists`, which is false because no index will do.
    """

    at: Mapping[Index, Element]
    outcome: int
    sides: tuple[Value, Value] | None = None

    def __str__(self) -> str:
        if self.sides is None:
            return "no index satisfies the relations"
        left, right = map(show, self.sides)
        where = ", ".join(f"{i.name} = {e[0]}{e[1] + 1}" for i, e in self.at.items())
        return f"left = {left}, right = {right}" + (f" at {where}" if where else "")


class Falsified(KernelError):
    """All that a statement rests on holds on a model, and the statement is false there."""


def show(value: Value) -> str:
    """An exact value as text; an enclosure as a decimal."""
    if isinstance(value, tuple):
        return "(" + ", ".join(map(show, value)) + ")"
    return f"{float(value.low):.6g}" if isinstance(value, Interval) else str(value)


def refutes(
    signature: Signature, hypotheses: Mapping[str, Formula], statement: Statement, model: Model
) -> Violation:
    """Where the statement is false on a model on which all that it rests on holds."""
    return Examination(signature, model).refutes(hypotheses, statement)


def witnesses(
    signature: Signature,
    hypotheses: Mapping[str, Formula],
    statement: Statement,
    model: Model | Run,
    value: Term | None = None,
) -> None:
    """Refuse unless what the statement rests on holds on the model, and so does the statement."""
    Examination(signature, model).witnesses(hypotheses, statement, value)


class Examination:
    """One model, and what was found to hold on it: each formula is decided once."""

    def __init__(self, signature: Signature, model: Model | Run) -> None:
        self.signature = signature
        self._evaluator: Evaluator | RunEvaluator
        if isinstance(model, Run):
            self._evaluator = RunEvaluator(signature, model)
        else:
            self._evaluator = Evaluator(signature, model)
        self._known: dict[Formula | Statement, bool | None] = {}

    def true(self, formula: Formula | Statement) -> bool:
        """Whether the formula is found to hold; what cannot be decided does not."""
        return self._found(formula) is True

    def _found(self, formula: Formula | Statement) -> bool | None:
        if formula not in self._known:
            try:
                self._known[formula] = self._evaluator.holds(formula)
            except Unseparated:
                self._known[formula] = None
        return self._known[formula]

    def refutes(self, hypotheses: Mapping[str, Formula], statement: Statement) -> Violation:
        """Where the statement is false; raises KernelError unless the model is a counterexample."""
        if not isinstance(self._evaluator, Evaluator) or not isinstance(
            statement, (Relation, Exists)
        ):
            raise KernelError("a finite model refutes a relation, or that there is an index")
        self._check(hypotheses, statement, "counterexample")
        for at, outcome, true in self._evaluator.instances(statement):
            if true is False:
                if isinstance(statement, Exists):
                    return Violation(at, outcome)
                return Violation(at, outcome, self._evaluator.sides(statement, at, outcome))
        raise KernelError("the counterexample does not violate the statement")

    def witnesses(
        self, hypotheses: Mapping[str, Formula], statement: Statement, value: Term | None = None
    ) -> None:
        """Raise KernelError, with the reason, unless the model is a witness of the statement.

        What a sequence does in the end follows from the theorem, and need not be decided on a run.
        value: for a `SomeConstant`, the number that the proof puts for the constant.
        """
        claim: Statement = statement
        if isinstance(statement, SomeConstant):
            if value is None:
                raise KernelError("a statement about a constant is evaluated with its value")
            claim = replace_in(statement.relation, {statement.constant: value})
        self._check(hypotheses, claim, "witness")
        found = self._found(claim)
        if found is False:
            raise Falsified("the statement is false on the witness")
        if found is None and not isinstance(claim, AlmostSure):
            raise KernelError("whether the statement is true cannot be decided on the witness")

    def _check(self, hypotheses: Mapping[str, Formula], statement: Statement, what: str) -> None:
        """Refuse a model on which something does not hold that the statement rests on."""
        self.signature.check_formula(statement)
        for name, hypothesis in {**self.signature.declared(), **hypotheses}.items():
            if not self.true(hypothesis):
                raise KernelError(f"the {what} does not satisfy the hypothesis {name!r}")
        for name, hypothesis in hypotheses.items():
            if isinstance(hypothesis, (Relation, Integrable, AlmostSure)):
                self._denotes(hypothesis, f"the hypothesis {name!r}", what)
        self._denotes(statement, "the statement", what)

    def _denotes(self, statement: Statement, title: str, what: str) -> None:
        for obligation in owed(self.signature, statement):
            if not self.true(obligation):
                raise KernelError(f"{title} does not denote on the {what}: {_fault(obligation)}")


def _fault(obligation: Relation | Integrable) -> str:
    if isinstance(obligation, Integrable):
        return "an expectation does not exist"
    return "a denominator may be 0" if obligation.op == ">" else "a radicand may be negative"
