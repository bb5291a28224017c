"""Finite models as data: what a refutation carries, in JSON, and its reading.

model   ::= {"tables": tables, "outcomes": [{"probability": "a/b", "tables": tables} ...]}
tables  ::= {symbol: [[[element ...], value] ...]}
element ::= [set, number]            value ::= "a/b" | ["a/b" ...] for a vector
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from theory.kernel.certificates import read_fraction
from theory.kernel.models import Model, Outcome, Table
from theory.kernel.terms import KernelError

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
    return [str(c) for c in value] if isinstance(value, tuple) else str(value)


def read_model(data: Any) -> Model:
    """The model of JSON values; refuses anything that is not of the form above."""
    try:
        outcomes = [
            Outcome(read_fraction(o["probability"]), _read_tables(o["tables"]))
            for o in data["outcomes"]
        ]
        return Model(_read_tables(data["tables"]), outcomes)
    except (TypeError, KeyError, ValueError, AttributeError) as wrong:
        raise KernelError(f"not a model ({type(wrong).__name__})") from None


def _read_tables(data: Any) -> dict[str, Table]:
    if sum(len(entries) for entries in data.values()) > LARGEST:
        raise KernelError("the model is too large")
    return {
        str(name): {
            tuple((str(s), int(e)) for s, e in key): _read_value(value) for key, value in entries
        }
        for name, entries in data.items()
    }


def _read_value(value: Any) -> Any:
    return (
        tuple(read_fraction(c) for c in value) if isinstance(value, list) else read_fraction(value)
    )
