"""A batch of sampled trials: what every symbol of a language is in each of them, as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from empirics.interfaces import FloatArray, IntArray
from theory.kernel.terms import Index, Signature, Symbol

LARGEST_SET = 1000
"""The most elements of an index set, as in the kernel's models."""


@dataclass(frozen=True)
class Layout:
    """The sizes of all index sets, unions included, and the dimension of all vectors.

    The elements of a union are those of its parts, one part after the other.
    """

    signature: Signature
    sizes: Mapping[str, int]
    dimension: int

    def shape(self, symbol: Symbol) -> tuple[int, ...]:
        """The shape of a symbol's value in one trial."""
        vector = symbol.sort == "vector"
        return (*(self.sizes[s] for s in symbol.sets), *((self.dimension,) if vector else ()))

    def elements(self, axes: Iterable[Index], vector: bool) -> int:
        """The number of entries of an array with these axes."""
        return prod(self.sizes[i.set] for i in axes) * (self.dimension if vector else 1)

    def positions(self, small: str, large: str) -> slice | IntArray:
        """Where the elements of one index set stand among those of a set that contains it."""
        start, at = 0, {}
        for part in self.signature.parts(large):
            at[part] = range(start, start + self.sizes[part])
            start += self.sizes[part]
        places = [k for part in self.signature.parts(small) for k in at[part]]
        if places and places == list(range(places[0], places[-1] + 1)):
            return slice(places[0], places[-1] + 1)
        return np.array(places, dtype=np.intp)

    def codes(self, name: str) -> IntArray:
        """A number for each element of an index set: the same one in every set that has it."""
        order = list(self.signature.sizes)
        parts = self.signature.parts(name)
        codes = [order.index(p) * LARGEST_SET + k for p in parts for k in range(self.sizes[p])]
        return np.array(codes, dtype=np.intp)

    def element(self, name: str, position: int) -> tuple[str, int]:
        """The element at a position of an index set, as the kernel's models name it."""
        for part in self.signature.parts(name):
            if position < self.sizes[part]:
                return part, position
            position -= self.sizes[part]
        raise IndexError(f"{name!r} has no element at this position")


@dataclass(frozen=True)
class Batch:
    """What every symbol is in each of `trials` independent trials.

    The table of a random symbol has shape [trials, one axis per index set, (dimension)], that of a
    deterministic one lacks the first axis. A choice is a 0/1 table that sums to 1 along its last
    axis. A symbol without a table may not be mentioned by a term that is evaluated.
    `empirics.evaluate.batch_of` makes a checked one.
    """

    layout: Layout
    tables: Mapping[str, FloatArray]
    trials: int

    def block(self, start: int, stop: int) -> Batch:
        """The trials from start to stop; nothing is copied."""
        return self.select(slice(start, stop), stop - start)

    def select(self, which: slice | IntArray, trials: int) -> Batch:
        """Some of the trials."""
        symbols = self.layout.signature.symbols
        tables = {n: t[which] if symbols[n].random else t for n, t in self.tables.items()}
        return Batch(self.layout, tables, trials)


def check_tables(batch: Batch) -> None:
    """Raise ValueError, with the reason, unless each table fits its symbol."""
    for name, table in batch.tables.items():
        symbol = batch.layout.signature.symbols.get(name)
        if symbol is None:
            raise ValueError(f"{name!r} is not a symbol of the language")
        shape = ((batch.trials,) if symbol.random else ()) + batch.layout.shape(symbol)
        if table.shape != shape:
            raise ValueError(f"the table of {name!r} has shape {table.shape}; give {shape}")
        if not np.isfinite(table).all():
            raise ValueError(f"the table of {name!r} has a value that is not a finite number")
        if symbol.sort == "integer" and (table != np.rint(table)).any():
            raise ValueError(f"{name!r} must be an integer")
        if symbol.sort in ("indicator", "choice") and not ((table == 0) | (table == 1)).all():
            raise ValueError(f"{name!r} must be 0 or 1")
        if symbol.sort == "choice" and (table.sum(axis=-1) != 1).any():
            raise ValueError(f"{name!r} must choose exactly one index")
