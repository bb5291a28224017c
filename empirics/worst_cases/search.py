"""Search for a law that hurts Krum most in expectation: restarts that refine the best law so far.

A start is a law to begin from, and a run of Nelder and Mead's simplex method on its numbers. The
kinds of starts take turns: a type of the best law is split in two, a law is drawn afresh, the best
law is shaken, a coordinate is added. All random numbers depend on the seed, on (n, f) and on the
number of the start, so a search that goes on from a saved state ends as one that was never stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize

from empirics.interfaces import FloatArray
from empirics.worst_cases.best_reply import Problem, Types, size
from empirics.worst_cases.exact import WorstCase
from empirics.worst_cases.law import Law
from empirics.worst_cases.rounded import worst_case

MOST_TYPES = 6
MOST_COORDINATES = 3
MOST_PAIRS = 20_000
"""Pairs of an outcome and a company, above which no type is added."""
EVALUATIONS = 100
"""Laws tried in one start, for each number of a law."""

KINDS = ("split", "fresh", "shake", "split", "lift")

Step = Callable[["State"], None]
Tick = Callable[[int, int], None]
"""Called with how many laws of a start have been tried, and the most that will be."""


@dataclass(frozen=True)
class State:
    """How far a search is: the number of starts that are done, and the best law found."""

    n: int
    f: int
    seed: int
    starts: int
    law: Types
    value: float
    """E of the first coordinate of Krum for the best law, in floating point."""

    def as_json(self) -> dict[str, Any]:
        """The state as JSON values."""
        return {
            "n": self.n,
            "f": self.f,
            "seed": self.seed,
            "starts": self.starts,
            "value": self.value,
            "probability": self.law.probability.tolist(),
            "position": self.law.position.tolist(),
            "radius": self.law.radius.tolist(),
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> State:
        """The state that `as_json` gave. Raises ValueError for what is not one."""
        try:
            law = Types(*(np.array(data[x], float) for x in ("probability", "position", "radius")))
            types = len(law.probability)
            shapes = law.probability.shape, law.radius.shape, law.position.shape[:-1]
            if shapes != ((types,),) * 3 or not types:
                raise ValueError("its law has arrays of different lengths")
            n, f, seed, starts = (int(data[x]) for x in ("n", "f", "seed", "starts"))
            return State(n, f, seed, starts, law, float(data["value"]))
        except (KeyError, TypeError) as wrong:
            raise ValueError(f"this is not the state of a search: {wrong!r}") from None

    def worst_case(self) -> WorstCase:
        """The best law with the adversary's best answers, in fractions."""
        return worst_case(_problem(self.n, self.f, self.law), self.law)


def begin(n: int, f: int, seed: int, known: Mapping[tuple[int, int], Law]) -> State:
    """The state before the first start: the best of some laws that are known, or a coin.

    Raises ValueError unless f >= 0 and n >= 2f + 3.
    """
    if f < 0 or 2 * f + 2 >= n:
        raise ValueError(f"n = {n} and f = {f}: Krum needs f >= 0 and n >= 2f + 3")
    laws = [Types(np.array([0.65, 0.35]), np.array([[-0.55], [1.0]]), np.array([0.8, 0.4]))]
    laws += [floating(law) for _, law in sorted(known.items())]
    laws = [law for law in laws if size(n, f, len(law.probability)) <= MOST_PAIRS] or laws[:1]
    values = [_value(n, f, law) for law in laws]
    best = int(np.argmax(values))
    return State(n, f, seed, 0, laws[best], values[best])


def go_on(
    state: State,
    budget: int,
    step: Step = lambda state: None,
    tick: Tick = lambda done, of: None,
) -> State:
    """Search until so many starts are done in all; `step` is called with the state after each."""
    while state.starts < budget:
        state = _start(state, tick)
        step(state)
    return state


def floating(law: Law) -> Types:
    """A law in floating point, with mean 0 and variance 1."""
    mean = np.array([float(x) for x in law.mean])
    scale = 1 / np.sqrt(float(law.variance))
    return Types(
        np.array([float(t.probability) for t in law.types]),
        (np.array([[float(x) for x in t.position] for t in law.types]) - mean) * scale,
        np.array([float(t.radius) for t in law.types]) * scale,
    )


def _start(state: State, tick: Tick) -> State:
    entropy = np.random.SeedSequence(state.seed, spawn_key=(state.n, state.f, state.starts))
    law = _beginning(state, KINDS[state.starts % len(KINDS)], np.random.default_rng(entropy))
    problem = _problem(state.n, state.f, law)
    most, tried = EVALUATIONS * problem.size, 0

    def loss(theta: FloatArray) -> float:
        nonlocal tried
        tried += 1
        tick(tried, most)
        return -problem.value(theta)

    found = minimize(
        loss,
        problem.theta(law),
        method="Nelder-Mead",
        options={"maxfev": most, "adaptive": True, "xatol": 1e-7, "fatol": 1e-9},
    )
    state = replace(state, starts=state.starts + 1)
    if -found.fun > state.value:
        state = replace(state, law=problem.law(found.x), value=float(-found.fun))
    return state


def _beginning(state: State, kind: str, rng: np.random.Generator) -> Types:
    """The law that a start begins from; where it would be too large, the best one, shaken."""
    law = state.law
    T, D = law.position.shape
    if kind == "fresh":
        T = 3 if size(state.n, state.f, 3) <= MOST_PAIRS else 2
        return Types(rng.dirichlet(np.ones(T)), rng.normal(size=(T, 1)), rng.random(T) + 0.1)
    if kind == "split" and T < MOST_TYPES and size(state.n, state.f, T + 1) <= MOST_PAIRS:
        t = int(rng.integers(T))
        rows = [*range(T), t]
        probability = law.probability[rows]
        probability[[t, T]] /= 2
        law = Types(probability, law.position[rows], law.radius[rows])
    position = law.position
    if kind == "lift" and D < MOST_COORDINATES:
        position = np.hstack([position, 0.25 * rng.normal(size=(T, 1))])
    return Types(
        law.probability * np.exp(0.05 * rng.normal(size=law.probability.shape)),
        position + 0.05 * rng.normal(size=position.shape),
        np.abs(law.radius + 0.05 * rng.normal(size=law.radius.shape)),
    )


def _problem(n: int, f: int, law: Types) -> Problem:
    return Problem(n, f, *law.position.shape)


def _value(n: int, f: int, law: Types) -> float:
    problem = _problem(n, f, law)
    theta: FloatArray = problem.theta(law)
    return problem.value(theta)
