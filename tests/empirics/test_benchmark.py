"""Both sides of the benchmark do the same work."""

import numpy as np
import pytest

from empirics import benchmark


@pytest.mark.parametrize(("n", "f", "d"), [(5, 1, 2), (11, 3, 10)])
def test_batches_and_loop_give_the_same_means(n, f, d):
    gradient = np.full(d, 0.5)
    batch, loop = (
        experiment(np.random.default_rng(6), gradient, n, f, 100)
        for experiment in (benchmark.batched, benchmark.looped)
    )
    np.testing.assert_allclose(batch, loop)


def test_prints_one_ratio_a_setting(monkeypatch, capsys):
    monkeypatch.setattr(benchmark, "SETTINGS", [(5, 1, 2, 20)])
    benchmark.main()
    assert capsys.readouterr().out.startswith("n = 5, f = 1, d = 2: batches are ")
