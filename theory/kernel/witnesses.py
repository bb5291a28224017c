"""Finite models and runs as data: what refutations and witnesses carry, in JSON, and its reading.

model   ::= {"tables": tables, "outcomes": [{"probability": "a/b", "tables": tables} ...]}
run     ::= {"states": [{"model": model, "leads to": [number ...]} ...]}
tables  ::= {symbol: [[[element ...], value] ...]}
element ::= [set, number]            value ::= number | [number ...] for a vector
number  ::= "a/b" | in a run also {"over": [[ "a/b" ...], ["a/b" ...]]}, two polynomials in t,
            numerator and denominator, by the coefficients of 1, t, t^2, ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from theory.kernel.certificates import read_fraction
from theory.kernel.models import Model, Outcome, Table
from theory.kernel.processes import MOST_STATES, Run, State
from theory.kernel.sequences import DEGREE, Ratio
from theory.kernel.terms import KernelError

T = TypeVar("T")

LARGEST = 100_000
"""More table entries than this are refused."""


def write_model(model: Model) -> dict[str, Any]:
    """The model as JSON values."""
    return {
        "tables": _write_tables(model.tables),
        "outcomes": [
            {"probability": str(o.probability), "tables": _write_tables(o.tables)}
            for o in model.outcomes
        ],
    }


def _write_tables(tables: Mapping[str, Table]) -> dict[str, Any]:
    return {
        name: [
            [[list(e) for e in key], _write_value(value)] for key, value in sorted(table.items())
        ]
        for name, table in sorted(tables.items())
    }


def _write_value(value: Any) -> Any:
    return [*map(_write_number, value)] if isinstance(value, tuple) else _write_number(value)


def _write_number(x: Any) -> Any:
    if isinstance(x, Ratio):
        return {"over": [[str(c) for c in p] for p in (x.top, x.bottom)]}
    return str(x)


def write_run(run: Run) -> dict[str, Any]:
    """The run as JSON values."""
    return {
        "states": [
            {"model": write_model(s.model), "leads to": list(s.leads_to)} for s in run.states
        ]
    }


def read_model(data: Any) -> Model:
    """The model of JSON values; refuses anything that is not of the form above."""
    return _read("model", lambda: _read_model(data, read_fraction))


def read_run(data: Any) -> Run:
    """The run of JSON values; refuses anything that is not of the form above."""
    return _read("run", lambda: _read_run(data))


def _read(what: str, reading: Callable[[], T]) -> T:
    try:
        return reading()
    except (TypeError, KeyError, ValueError, AttributeError) as wrong:
        raise KernelError(f"not a {what} ({type(wrong).__name__})") from None


def _read_run(data: Any) -> Run:
    _only(data, "states")
    states = data["states"]
    if not isinstance(states, list) or len(states) > MOST_STATES:
        raise KernelError(f"a run has a list of at most {MOST_STATES} states")
    return Run(tuple(map(_read_state, states)))


def _read_state(data: Any) -> State:
    _only(data, "model", "leads to")
    leads_to = data["leads to"]
    if not isinstance(leads_to, list) or not all(type(number) is int for number in leads_to):
        raise KernelError("the outcomes of a state lead to states, by their numbers")
    return State(_read_model(data["model"], _read_number), tuple(leads_to))


def _read_model(data: Any, number: Callable[[Any], Any]) -> Model:
    outcomes = [
        Outcome(read_fraction(o["probability"]), _read_tables(o["tables"], number))
        for o in data["outcomes"]
    ]
    return Model(_read_tables(data["tables"], number), outcomes)


def _read_tables(data: Any, number: Callable[[Any], Any]) -> dict[str, Table]:
    if sum(len(entries) for entries in data.values()) > LARGEST:
        raise KernelError("the model is too large")
    return {
        str(name): {
            tuple((str(s), int(e)) for s, e in key): _read_value(value, number)
            for key, value in entries
        }
        for name, entries in data.items()
    }


def _read_value(value: Any, number: Callable[[Any], Any]) -> Any:
    return tuple(map(number, value)) if isinstance(value, list) else number(value)


def _read_number(data: Any) -> Any:
    """A rational number, or a rational function of t."""
    if not isinstance(data, dict):
        return read_fraction(data)
    _only(data, "over")
    top, bottom = data["over"]
    for p in (top, bottom):
        if not isinstance(p, list) or not 1 <= len(p) <= DEGREE + 1:
            raise KernelError(f"a polynomial in t has 1 to {DEGREE + 1} coefficients")
    return Ratio(tuple(map(read_fraction, top)), tuple(map(read_fraction, bottom)))


def _only(data: Any, *keys: str) -> None:
    if not isinstance(data, dict) or set(data) != set(keys):
        raise KernelError(f"a part of a run has the keys {', '.join(keys)}")
