"""Explicit runs on which the hypotheses of the theorems about whole runs hold, at every time t.

The workers' vectors have the law of a finite model of Krum with a Byzantine worker, at every t; the
step of the run is not their Krum but a number known at t, as no hypothesis ties the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from theory.kernel.models import Model, Outcome, Table
from theory.kernel.processes import Run, State
from theory.kernel.sequences import ratio
from theory.papers.krum.witnesses import WITNESSES

FAR = 9
"""Of the run that descends: x_t = 6/(t + FAR), and the step sizes are 1/(t + FAR + 1)."""


def _over(number: Any, later: int) -> Any:
    """number / (t + FAR + later)."""
    return ratio((Fraction(number),), (Fraction(FAR + later), Fraction(1)))


def _run(fixed: dict[str, Any], random: dict[str, Any]) -> Run:
    """One state: the first finite model of Krum with other values for some plain symbols."""
    model = WITNESSES[0][1]()
    put: dict[str, Table] = {name: {(): value} for name, value in fixed.items()}
    draw: dict[str, Table] = {name: {(): value} for name, value in random.items()}
    outcomes = [Outcome(o.probability, {**o.tables, **draw}) for o in model.outcomes]
    return Run((State(Model({**model.tables, **put}, outcomes), (0,) * len(outcomes)),))


def descending() -> Run:
    """Descent on Q(y) = 5 y^2 / 8: the step is x_t, the gradient 5 x_t / 4, so E Krum is biased.

    x_t - x_t / (t + 10) = x_{t+1}. The noise that is allowed is x_t^2 / 4.
    """
    x, following, slope = _over(6, 0), _over(6, 1), Fraction(5, 4)
    costs, later = slope / 2 * x * x, slope / 2 * following * following
    gradient, next_gradient = (slope * x,), (slope * following,)
    fixed = {
        "x_t": (x,),
        "gamma": _over(1, 1),
        "gamma_next": _over(1, 2),
        "gradient": gradient,
        "bent_gradient": (slope * slope * x,),
        "tame_gradient": gradient,
        "cost": costs,
        "tame_cost": costs,
        "noise": x * x * Fraction(1, 4),
        "turned": (Fraction(0),),
        "mu_t": Fraction(0),
        "cosine_alpha": Fraction(4, 5),
        "sine_alpha": Fraction(3, 5),
        "K_1": slope,
        "K_3": Fraction(2),
        "K_4": Fraction(2),
        "C_2": Fraction(1),
    }
    random = {
        "step": (x,),
        "next_cost": later,
        "next_tame_cost": later,
        "next_gradient": next_gradient,
        "next_tame_gradient": next_gradient,
    }
    return _run(fixed, random)


def resting() -> Run:
    """Nothing moves, as the step sizes are 0: a trivial run, for the auxiliary sequence mu_t."""
    model = WITNESSES[0][1]()
    kept = {
        "next_cost": "cost",
        "next_tame_cost": "tame_cost",
        "next_gradient": "gradient",
        "next_tame_gradient": "tame_gradient",
    }
    same = {following: model.tables[now][()] for following, now in kept.items()}
    return _run({"gamma": Fraction(0), "gamma_next": Fraction(0)}, same)


RUNS: tuple[tuple[str, Callable[[], Run]], ...] = (
    ("a run with x_t = 6/(t+9), γ_t = 1/(t+10): biased descent to the minimum", descending),
    ("a run that rests, γ_t = 0", resting),
)
"""Name and run; each theorem about whole runs has one on which all its hypotheses hold."""
