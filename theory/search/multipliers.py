"""Which multiples of the known lines add up to the goal? A linear program over the monomials."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from theory.kernel.polynomials import Monomial, Poly

EFFORT = 50_000_000
"""z3's resource limit: a search ends for the same reason on every machine."""


def multipliers(
    goal: Poly, known: Sequence[tuple[str, Poly]], *, strict: bool = False
) -> list[Fraction] | None:
    """Numbers c with goal = Sum c * p over the known (kind, p); None where there are none.

    c >= 0 for the kinds ">=" and ">"; strict asks for a positive multiple of some strict one.
    """
    import z3  # an optional dependency: replaying a certificate needs none

    rows: dict[Monomial, list[tuple[int, Fraction]]] = {m: [] for m in goal}
    for number, poly in enumerate(poly for _, poly in known):
        for monomial, coefficient in poly.items():
            rows.setdefault(monomial, []).append((number, coefficient))
    unknown = [z3.Real(f"c{k}") for k in range(len(known))]
    solver = z3.Solver()
    solver.set("rlimit", EFFORT)
    solver.set("random_seed", 0)
    for number, (kind, _) in enumerate(known):
        if kind in (">=", ">"):
            solver.add(unknown[number] >= 0)
    for monomial, row in rows.items():
        total = z3.Sum([unknown[k] * z3.Q(c.numerator, c.denominator) for k, c in row])
        wanted = goal.get(monomial, Fraction(0))
        solver.add(total == z3.Q(wanted.numerator, wanted.denominator))
    if strict:
        solver.add(z3.Sum([unknown[k] for k, (kind, _) in enumerate(known) if kind == ">"]) > 0)
    if solver.check() != z3.sat:
        return None
    model = solver.model()
    values = [model.eval(u, model_completion=True) for u in unknown]
    return [Fraction(v.numerator_as_long(), v.denominator_as_long()) for v in values]
