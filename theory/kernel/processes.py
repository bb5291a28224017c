"""Explicit runs: processes whose values are rational functions of the time t.

A run is in one of finitely many states at each time t = 1, 2, 3, ...; it begins in the first one.
In a state, what is known at t and what is random at t are given by rational functions of t, and an
outcome leads to a state at t + 1. So a line about one step holds in the run if it does in each
state, for all t at once; and what sequences do in the end follows from their degrees in t.
This is how it is checked that the hypotheses of a theorem on whole runs can hold together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from theory.kernel.intervals import Unseparated
from theory.kernel.models import Evaluator, Model, Table, Value
from theory.kernel.sequences import Ratio, Scalar, following, leading, order
from theory.kernel.terms import AlmostSure, Formula, KernelError, Signature, Statement, Term

MOST_STATES = 20


@dataclass(frozen=True)
class State:
    """One state: its tables at every t, and for each outcome the number of the state at t + 1."""

    model: Model
    leads_to: tuple[int, ...]


@dataclass(frozen=True)
class Run:
    """A process with finitely many states; it is in the first one at t = 1."""

    states: Sequence[State]


class RunEvaluator:
    """Formulas of one signature on one run, which is checked for being a run."""

    def __init__(self, signature: Signature, run: Run) -> None:
        self.signature = signature
        self.run = run
        if not 1 <= len(run.states) <= MOST_STATES:
            raise KernelError(f"a run has 1 to {MOST_STATES} states")
        self.states = [
            Evaluator(signature, state.model, numbers=(Fraction, Ratio)) for state in run.states
        ]
        self._check_what_stays()
        self._check_what_follows()

    def _check_what_stays(self) -> None:
        """Symbols that neither vary nor are random are the same numbers at every time."""
        first = self.run.states[0].model.tables
        for name, symbol in self.signature.symbols.items():
            if symbol.varies or symbol.random:
                continue
            if any(isinstance(x, Ratio) for x in _numbers(first[name])):
                raise KernelError(f"{name!r} changes with t, and is not declared to")
            if any(dict(s.model.tables[name]) != dict(first[name]) for s in self.run.states):
                raise KernelError(f"{name!r} differs between states, and is not declared to vary")
        if len({state.dimension for state in self.states}) > 1:
            raise KernelError("all vectors of a run have one dimension")

    def _check_what_follows(self) -> None:
        """At each outcome of each state a successor is the value in the state that follows."""
        for here, state in zip(self.states, self.run.states, strict=True):
            if len(state.leads_to) != len(state.model.outcomes):
                raise KernelError("every outcome of a run leads to one state")
            for outcome, number in enumerate(state.leads_to):
                if not 0 <= number < len(self.states):
                    raise KernelError(f"there is no state {number}")
                after = self.run.states[number].model.tables
                for name, term in self.signature.successors.items():
                    if here.value(term, outcome=outcome) != _later(after[name][()]):
                        raise KernelError(
                            f"{name!r} is not at t + 1 what its successor is at outcome {outcome}"
                        )

    def holds(self, formula: Formula | Statement) -> bool | None:
        """Whether the formula holds along the run; None where that cannot be told.

        Of one step: in every state, at every t. Of a sequence: on every path that there could be.
        """
        if isinstance(formula, AlmostSure):
            self.signature.check_formula(formula)
            return self._in_the_end(
                formula.kind, [self._sequence(formula.body, s) for s in self.states]
            )
        answers = [state.holds(formula) for state in self.states]
        return None if None in answers and False not in answers else all(answers)

    def _sequence(self, body: Term, state: Evaluator) -> Scalar:
        value = state.value(body)
        if isinstance(value, tuple):
            raise KernelError("a sequence consists of numbers")
        return value

    def _in_the_end(self, kind: str, values: Sequence[Scalar]) -> bool | None:
        """Whether every sequence that takes at each t one of the values does what `kind` says.

        Each value has one sign from some t on, so |x(t)| is between multiples of t^order there.
        """
        try:
            orders = [order(x) for x in values]
            shown = {
                "bounded": max(orders) <= 0,
                "vanishes": max(orders) < 0,
                "converges": max(orders) < 0 or (max(orders) <= 0 and len(_limits(values)) == 1),
                "summable": max(orders) <= -2,
                "divergent": min(orders) >= -1 and all(leading(x) > 0 for x in values),
            }
        except Unseparated:
            return None
        return shown[kind] or (False if len(values) == 1 else None)


def _limits(values: Sequence[Scalar]) -> set[Fraction]:
    return {leading(x) if order(x) == 0 else Fraction(0) for x in values}


def _numbers(table: Table) -> Iterable[Scalar]:
    for value in table.values():
        yield from value if isinstance(value, tuple) else (value,)


def _later(value: Value) -> Value:
    return tuple(map(following, value)) if isinstance(value, tuple) else following(value)
