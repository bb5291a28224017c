"""The claims that a sweep compares its cells with: upper bounds of the document krum by a number.

They are found in the document, so nobody types a bound twice. They are proved of Krum; for another
rule a comparison says how that rule stands to Krum's bound, not whether a theorem holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from empirics.evaluate import batch_of, evaluate
from empirics.experiments.filling import fill_deterministic
from empirics.statistics import RESOLUTION, Estimate, Verdict
from theory.judge import theorem_id
from theory.kernel.terms import KernelError, Relation, Term

EXAMPLES = {"bias": "1-8a", "error": "error-sharp"}
"""A reading on whose left stands the quantity: |E Krum - g|^2, and E|Krum - g|^2."""


@dataclass(frozen=True)
class SweepClaim:
    """`quantity` <= bound, a reading of the document krum."""

    name: str
    quantity: str
    """`bias` or `error`: see `empirics.sweep.measure`."""
    bound: Callable[[int, int, int], float]
    """At (n, f, d), with 2f + 2 < n, for sigma = 1."""


@cache
def sweep_claims() -> dict[str, SweepClaim]:
    """Every claim that a sweep can be asked for, by the name of its reading."""
    from theory.papers.krum.document import DOCUMENT

    statements = {
        theorem_id(claim, reading): reading.statement
        for claim in DOCUMENT.claims().values()
        for reading in claim.readings
        if isinstance(reading.statement, Relation) and not reading.statement.given
    }
    lefts = {statements[name].left: quantity for quantity, name in EXAMPLES.items()}
    found = {}
    for name, statement in statements.items():
        if isinstance(statement, Relation) and statement.op == "<=" and statement.left in lefts:
            bound = _bound(statement.right)
            try:
                bound(5, 1, 1)
            except (KernelError, KeyError, ValueError):
                continue  # not a number that n, f and d determine
            found[name] = SweepClaim(name, lefts[statement.left], bound)
    return found


def _bound(right: Term) -> Callable[[int, int, int], float]:
    from theory.papers.krum.setting import language

    signature = language.signature

    @cache
    def value(n: int, f: int, d: int) -> float:
        plain = {"n": n, "f": f, "d": d, "variance": 1, "sigma": 1}
        given = {name: np.array(float(x)) for name, x in plain.items() if name in signature.symbols}
        tables = fill_deterministic(signature, given, {}, 1)
        return float(evaluate(right, batch_of(signature, tables, 1, 1)).item())

    return value


def compare(found: Estimate, bound: float, level: float, comparisons: int) -> Verdict:
    """Whether the estimate contradicts `quantity <= bound`, at a level for all comparisons."""
    slack = Estimate(bound - found.value, found.standard_error, found.chunks)
    rounding = RESOLUTION * (abs(found.value) + abs(bound))
    if slack.upper(level, comparisons) < -rounding:
        return Verdict.CONTRADICTED
    return Verdict.NOT_CONTRADICTED
