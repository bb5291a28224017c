"""Both sides of the benchmark do the same work, and the peer is what it claims to be."""

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from scipy.stats import ks_2samp

from empirics import benchmark
from empirics.benchmark import CONTESTS, Contest, Size, batched, looped
from empirics.interfaces import FloatArray, Model
from empirics.rules.krum import krum
from tests.limits import LIMIT

SMALL = Size(11, 3, 4, trials=6)


@dataclass(frozen=True)
class Recorded(Model):
    """Noise that has been drawn before."""

    name: ClassVar[str] = "recorded"
    drawn: FloatArray

    def standard(self, rng, shape):
        """That noise, which is all of it."""
        assert shape == self.drawn.shape
        return self.drawn.copy()


@pytest.fixture(params=CONTESTS, ids=lambda c: f"{c.model.label}-{c.attack.label}")
def contest(request):
    return request.param


def test_batches_and_loop_give_the_same_averages(contest: Contest):
    def one(vectors):
        return krum(vectors, SMALL.f)

    if contest.attack.name == "gaussian":
        # Each draws the Byzantine vectors for itself: only the law is the same.
        trials, tolerance = 3000, 0.1
    else:
        trials, tolerance = 200, 1e-9
    rng = np.random.default_rng(6)
    noise = contest.model.noise(rng, trials, SMALL.n - SMALL.f, SMALL.d, 1.0)
    rows = iter(noise)
    same = replace(contest, model=Recorded(noise), draw=lambda rng, shape: next(rows))
    loop = looped(one, same, rng, SMALL, trials)
    batch = batched(same, rng, SMALL, trials)
    assert batch.squared == pytest.approx(loop.squared, rel=tolerance)
    assert batch.along == pytest.approx(loop.along, rel=tolerance, abs=tolerance)
    assert batch.byzantine == loop.byzantine


def test_batches_and_loop_draw_from_one_law(contest: Contest):
    ours = contest.model.standard(np.random.default_rng(7), (1, 1, 20_000)).ravel()
    theirs = contest.draw(np.random.default_rng(8), (1, 20_000)).ravel()
    assert ks_2samp(ours, theirs).pvalue > 1e-4


@pytest.mark.parametrize(("slower", "code"), [(1, 0), (3, 1)])
def test_a_ratio_below_its_aim_decides_and_seconds_do_not(slower, code, monkeypatch, capsys):
    def timed(tasks, rounds):
        times = {"peer": 240e6, "reduced": slower * 1e6}  # of a machine that takes for ever
        return {name: times.get(name, 1e6) for name in tasks}

    monkeypatch.setattr(benchmark, "byzfl_version", lambda: "0")
    monkeypatch.setattr(benchmark, "byzfl_krum", lambda f: lambda vectors: krum(vectors, f))
    monkeypatch.setattr(benchmark, "medians", timed)
    assert benchmark.main() == code
    out = capsys.readouterr().out
    assert ("80 [240]!" in out) == (slower == 3)
    assert out.count("]!") == code


def test_prints_a_row_for_krum_and_for_each_contest(monkeypatch, capsys):
    def medians(tasks, rounds):
        for _, run in tasks.values():
            run()
        return {name: 1.0 if name == "peer" else 1e-3 for name in tasks}

    monkeypatch.setattr(benchmark, "SIZES", (SMALL,))
    monkeypatch.setattr(benchmark, "byzfl_version", lambda: "0")
    monkeypatch.setattr(benchmark, "byzfl_krum", lambda f: lambda vectors: krum(vectors, f))
    monkeypatch.setattr(benchmark, "medians", medians)
    assert benchmark.main() == 0
    _, table = capsys.readouterr().out.split("\n\n")
    rows = table.splitlines()
    assert len(rows) == 1 + 2 + 2 * len(CONTESTS) + 1
    assert {len(row) for row in rows} == {24 + 14}
    assert [row[:24].strip() for row in rows[1:6]] == [
        "Krum alone",
        "x the matrix product",
        "gaussian, ipm",
        "x the random numbers",
        "by the reduction",
    ]


def run(code, *path):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path))}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )


def test_loads_the_peers_krum_without_what_it_does_not_need(tmp_path):
    root = Path(benchmark.__file__).parent.parent
    code = "from empirics.peers import byzfl_krum; print(byzfl_krum(2)([7, 8]))"
    assert "byzfl is not installed: run `make bench`" in run(code, root).stderr
    package = tmp_path / "byzfl" / "aggregators"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").write_text("import what_is_not_there")
    (package / "aggregators.py").write_text(
        "import torch, torch.linalg\n"
        "class Krum:\n"
        "    def __init__(self, f): self.f = f\n"
        "    def __call__(self, vectors): return vectors[0] * self.f\n"
    )
    assert run(code, root, tmp_path).stdout == "14\n"
