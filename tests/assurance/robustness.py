"""kappa*: every stored row found anew, and no vectors above a certified bound.

Random configurations on a small grid, attacks that collude, and steps of an optimiser from the
worst vectors known are all measured exactly against the certificate.
"""

from __future__ import annotations

from functools import partial
from random import Random

import numpy as np

from empirics.interfaces import FloatArray
from empirics.robustness.example import GRID, Example
from empirics.robustness.kappa import Kappa, kappa
from empirics.robustness.table import settings, table
from empirics.rules.krum import chosen
from tests.assurance.frame import Figures, Progress, spread

NAME = "robustness coefficient"
SEED = 2026
TRIALS = {"sample": 2_000, "full": 1_000_000}
"""Configurations for each setting that is attacked."""
ATTACKED = ((3, 0), (5, 1), (7, 2), (11, 4))
LARGEST_GAP = 1e-5
BATCH = 20_000


def measure(scale: str, progress: Progress) -> Figures:
    """Rows found anew, and configurations tried."""
    every = list(settings())
    some = every if scale == "full" else Random(SEED).sample([s for s in every if s[0] < 20], 6)
    rows = spread(_row, some, scale, progress)
    trials = spread(partial(_attacked, TRIALS[scale]), list(ATTACKED), scale, progress)
    gaps = [gap for _, gap, _ in rows]
    violations = [
        f"kappa*({n}, {f}): the gap is {gap:.1e}" for (n, f), gap, _ in rows if gap > LARGEST_GAP
    ]
    violations += [
        f"kappa*({n}, {f}): the stored row is another" for (n, f), _, same in rows if not same
    ]
    violations += [why for _, why in trials if why]
    return {
        "violations": violations,
        "summary": [
            ["kappa* certified and attained, settings", len(rows)],
            ["largest relative gap", f"{max(gaps):.1e}"],
            ["configurations that tried to exceed kappa*", sum(count for count, _ in trials)],
        ],
    }


def _row(setting: tuple[int, int]) -> tuple[tuple[int, int], float, bool]:
    """The setting, the gap of a bracket found anew, and whether it meets the stored one."""
    found, stored = kappa(*setting), table()[setting]
    meets = stored.lower <= found.upper and found.lower <= stored.upper
    return setting, found.gap, meets


def _attacked(trials: int, setting: tuple[int, int]) -> tuple[int, str]:
    """How many configurations were tried, and one that is above the bound, in words."""
    n, f = setting
    found = kappa(n, f)
    rng = np.random.default_rng([SEED, n, f])
    done = 0
    while done < trials:
        size = min(BATCH, trials - done)
        vectors = _configurations(rng, found, size)
        worst = vectors[_float_ratios(vectors, f).argmax()]
        if Example(f, worst).ratio() > found.upper:
            return done, f"kappa*({n}, {f}): exceeded by {worst.tolist()}"
        done += size
    return done, ""


def _configurations(rng: np.random.Generator, found: Kappa, size: int) -> FloatArray:
    """Random vectors, colluding ones, and the worst known with small changes: [size, n, d]."""
    n, f, base = found.n, found.f, found.example.vectors
    third = size // 3
    grid = rng.integers(-4, 5, size=(third, n, base.shape[1])).astype(float)
    near = base + rng.standard_normal((size - third, *base.shape)) * 10.0 ** rng.integers(
        -5, 0, size=(size - third, 1, 1)
    )
    vectors = np.concatenate([grid, near])
    if f:
        together = rng.random(size) < 0.5
        vectors[together, n - f :] = vectors[together, n - f : n - f + 1]
    return np.rint(vectors * GRID) / GRID


def _float_ratios(vectors: FloatArray, f: int) -> FloatArray:
    """The ratio in float64, to pick the configuration that is then measured exactly: [size]."""
    correct = vectors[:, : vectors.shape[1] - f]
    mean = correct.mean(axis=1)
    variance = np.square(correct - mean[:, None]).sum(axis=2).mean(axis=1)
    output = np.take_along_axis(vectors, chosen(vectors, f)[:, None, None], axis=1)[:, 0]
    error = np.square(output - mean).sum(axis=1)
    return np.divide(error, variance, out=np.zeros_like(error), where=variance > 0)
