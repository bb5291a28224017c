"""Values for the symbols that only single claims about Krum use, such that what they need holds.

Filled with arbitrary numbers they would hardly ever satisfy it, and those claims would not be
sampled. A symbol that a language lacks is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from empirics.experiments.base import Cell
from empirics.experiments.filling import fixed_generator, one_hot, quarters
from empirics.interfaces import FloatArray
from empirics.rules.krum import KrumTrace, select
from theory.kernel.terms import Formula, Signature
from theory.notation.language import expectation
from theory.papers.krum import setting

WEIGHTS = ((0.5, 0.25, 0.25), (0.125, 0.375, 0.5), (2.0, -1.0, 0.0))
"""Of three points in Lemma 1; exact, and with sum 1 exactly. Not all are positive."""


def facts(signature: Signature) -> list[Formula]:
    """E X = z for the random vector of Lemma 1."""
    if {"X", "z"} <= {*signature.symbols}:
        return [expectation(setting.X).eq(setting.z)]
    return []


def fixed(signature: Signature, cell: Cell, gradient: FloatArray, n: int) -> dict[str, FloatArray]:
    """Lemma 1 for the convex function |x|^2: three points near g, their mean z, the slope there.

    Further a linear rule with weights other than 0, and the expected cost of a selection.

    All numbers have few binary digits, so that floats hold them and their squares exactly.
    """
    weights = np.array(WEIGHTS[fixed_generator(cell, "weight").integers(len(WEIGHTS))])
    points = np.rint(4 * gradient) / 4 + quarters(fixed_generator(cell, "x"), (3, len(gradient)))
    mean = weights @ points
    linear = quarters(fixed_generator(cell, "linear"), (n,))
    tables = {
        "count": np.array(3.0),
        "weight": weights,
        "x": points,
        "f_at": np.square(points).sum(axis=1),
        "f_at_mean": np.square(mean).sum(),
        "f_EX": np.square(mean).sum(),
        "slope": 2 * mean,
        "z": mean,
        "linear": np.where(linear == 0, 0.25, linear),
        "selection": np.array(2.0 * n),
    }
    return {name: table for name, table in tables.items() if name in signature.symbols}


def random(
    signature: Signature,
    tables: Mapping[str, FloatArray],
    rng: np.random.Generator,
    trace: KrumTrace,
    f: int,
) -> dict[str, FloatArray]:
    """X with mean z; Krum with ties broken the other way; and the output of the linear rule.

    For that output, as the attacker's target, the Byzantine worker has sent what Result 1 says.
    """
    vectors = tables["V"]
    trials, n, dimension = vectors.shape
    X = tables.get("z", 0.0) + rng.standard_normal((trials, dimension))
    # On the workers in reverse order the smallest index among ties is the largest one; there are
    # ties only where exact arithmetic was needed.
    neighbours, chosen = trace.neighbours.copy(), trace.chosen.copy()
    if trace.exact.any():
        other = select(vectors[trace.exact, ::-1], f)
        neighbours[trace.exact] = other.neighbours[:, ::-1, ::-1]
        chosen[trace.exact] = n - 1 - other.chosen
    values = {
        "X": X,
        "f_X": np.square(X).sum(axis=1),
        "neighbour_2": neighbours.astype(np.float64),
        "chosen_2": one_hot(chosen, n),
        "target": np.einsum("n,tnd->td", tables.get("linear", np.ones(n)), vectors),
    }
    return {name: table for name, table in values.items() if name in signature.symbols}
