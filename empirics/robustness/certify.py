"""From the solver's multipliers to an exact certificate: round, repair, let the kernel check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import sqrt
from typing import Any

from empirics.robustness.patterns import Pattern, patterns
from empirics.robustness.solver import Solution, solve
from theory.kernel.terms import KernelError
from theory.robustness.coefficient import RobustnessBound, check

REWARDS = (1e-9, 1e-8, 1e-7, 1e-6)
"""How much more than is needed is asked of the multipliers; the next where one is not enough."""
_GRID = 1 << 44

Report = Callable[[int, int], None]
"""Called with how many patterns are done, and how many there are."""


def certificate(
    n: int, f: int, selected: int = 1, report: Report = lambda done, of: None
) -> tuple[dict[str, Any], RobustnessBound, Pattern]:
    """A certificate that kappa*(n, f) <= kappa, the bound, and the worst pattern.

    selected: how many workers are averaged; 1 for Krum, more for Multi-Krum.

    Raises ArithmeticError where no rounding of the solver's multipliers is accepted.
    """
    every = list(patterns(n, f))
    for reward in REWARDS:
        given, values = {}, {}
        for done, pattern in enumerate(every):
            solution = solve(pattern, selected=selected, reward=reward)
            values[pattern] = solution.value
            given[name_of(pattern)] = rounded(pattern, solution)
            report(done + 1, len(every))
        worst = max(values, key=lambda pattern: values[pattern])
        for room in (10 * reward, 100 * reward):
            found: dict[str, Any] = {
                "rule": "krum" if selected == 1 else "multikrum",
                "n": n,
                "f": f,
                "selected": selected,
                "kappa": _with_room(values[worst], room),
                "patterns": given,
            }
            if selected > 1:
                each = {
                    name: max((x for p, x in values.items() if p.correct == correct), default=0.0)
                    for name, correct in (("correct", True), ("byzantine", False))
                }
                found["kappa"] = _with_room(averaged(n - f, f, selected, each), 2 * room)
                found["each"] = {name: _with_room(x, room) for name, x in each.items()}
            try:
                return found, check(found), worst
            except KernelError:
                continue
    raise ArithmeticError(f"n = {n}, f = {f}: no rounding of the multipliers is a proof")


def averaged(m: int, f: int, selected: int, each: Mapping[str, float]) -> float:
    """What bounds the average of so many workers where |W - mean|^2 has a bound for each.

    The worst number of Byzantine workers among them, as in FORMAT.md.
    """

    def bound(liars: int) -> float:
        c = selected - liars
        ours = min(c * (m - c), c * c * each["correct"])
        return (sqrt(ours) + liars * sqrt(each["byzantine"])) ** 2 / selected**2

    return max(bound(liars) for liars in range(min(f, selected) + 1))


def _with_room(value: float, room: float) -> str:
    """A little more, as a rational number."""
    return str(Fraction(round(Fraction(value) * (1 + Fraction(room)) * _GRID), _GRID))


def name_of(pattern: Pattern) -> str:
    """The name of a pattern in a certificate."""
    return f"{'correct' if pattern.correct else 'byzantine'} {pattern.liars}"


def rounded(pattern: Pattern, solution: Solution) -> dict[str, Any]:
    """The multipliers as rational numbers that satisfy their conditions exactly."""
    out: dict[str, Any] = {}
    for g in pattern.sizes:
        weight = _fraction(solution.weights[g])
        if weight == 0:
            continue
        others = pattern.others(g)
        choice = {
            h: min(max(_fraction(solution.choices[g, h]), Fraction(0)), weight * count)
            for h, count in others.items()
        }
        missing = weight * pattern.k - sum(choice.values())
        for h in sorted(choice, key=lambda h: -choice[h]):
            moved = min(max(choice[h] + missing, Fraction(0)), weight * others[h])
            missing -= moved - choice[h]
            choice[h] = moved
        out[g] = {
            "weight": str(weight),
            "choice": {h: str(mu) for h, mu in choice.items() if mu},
        }
    return out


def _fraction(x: float) -> Fraction:
    return Fraction(max(round(x * _GRID), 0), _GRID)
