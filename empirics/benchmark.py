"""How fast Krum and whole experiments are: `make bench`, or `python -m empirics.benchmark`.

Everything is a ratio of CPU times of one thread, taken in turns in one run: on a shared machine
seconds change from hour to hour, but what runs side by side slows down alike. The peer is byzfl's
Krum for numpy arrays in an obvious loop over trials, which samples, attacks and sums up as we do,
with numpy's own random numbers.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from time import process_time

import numpy as np

from empirics.attacks.alie import ALittleIsEnough
from empirics.attacks.gaussian import GaussianAttack
from empirics.attacks.ipm import InnerProductManipulation
from empirics.interfaces import Attack, FloatArray, Model
from empirics.models.gaussian import Gaussian
from empirics.models.student_t import StudentT
from empirics.models.two_point import TwoPoint
from empirics.monte_carlo import Averages, Setting, averages
from empirics.peers import PeerRule, byzfl_krum, byzfl_version
from empirics.rules.krum import choose
from empirics.smallest_score import blocks

ROUNDS = 9
"""How often each task is timed; the median counts."""


@dataclass(frozen=True)
class Size:
    """(n, f, d), and how many trials the peer does in some 100 ms."""

    n: int
    f: int
    d: int
    trials: int


SIZES = (
    Size(11, 3, 10, 6000),
    Size(25, 8, 100, 2500),
    Size(50, 12, 1000, 120),
    Size(100, 30, 10_000, 6),
)
KRUM, PLAIN, REDUCED = (12, 2.8, 5, 7), (8, 2, 1.8, 2.5), (14, 6, 33, 240)
"""What is aimed at for each size: how many times as fast as the peer."""

Draw = Callable[[np.random.Generator, tuple[int, int]], FloatArray]
Send = Callable[[np.random.Generator, FloatArray, int], FloatArray]
Task = tuple[int, Callable[[], object]]
"""How many trials it does, and a function that does them."""


def _ipm(rng: np.random.Generator, correct: FloatArray, f: int) -> FloatArray:
    return np.tile(-0.5 * correct.mean(axis=0), (f, 1))


def _alie(rng: np.random.Generator, correct: FloatArray, f: int) -> FloatArray:
    return np.tile(correct.mean(axis=0) - 1.5 * correct.std(axis=0), (f, 1))


def _far(rng: np.random.Generator, correct: FloatArray, f: int) -> FloatArray:
    return 200.0 * rng.standard_normal((f, correct.shape[1]))


def _normal(rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    return rng.standard_normal(shape)


def _two_values(rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    return np.where(rng.integers(10, size=shape) < 1, 3.0, -1 / 3)


def _student(rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    return rng.standard_t(5, shape) * sqrt(3 / 5)


@dataclass(frozen=True)
class Contest:
    """A model and an attack, and the same in the words of somebody who writes for one trial."""

    model: Model
    attack: Attack
    draw: Draw
    """The correct workers' noise, of shape [n - f, d]."""
    send: Send
    """What the Byzantine workers send, [f, d], seeing the correct vectors [n - f, d]."""


CONTESTS = (
    Contest(Gaussian(), InnerProductManipulation(0.5), _normal, _ipm),
    Contest(Gaussian(), ALittleIsEnough(1.5), _normal, _alie),
    Contest(Gaussian(), GaussianAttack(), _normal, _far),
    Contest(TwoPoint(), InnerProductManipulation(0.5), _two_values, _ipm),
    Contest(TwoPoint(), GaussianAttack(), _two_values, _far),
    Contest(StudentT(), InnerProductManipulation(0.5), _student, _ipm),
)
"""The first one is spherical and linear, and so has an exact reduction as well.

With two values and Byzantine vectors far from them, the scores of two workers often tie exactly.
"""


def looped(
    rule: PeerRule, contest: Contest, rng: np.random.Generator, size: Size, trials: int
) -> Averages:
    """What `batched` says, by the obvious numpy code for one trial after the other."""
    gradient = np.ones(size.d)
    unit = gradient / np.linalg.norm(gradient)
    totals = np.zeros(3)
    for _ in range(trials):
        correct = gradient + contest.draw(rng, (size.n - size.f, size.d))
        sent = contest.send(rng, correct, size.f)
        output = rule(np.concatenate([correct, sent]))
        error = output - gradient
        totals += [float(error @ unit), float(error @ error), float(output[0] in sent[:, 0])]
    return Averages(*(totals / trials).tolist())


