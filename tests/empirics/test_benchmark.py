"""Both sides of the benchmark do the same work, and the peer is what it claims to be."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from empirics import benchmark
from empirics.benchmark import CONTESTS, Contest, Size, batched, looped
from empirics.rules.krum import krum

SMALL = Size(11, 3, 4, trials=6)


@pytest.mark.parametrize(
    "contest", CONTESTS, ids=lambda contest: f"{contest.model.label}-{contest.attack.label}"
)
def test_batches_and_loop_give_the_same_averages(contest: Contest):
    def one(vectors):
        return krum(vectors, SMALL.f)

    if contest.attack.name == "gaussian":
        # Each draws the Byzantine vectors at another moment: only the law is the same.
        trials, tolerance = 3000, 0.1
    else:
        trials, tolerance = 200, 1e-9
    loop = looped(one, contest, np.random.default_rng(6), SMALL, trials)
    batch = batched(contest, np.random.default_rng(6), SMALL, trials)
    assert batch.squared == pytest.approx(loop.squared, rel=tolerance)
    assert batch.along == pytest.approx(loop.along, rel=tolerance, abs=tolerance)
    assert batch.byzantine == loop.byzantine


def test_prints_a_row_for_krum_and_for_each_contest(monkeypatch, capsys):
    monkeypatch.setattr(benchmark, "SIZES", (SMALL,))
    monkeypatch.setattr(benchmark, "ROUNDS", 1)
    monkeypatch.setattr(benchmark, "byzfl_version", lambda: "0")
    monkeypatch.setattr(benchmark, "byzfl_krum", lambda f: lambda vectors: krum(vectors, f))
    benchmark.main()
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
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
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
