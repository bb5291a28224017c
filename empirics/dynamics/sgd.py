"""Stochastic descent x_{t+1} = x_t - gamma_t F(V_1, ..., V_n) under attack, many runs at once.

The n - f correct workers send V_i = grad Q(x_t) + Z_i, with independent noise of a model and

    sigma(x) = sin(alpha) |grad Q(x)| / (eta(n, f) sqrt(d)) + extra:

without `extra` this is (iv) of Proposition 2 with equality. The attack sees the correct vectors and
the gradient; its f vectors come last, so that ties favour the correct workers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite, sqrt

import numpy as np

from empirics.dynamics.cost import Cost
from empirics.dynamics.costs import COSTS
from empirics.dynamics.schedules import SCHEDULES, Schedule
from empirics.experiments.krum import eta2
from empirics.interfaces import Attack, FloatArray, Model, Rule
from empirics.seeds import Plan

LARGEST_RUN = 20_000_000
"""The most coordinates that are kept: runs times steps times dimension."""

FARTHEST = 1e60
"""Where a run is given up: |x|^4 must still be a float."""

Progress = Callable[[int, int], None]
"""Called with the number of steps that are done, and of all."""


@dataclass(frozen=True)
class Setting:
    """What is simulated. Raises ValueError for what cannot be."""

    rule: Rule
    attack: Attack
    model: Model
    cost: Cost = field(default_factory=lambda: COSTS["quadratic"])
    schedule: Schedule = SCHEDULES["standard"]
    n: int = 11
    f: int = 3
    d: int = 10
    steps: int = 1000
    runs: int = 20
    seed: int = 0
    sin_alpha: float = 0.5
    """sin(alpha) of (iv), between 0 and 1."""
    extra: float = 0.0
    """Noise that does not vanish with the gradient, as a standard deviation; (iv) says 0."""
    horizon: float | None = None
    """D of u_t = phi(|x_t|^2), in units of |x|^2; the cost's own if None."""
    growth: float = 1.0
    """B of mu_t, in units of 1 / gamma^2."""

    def __post_init__(self) -> None:
        """Refuse numbers that are out of range."""
        for name in ("n", "d", "steps", "runs"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} = {getattr(self, name)}: give at least 1")
        if self.f < 0 or self.seed < 0:
            raise ValueError(f"f = {self.f} and seed = {self.seed}: give numbers >= 0")
        if 2 * self.f + 2 >= self.n:
            raise ValueError(
                f"2f + 2 < n is needed, by Krum and for η(n, f) in the noise, but n = {self.n} and "
                f"f = {self.f}: with this f give n >= {2 * self.f + 3}"
            )
        if not 0 <= self.sin_alpha <= 1:
            raise ValueError(f"sin(alpha) = {self.sin_alpha}: give a number between 0 and 1")
        for name in ("extra", "region", "growth"):
            value = getattr(self, name)
            if not (isfinite(value) and value >= 0):
                shown = {"extra": "extra noise", "region": "horizon D", "growth": "B"}[name]
                raise ValueError(f"{shown} = {value}: give a finite number >= 0")
        if (self.steps + 1) * self.runs * self.d > LARGEST_RUN:
            raise ValueError(
                f"steps {self.steps} times runs {self.runs} times d {self.d} is more than "
                f"{LARGEST_RUN} coordinates: give less"
            )

    @property
    def region(self) -> float:
        """D."""
        return self.cost.horizon(self.d) if self.horizon is None else self.horizon


@dataclass(frozen=True, eq=False)
class Trace:
    """All runs; the axis of the steps begins with t = 1. F_t is the step's aggregate."""

    setting: Setting
    gamma: FloatArray
    """gamma_t, [steps]."""
    x: FloatArray
    """x_t, [runs, steps + 1, d]."""
    aggregate: FloatArray
    """F_t, [runs, steps, d]."""
    h: FloatArray
    """h_t = Q(x_t), [runs, steps + 1]."""
    rho: FloatArray
    """rho_t = |grad Q(x_t)|^2, [runs, steps + 1]."""
    u: FloatArray
    """u_t = phi(|x_t|^2), [runs, steps + 1]."""
    descent_sum: FloatArray
    """Of gamma_i <F_i, grad Q(x_i)> over i <= t, [runs, steps]: (2-18) with F_i, which has the mean
    E(F_i | P_i), in its place: the difference is a martingale."""
    rho_sum: FloatArray
    """Of gamma_i rho_i over i <= t, [runs, steps]: (2-23)."""
    outward_sum: FloatArray
    """Of gamma_i <x_i, F_i> phi'(|x_i|^2) over i <= t, [runs, steps]: (2-12), estimated too."""
    mu_printed: FloatArray
    """prod over i <= t of 1/(1 - gamma_i^2 B), as (2-8) prints it, [steps]; NaN from a pole on."""
    mu_repaired: FloatArray
    """prod over i < t of 1/(1 + gamma_i^2 B), [steps]."""


def eta(n: int, f: int) -> float:
    """eta(n, f) of Proposition 1, for 2f + 2 < n.

    >>> round(eta(5, 1) ** 2, 12)
    18.0
    """
    return sqrt(eta2(n, f))


