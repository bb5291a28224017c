"""A rule under attack in many trials: sample, attack, aggregate and sum up, in constant memory.

    setting = Setting(Gaussian(), InnerProductManipulation(), n=50, f=12, gradient=np.ones(1000))
    print(averages(setting, np.random.default_rng(1), 10_000, reduced=True))

The averages are of what a theorem about resilience speaks of, and do not depend on the coordinates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import NamedTuple

import numpy as np

from empirics.interfaces import Attack, BoolArray, FloatArray, Model, Rule
from empirics.reduction import reduced_gradient, reduced_noise, refuse_unless_exact
from empirics.rules.krum import Krum, choose_among
from empirics.workers import Workers

_CHUNK = 2**18
"""Float64 values of noise in a chunk of trials, 2 MB, unless two trials need more."""


@dataclass(frozen=True)
class Setting:
    """An experiment: n workers, of whom f are Byzantine, and the true gradient g of shape [d].

    The rule is given V - g, so that |g| costs no digits; V itself if it depends on the origin.
    """

    model: Model
    attack: Attack
    n: int
    f: int
    gradient: FloatArray = field(repr=False)
    sigma: float = 1.0
    """E|V - g|^2 = d sigma^2 for a correct worker."""
    rule: Rule = field(default_factory=Krum)

    def __post_init__(self) -> None:
        """Refuse what is no experiment."""
        if not 0 <= self.f < self.n:
            raise ValueError(f"n = {self.n} and f = {self.f}: give 0 <= f < n")
        if self.gradient.ndim != 1 or not self.gradient.size:
            raise ValueError(f"the gradient has shape {self.gradient.shape}; give [d] with d >= 1")
        if not np.isfinite(self.gradient).all():
            raise ValueError("the gradient has a coordinate that is not finite")


class Outcomes(NamedTuple):
    """What happened in each of T trials."""

    along: FloatArray
    """[T]: <F - g, g> / |g|; the first coordinate of F where g = 0."""
    squared: FloatArray
    """[T]: |F - g|^2."""
    byzantine: BoolArray | None
    """[T]: the vector of a Byzantine worker was chosen; None for a rule that does not choose."""
    error: FloatArray
    """[T, d]: F - g; of a reduction fewer coordinates, which are each trial's own but the first."""
    seconds: float
    """What the rule took for all of them, without sampling and attack."""


class Averages(NamedTuple):
    """Means over all trials."""

    along: float
    """Of <F - g, g> / |g|, so that <E F, g> = |g|^2 + |g| along."""
    squared: float
    """Of |F - g|^2."""
    byzantine: float | None
    """The share of trials in which Krum chose a Byzantine worker; None for other rules."""


def averages(
    setting: Setting, rng: np.random.Generator, trials: int, *, reduced: bool = False
) -> Averages:
    """The averages over so many trials >= 1; see `outcomes`."""
    if trials < 1:
        raise ValueError(f"trials = {trials}: give at least 1")
    totals = np.zeros(3)
    for part in outcomes(setting, rng, trials, reduced=reduced):
        chosen = np.nan if part.byzantine is None else np.count_nonzero(part.byzantine)
        totals += [part.along.sum(), part.squared.sum(), chosen]
    along, squared, byzantine = (totals / trials).tolist()
    return Averages(along, squared, None if np.isnan(byzantine) else byzantine)


def outcomes(
    setting: Setting, rng: np.random.Generator, trials: int, *, reduced: bool = False
) -> Iterator[Outcomes]:
    """The outcomes of independent trials, in chunks whose size depends on n, f and d alone.

    With `reduced` noise is drawn in the coordinates of `empirics.reduction`: other random numbers,
    but the same law, and far faster in high dimension. Raises ValueError where that is not exact,
    and wherever the model, the attack or the rule does.
    """
    correct, d = setting.n - setting.f, setting.gradient.size
    gradient = setting.gradient
    if reduced:
        refuse_unless_exact(setting.model, setting.attack, setting.rule)
        gradient = reduced_gradient(gradient, correct)
    draw = reduced_noise if reduced else setting.model.noise
    length = np.linalg.norm(gradient)
    direction = gradient / length if length else np.eye(1, gradient.size)[0]
    for size in _chunk_sizes(trials, correct * gradient.size):
        noise = draw(rng, size, correct, d, setting.sigma)
        attack = setting.attack(rng, noise, gradient, setting.f)
        yield _outcomes(setting, Workers.of(noise, attack), gradient, direction)


def _outcomes(
    setting: Setting, workers: Workers, gradient: FloatArray, direction: FloatArray
) -> Outcomes:
    start = perf_counter()
    byzantine: BoolArray | None = None
    if type(setting.rule) is Krum:
        chosen = choose_among(workers, setting.f).chosen
        error = workers.pick(chosen)
        byzantine = chosen >= setting.n - setting.f
    elif setting.rule.depends_on_origin:
        error = setting.rule.aggregate(workers.all() + gradient, setting.f) - gradient
    else:
        error = setting.rule.aggregate(workers.all(), setting.f)
    seconds = perf_counter() - start
    # Not by BLAS, whose sums may depend on the number of threads.
    along = np.einsum("td,d->t", error, direction)
    return Outcomes(along, np.einsum("td,td->t", error, error), byzantine, error, seconds)


def _chunk_sizes(trials: int, values_per_trial: int) -> Iterator[int]:
    """Chunks of nearly equal size, none of a single trial: some attacks need another one."""
    size = max(2, _CHUNK // values_per_trial)
    count = max(1, trials // size)
    return ((trials * (i + 1)) // count - (trials * i) // count for i in range(count))
