"""Which multiples of many known facts add up to a goal?

A floating-point linear program picks the few facts that matter; the multiples of those are then
found exactly. Where there is no solution the program's dual, a linear functional on monomials,
says which facts are missing (`theory.search.squares` asks it).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from theory.kernel.polynomials import Monomial, Poly
from theory.kernel.rules import Line
from theory.search.multipliers import multipliers
from theory.search.trace import Trace

Column = tuple[str, Poly]
"""The kind of a line ("=", ">=", ">") and its polynomial."""

TINY = 1e-9
ROUNDING = 24
"""The multiples that leave least of a goal are rounded to fractions with such denominators."""

FEW = 60
"""Up to so many facts the exact solver is asked directly when the selection fails."""


class Mixture:
    """A goal polynomial, and facts of which it may be a sum of multiples."""

    def __init__(self, goal: Poly, *, strict: bool = False) -> None:
        self.goal = goal
        self.strict = strict
        self.columns: list[Column] = []
        self.functional: dict[Monomial, float] = {}
        self.nearest: dict[int, Fraction] = {}

    def add(self, kind: str, poly: Poly) -> int:
        """A further fact; its number."""
        self.columns.append((kind, poly))
        return len(self.columns) - 1

    def solve(self) -> dict[int, Fraction] | None:
        """The multiples by number of the fact, without zeros; None where there are none.

        >>> from theory.kernel.polynomials import ONE
        >>> a = (("a",), ())
        >>> mixture = Mixture({a: Fraction(2), ONE: Fraction(3)})
        >>> for poly in ({a: Fraction(1), ONE: Fraction(-1)}, {ONE: Fraction(5)}):
        ...     mixture.add(">=", poly)
        0
        1
        >>> mixture.solve()
        {0: Fraction(2, 1), 1: Fraction(1, 1)}
        """
        if not self.goal:
            return None if self.strict else {}
        chosen = self._select(useful(self.goal, self.columns))
        if chosen is None:
            return None
        return self._exactly(chosen) or (self._by_solver(chosen) if len(chosen) <= FEW else None)

    def by_weight(self, monomials: Iterable[Monomial]) -> list[Monomial]:
        """The monomials, those of the goal and those that most stand in the way at the front."""
        return sorted(
            monomials,
            key=lambda m: (m not in self.goal, -round(abs(self.functional.get(m, 0.0)), 6)),
        )

    # -- selection -----------------------------------------------------------------------------

    def _select(self, usable: Sequence[int]) -> list[int] | None:
        """The facts with a positive multiple in a floating-point solution."""
        from numpy import array, concatenate, ones, zeros
        from scipy.optimize import linprog
        from scipy.sparse import coo_array

        monomials: dict[Monomial, int] = {m: k for k, m in enumerate(self.goal)}
        rows, columns, data = [], [], []
        for column, number in enumerate(usable):
            for m, c in self.columns[number][1].items():
                rows.append(monomials.setdefault(m, len(monomials)))
                columns.append(column)
                data.append(float(c))
        size, width = len(monomials), len(usable)
        for sign, shift in ((1.0, width), (-1.0, width + size)):
            rows += range(size)
            columns += range(shift, shift + size)
            data += [sign] * size
        matrix = coo_array((data, (rows, columns)), shape=(size, width + 2 * size)).tocsr()
        wanted = zeros(size)
        wanted[: len(self.goal)] = [float(c) for c in self.goal.values()]
        bounds: list[tuple[float | None, float | None]] = [
            (None if self.columns[k][0] == "=" else 0.0, None) for k in usable
        ]
        slack: list[tuple[float | None, float | None]] = [(0.0, None)] * (2 * size)
        cost = concatenate([zeros(width), ones(2 * size)])
        done: Any = linprog(
            cost, A_eq=matrix, b_eq=wanted, bounds=bounds + slack, method="highs-ds"
        )
        if done.x is None:
            return None
        if done.fun > 1e-7 * (1 + abs(wanted).max()):
            names = list(monomials)
            dual = done.eqlin.marginals
            self.functional = {names[k]: float(dual[k]) for k in range(size)}
            near = zip(usable, done.x, strict=False)
            rounded = {k: Fraction(float(v)).limit_denominator(ROUNDING) for k, v in near}
            self.nearest = {k: v for k, v in rounded.items() if v}
            return None
        values = done.x
        if self.strict:
            reward = array(
                [-1.0 if self.columns[k][0] == ">" else 0.0 for k in usable] + [0.0] * (2 * size)
            )
            limits = [
                (low, 1.0 if self.columns[k][0] == ">" else high)
                for k, (low, high) in zip(usable, bounds, strict=True)
            ]
            none: list[tuple[float | None, float | None]] = [(0.0, 0.0)] * (2 * size)
            done = linprog(
                reward, A_eq=matrix, b_eq=wanted, bounds=limits + none, method="highs-ds"
            )
            if done.x is None or done.fun > -TINY:
                return None
            values = done.x
        chosen = [(v, k) for k, v in zip(usable, values, strict=False) if abs(v) > TINY]
        return [k for _, k in sorted(chosen, key=lambda x: (-round(abs(x[0]), 9), x[1]))]

    # -- exact multiples -----------------------------------------------------------------------

    def _exactly(self, chosen: Sequence[int]) -> dict[int, Fraction] | None:
        columns = [self.columns[k][1] for k in chosen]
        values = solve_linear(columns, self.goal, unique=False)  # what is free is of least weight
        if values is None:
            return None
        found = {k: v for k, v in zip(chosen, values, strict=True) if v}
        kinds = {self.columns[k][0] for k in found}
        if any(v < 0 and self.columns[k][0] != "=" for k, v in found.items()):
            return None
        return None if self.strict and ">" not in kinds else found

    def _by_solver(self, chosen: Sequence[int]) -> dict[int, Fraction] | None:
        try:
            values = multipliers(self.goal, [self.columns[k] for k in chosen], strict=self.strict)
        except ImportError:  # z3 is an extra
            return None
        return None if values is None else {k: v for k, v in zip(chosen, values, strict=True) if v}


def combined(
    trace: Trace, goal: Poly, lines: Sequence[Line], *, strict: bool = False
) -> Line | None:
    """A line that says goal >= 0 (or > 0) as a sum of multiples of the lines."""
    mixture = Mixture(goal, strict=strict)
    for line in lines:
        mixture.add(line.kind, line.poly)
    found = mixture.solve()
    if found is None:
        return None
    return trace.attempt("combine", tuple((c, lines[k]) for k, c in sorted(found.items())))


def useful(goal: Poly, columns: Sequence[Column]) -> list[int]:
    """The facts all of whose monomials can cancel against others or the goal."""
    alive = dict.fromkeys(range(len(columns)))
    while True:
        signs: defaultdict[Monomial, set[bool]] = defaultdict(set)
        for number in alive:
            kind, poly = columns[number]
            for m, c in poly.items():
                signs[m] |= {True, False} if kind == "=" else {c > 0}
        dead = [
            number
            for number in alive
            if any(m not in goal and len(signs[m]) == 1 for m in columns[number][1])
        ]
        if not dead:
            return list(alive)
        for number in dead:
            del alive[number]


def solve_linear(
    columns: Sequence[Poly], goal: Poly, *, unique: bool = True
) -> list[Fraction] | None:
    """The solution of Sum c * column = goal; None where there is none.

    Where there are several: None, or with unique=False the one whose free unknowns are 0.
    """
    monomials = dict.fromkeys([*goal, *(m for p in columns for m in p)])
    width = len(columns)
    pivots: dict[int, dict[int, Fraction]] = {}
    for m in monomials:
        row = {k: p[m] for k, p in enumerate(columns) if m in p}
        if m in goal:
            row[width] = goal[m]
        row = _reduced(row, pivots, width)
        lead = min(row, default=None)
        if lead is None:
            continue
        if lead == width:
            return None
        pivots[lead] = {k: v / row[lead] for k, v in row.items()}
    if unique and len(pivots) < width:
        return None
    for lead in sorted(pivots, reverse=True):
        others = {k: r for k, r in pivots.items() if k > lead}
        pivots[lead] = _reduced(pivots[lead], others, width)
    return [pivots.get(k, {}).get(width, Fraction(0)) for k in range(width)]


def _reduced(
    row: Mapping[int, Fraction], pivots: Mapping[int, Mapping[int, Fraction]], width: int
) -> dict[int, Fraction]:
    result = dict(row)
    for lead in sorted(pivots):
        factor = result.get(lead)
        if factor:
            for k, v in pivots[lead].items():
                result[k] = result.get(k, Fraction(0)) - factor * v
                if not result[k]:
                    del result[k]
    return result
