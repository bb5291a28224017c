"""Values for symbols of which nothing special is asked: small exact numbers and simple laws."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from empirics.evaluate import batch_of
from empirics.experiments.base import Cell
from empirics.interfaces import FloatArray
from empirics.seeds import cell_key
from theory.kernel.terms import Signature

LAWS = ("gaussian", "two_point", "student_t")
SCALARS = (0.5, 1.0, 2.0, -1.0, 0.25, 3.0, 0.0, 0.75)
INTEGER = 2.0


def standard(law: str, rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """Independent numbers with mean 0 and variance 1, of one of the `LAWS`."""
    if law == "two_point":
        return 2 * coins(rng, shape) - 1
    if law == "student_t":
        return rng.standard_t(5, size=shape) * (3 / 5) ** 0.5
    return rng.standard_normal(shape)


def quarters(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """Multiples of 1/4 of size 1, whose sums and products floats hold exactly."""
    return np.divide(np.rint(4 * rng.standard_normal(shape)), 4, dtype=np.float64)


def coins(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """Fair 0/1 variables."""
    return rng.integers(2, size=shape).astype(np.float64)


def fixed_generator(cell: Cell, symbol: str) -> np.random.Generator:
    """Random numbers for a symbol that is the same in all trials of a cell."""
    key = cell_key({"cell": cell, "symbol": symbol})
    return np.random.default_rng(np.random.SeedSequence(0, spawn_key=key))


def fill_deterministic(
    signature: Signature, tables: Mapping[str, FloatArray], cell: Cell, dimension: int
) -> dict[str, FloatArray]:
    """The tables, and one for every other deterministic symbol; they depend on the cell alone."""
    filled = dict(tables)
    for name, symbol in signature.symbols.items():
        if name not in filled and not symbol.random and not symbol.sets:
            if symbol.sort == "integer":
                filled[name] = np.array(INTEGER)
            elif symbol.sort == "scalar":
                filled[name] = np.array(fixed_generator(cell, name).choice(SCALARS))
    layout = batch_of(signature, filled, 1, dimension).layout
    for name, symbol in signature.symbols.items():
        if name not in filled and not symbol.random:
            rng, shape = fixed_generator(cell, name), layout.shape(symbol)
            bits = symbol.sort == "indicator"
            filled[name] = coins(rng, shape) if bits else quarters(rng, shape)
    return filled


def fill_random(
    signature: Signature,
    tables: Mapping[str, FloatArray],
    law: str,
    rng: np.random.Generator,
    trials: int,
    dimension: int,
) -> dict[str, FloatArray]:
    """The tables, and one for every random symbol that has none: independent values of one law.

    0/1 variables are fair coins, choices uniform. All deterministic symbols must have tables.
    """
    fixed = {n: t for n, t in tables.items() if not signature.symbols[n].random}
    layout = batch_of(signature, fixed, 1, dimension).layout
    filled = dict(tables)
    for name, symbol in signature.symbols.items():
        if name in filled or not symbol.random:
            continue
        shape = (trials, *layout.shape(symbol))
        if symbol.sort == "indicator":
            filled[name] = coins(rng, shape)
        elif symbol.sort == "choice":
            places = rng.integers(shape[-1], size=shape[:-1])
            filled[name] = one_hot(places, shape[-1])
        else:
            filled[name] = standard(law, rng, shape)
    return filled


def one_hot(indices: np.typing.NDArray[np.int64], size: int) -> FloatArray:
    """Indices [...] as 0/1 tables [..., size]."""
    return np.equal(indices[..., np.newaxis], np.arange(size)).astype(np.float64)
