"""Explicit runs on which the hypotheses of the theorems about whole runs hold, at every time t.

In the first run the step is Krum of the vectors that are sent at t: the correct workers agree, and
the Byzantine one sends what it likes. (With noise each draw would lead elsewhere, and no finite
description would do; the finite models show one step with noise.) In the second the workers have
noise in proportion to x_t; the step is not their Krum but a number known at t, as nothing that is
assumed of an arbitrary rule ties the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from theory.kernel.models import Model, Outcome, Table
from theory.kernel.processes import Run, State
from theory.kernel.sequences import ratio
from theory.papers.krum.models import vector
from theory.papers.krum.witnesses import WITNESSES, witness

FAR = 99
"""Of the run that descends: x_t = 6/(t + FAR), and the step sizes are 1/(t + FAR + 1)."""


def _over(number: Any, later: int) -> Any:
    """number / (t + FAR + later)."""
    return ratio((Fraction(number),), (Fraction(FAR + later), Fraction(1)))


def _scaled(model: Model, size: Any) -> tuple[dict[str, Any], list[Outcome]]:
    """The tables of a model of Krum with all vectors of the workers times a number."""

    def times(table: Any) -> Table:
        return {key: tuple(size * c for c in value) for key, value in table.items()}

    known = {
        **model.tables,
        "g": times(model.tables["g"]),
        "variance": {(): size * size * model.tables["variance"][()]},
    }
    return known, [
        Outcome(o.probability, {**o.tables, "V": times(o.tables["V"]), "G": times(o.tables["G"])})
        for o in model.outcomes
    ]


def _run(model: Model, size: Any, fixed: dict[str, Any], random: dict[str, Any]) -> Run:
    """One state: a finite model of Krum, its vectors scaled, with other values for some symbols."""
    known, outcomes = _scaled(model, size)
    put: dict[str, Table] = {name: {(): value} for name, value in fixed.items()}
    draw: dict[str, Table] = {name: {(): value} for name, value in random.items()}
    drawn = [Outcome(o.probability, {**o.tables, **draw}) for o in outcomes]
    return Run((State(Model({**known, **put}, drawn), (0,) * len(drawn)),))


def _descent(model: Model, size: Any, slope: Fraction) -> Run:
    """Steps of length x_t on Q(y) = slope y^2 / 2: x_t - x_t / (t + 100) = x_{t+1}."""
    x, following = _over(6, 0), _over(6, 1)
    costs, later = slope / 2 * x * x, slope / 2 * following * following
    fixed = {
        "x_t": (x,),
        "gamma": _over(1, 1),
        "gamma_next": _over(1, 2),
        "gradient": (slope * x,),
        "bent_gradient": (slope * slope * x,),
        "cost": costs,
        "tame_cost": costs,
        "turned": (Fraction(0),),
        "mu_t": Fraction(0),
        "mu_of_text": Fraction(0),
        "K_1": slope,
        "K_3": Fraction(2),
        "K_4": Fraction(2),
    }
    random = {
        "step": (x,),
        "next_cost": later,
        "next_tame_cost": later,
        "next_gradient": (slope * following,),
    }
    return _run(model, size, fixed, random)


def agreeing() -> Run:
    """Descent on Q(y) = y^2 / 2 by Krum, where all correct workers send x_t."""
    model = witness(5, 1, [(1, 1)], lambda honest: vector(1000))
    return _descent(model, _over(6, 0), Fraction(1))


def descending() -> Run:
    """Descent on Q(y) = 5 y^2 / 8: the gradient is 5 x_t / 4, and the step x_t, so it is biased."""
    model = WITNESSES[0][1]()
    vector_g: Any = model.tables["g"][()]
    slope = Fraction(5, 4)
    return _descent(model, _over(6 * slope / vector_g[0], 0), slope)


def resting() -> Run:
    """Nothing moves, as the step sizes are 0: a trivial run, for the auxiliary sequence mu_t."""
    model = WITNESSES[0][1]()
    kept = {
        "next_cost": "cost",
        "next_tame_cost": "tame_cost",
        "next_gradient": "gradient",
        "next_damper": "damper",
    }
    same = {following: model.tables[now][()] for following, now in kept.items()}
    return _run(model, Fraction(1), {"gamma": Fraction(0), "gamma_next": Fraction(0)}, same)


RUNS: tuple[tuple[str, Callable[[], Run]], ...] = (
    ("a run of Krum, x_t = 6/(t+99), γ_t = 1/(t+100); the correct workers agree", agreeing),
    ("a run with x_t = 6/(t+99), γ_t = 1/(t+100): biased descent to the minimum", descending),
    ("a run that rests, γ_t = 0", resting),
)
"""Name and run; each theorem about whole runs has one on which all its hypotheses hold."""