def phi(y: FloatArray, horizon: float) -> FloatArray:
    """phi(y) = (y - D)^2 beyond D, else 0, for any shape."""
    return np.square(np.maximum(y - horizon, 0.0))


def phi_slope(y: FloatArray, horizon: float) -> FloatArray:
    """phi'(y) = 2 (y - D) beyond D, else 0, for any shape."""
    slope: FloatArray = 2 * np.maximum(y - horizon, 0.0)
    return slope


def weights(gamma: FloatArray, growth: float) -> tuple[FloatArray, FloatArray]:
    """mu_t as printed and repaired, each [steps], for gamma [steps] and B >= 0.

    >>> printed, repaired = weights(np.array([1.0, 0.5]), 2.0)
    >>> printed.tolist(), repaired.tolist()
    ([-1.0, -2.0], [1.0, 0.3333333333333333])
    """
    growths: FloatArray = np.square(gamma) * growth
    below = np.where(growths == 1, np.nan, 1 - growths)
    printed: FloatArray = 1 / np.cumprod(below)
    repaired: FloatArray = 1 / np.cumprod(np.concatenate([np.ones(1), 1 + growths[:-1]]))
    return printed, repaired


def start(setting: Setting) -> FloatArray:
    """x_1 of every run, [d]: all coordinates equal, and |x_1|^2 = 4 D, or 4 d if D = 0."""
    far = 4 * (setting.region or setting.d)
    return np.full(setting.d, sqrt(far / setting.d))


def simulate(setting: Setting, progress: Progress | None = None) -> Trace:
    """The runs of a setting: the same for the same setting, and run r whatever their number.

    The noise depends on the seed, the model, n, f and d alone, so that rules, attacks and costs are
    compared on the same noise. Raises ValueError where a part refuses the setting, or where a run
    leaves the range of floats.
    """
    gamma = setting.schedule.sizes(setting.steps)
    workers = [_Workers(setting, run) for run in range(setting.runs)]
    x = np.empty((setting.runs, setting.steps + 1, setting.d))
    aggregate = np.empty((setting.runs, setting.steps, setting.d))
    x[:, 0] = start(setting)
    for t in range(setting.steps):
        gradient = setting.cost.gradient(x[:, t])
        vectors = np.stack([w.vectors(g) for w, g in zip(workers, gradient, strict=True)])
        aggregate[:, t] = setting.rule.aggregate(vectors, setting.f)
        x[:, t + 1] = x[:, t] - gamma[t] * aggregate[:, t]
        if not (np.abs(x[:, t + 1]) < FARTHEST).all():
            raise ValueError(
                f"a run diverges: |x| > {FARTHEST:g} after step {t + 1}; "
                "give fewer steps or smaller step sizes"
            )
        if progress is not None:
            progress(t + 1, setting.steps)
    return _trace(setting, gamma, x, aggregate)


def _trace(setting: Setting, gamma: FloatArray, x: FloatArray, aggregate: FloatArray) -> Trace:
    before = x[:, :-1]
    gradient = setting.cost.gradient(x)
    rho = np.square(gradient).sum(axis=-1)
    size = np.square(x).sum(axis=-1)
    along = (aggregate * gradient[:, :-1]).sum(axis=-1)
    outward = (aggregate * before).sum(axis=-1) * phi_slope(size[:, :-1], setting.region)
    printed, repaired = weights(gamma, setting.growth)
    return Trace(
        setting,
        gamma,
        x,
        aggregate,
        h=setting.cost.value(x),
        rho=rho,
        u=phi(size, setting.region),
        descent_sum=np.cumsum(gamma * along, axis=1),
        rho_sum=np.cumsum(gamma * rho[:, :-1], axis=1),
        outward_sum=np.cumsum(gamma * outward, axis=1),
        mu_printed=printed,
        mu_repaired=repaired,
    )


class _Workers:
    """The workers of one run, with random numbers of their own."""

    def __init__(self, setting: Setting, run: int) -> None:
        cell = {"model": setting.model.label, "n": setting.n, "f": setting.f, "d": setting.d}
        plan = Plan(setting.seed, chunk_size=1, chunks=setting.runs)
        self.noise = plan.generator({**cell, "of": "simulated noise"}, run)
        self.attack = plan.generator({**cell, "of": "simulated attack"}, run)
        self.setting = setting
        self.correct = setting.n - setting.f
        self.slope = setting.sin_alpha / (eta(setting.n, setting.f) * sqrt(setting.d))

    def vectors(self, gradient: FloatArray) -> FloatArray:
        """What all workers send, [n, d], at a gradient [d].

        A second trial is drawn for an attack that borrows noise from one, as `honest` does.
        """
        setting = self.setting
        sigma = self.slope * sqrt(float(gradient @ gradient)) + setting.extra
        noise = setting.model.noise(self.noise, 2, self.correct, setting.d, sigma)
        offsets = setting.attack(self.attack, noise, gradient, setting.f)
        return gradient + np.concatenate([noise[0], offsets[0]])