def batched(
    contest: Contest, rng: np.random.Generator, size: Size, trials: int, *, reduced: bool = False
) -> Averages:
    """The averages over so many trials of one contest, for g = (1, .., 1) and sigma = 1."""
    setting = Setting(contest.model, contest.attack, size.n, size.f, np.ones(size.d))
    return averages(setting, rng, trials, reduced=reduced)


def krum_tasks(size: Size) -> dict[str, Task]:
    """Krum alone on the same vectors, and the matrix product that it cannot do without."""
    vectors = np.random.default_rng(0).standard_normal((size.trials, size.n, size.d))
    peer = byzfl_krum(size.f)
    return {
        "peer": (size.trials, lambda: [peer(trial) for trial in vectors]),
        "ours": (size.trials, lambda: choose(vectors, size.f)),
        "floor": (size.trials, lambda: _products(vectors)),
    }


def experiment_tasks(size: Size, contest: Contest) -> dict[str, Task]:
    """Whole experiments, and the random numbers that the plain one cannot do without."""
    rng = np.random.default_rng(0)
    peer = byzfl_krum(size.f)
    few, many = max(2, size.trials // 3), 4 * size.trials
    tasks: dict[str, Task] = {
        "peer": (few, lambda: looped(peer, contest, rng, size, few)),
        "ours": (many, lambda: batched(contest, rng, size, many)),
        "floor": (many, lambda: _draws(contest, rng, size, many)),
    }
    if contest is CONTESTS[0]:
        more = max(many, 1000)
        tasks["reduced"] = more, lambda: batched(contest, rng, size, more, reduced=True)
    return tasks


def _products(vectors: FloatArray) -> None:
    """The inner products of the vectors of each trial, in blocks as Krum takes them."""
    for block in blocks(len(vectors), vectors.shape[1] ** 2):
        np.matmul(vectors[block], vectors[block].swapaxes(1, 2))


def _draws(contest: Contest, rng: np.random.Generator, size: Size, trials: int) -> None:
    """The noise of the correct workers, a few at a time so that it stays in the cache."""
    correct = size.n - size.f
    for block in blocks(trials * correct, size.d):
        rows = min(block.stop, trials * correct) - block.start
        contest.model.standard(rng, (1, rows, size.d))


def medians(tasks: Mapping[str, Task], rounds: int) -> dict[str, float]:
    """The median CPU time of a trial for each task, where the tasks take turns."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, (trials, run) in tasks.items():
            start = process_time()
            run()
            times[name].append((process_time() - start) / trials)
    return {name: statistics.median(found) for name, found in times.items()}


def main() -> None:
    print(
        f"Median CPU time of one thread in {ROUNDS} rounds. A plain number says how many times as"
    )
    print(
        f"fast as byzfl {byzfl_version()} with numpy, [..] what is aimed at, and x a floor how many"
    )
    print("times as slow as what cannot be done without.\n")
    _row("", [f"({s.n},{s.f},{s.d})" for s in SIZES])
    found = [medians(krum_tasks(size), ROUNDS) for size in SIZES]
    _ratios("Krum alone", found, "ours", KRUM)
    _floors("  x the matrix product", found)
    for contest in CONTESTS:
        found = [medians(experiment_tasks(size, contest), ROUNDS) for size in SIZES]
        name = f"{contest.model.name}, {contest.attack.name}"
        _ratios(name, found, "ours", PLAIN)
        _floors("  x the random numbers", found)
        if "reduced" in found[0]:
            _ratios("  by the reduction", found, "reduced", REDUCED)


def _ratios(name: str, found: list[dict[str, float]], task: str, aims: tuple[float, ...]) -> None:
    cells = (f"{f['peer'] / f[task]:.3g} [{aim}]" for f, aim in zip(found, aims, strict=False))
    _row(name, cells)


def _floors(name: str, found: list[dict[str, float]]) -> None:
    _row(name, (f"x {f['ours'] / f['floor']:.2f}" for f in found))


def _row(name: str, cells: Iterable[str]) -> None:
    print(f"{name:24}", *(f"{cell:>13}" for cell in cells), flush=True)


if __name__ == "__main__":
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    if one.items() <= os.environ.items():
        main()
    else:
        # BLAS reads them when numpy is loaded, which has happened.
        os.execve(sys.executable, [sys.executable, "-m", "empirics.benchmark"], os.environ | one)
