"""The same plan gives the same bytes, on one process or two."""

import os
from fractions import Fraction

import numpy as np
import pytest

from empirics.seeds import Plan, canonical_json, cell_key, run_cells, run_chunks

PLAN = Plan(entropy=2017, chunk_size=5, chunks=4)
CELLS = [{"n": 11, "f": 3, "model": "gaussian"}, {"n": 5, "f": 1, "model": "two_point(p=1/10)"}]


def sample(cell, rng, trials):
    """One chunk; at the top level, where a fresh process finds it."""
    return rng.standard_normal((trials, cell["n"])), os.environ.get("OPENBLAS_NUM_THREADS")


def as_bytes(results):
    return [[array.tobytes() for array, _ in chunks] for chunks in results]


def test_one_process_or_two_give_the_same_bytes():
    before = dict(os.environ)
    alone = run_cells(sample, CELLS, PLAN)
    together = run_cells(sample, CELLS, PLAN, workers=2)
    assert as_bytes(alone) == as_bytes(together)
    assert {threads for chunks in together for _, threads in chunks} == {"1"}
    assert dict(os.environ) == before


def test_a_limit_of_threads_is_given_back(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    run_chunks(sample, CELLS[0], Plan(1, 1, 2), workers=2)
    assert os.environ["OPENBLAS_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ


def test_cells_do_not_depend_on_each_other_or_on_the_order_of_their_keys():
    alone = [run_chunks(sample, cell, PLAN) for cell in CELLS]
    assert as_bytes(alone) == as_bytes(run_cells(sample, CELLS, PLAN))
    turned = dict(reversed(CELLS[0].items()))
    assert as_bytes([run_chunks(sample, turned, PLAN)]) == as_bytes(alone[:1])


def test_more_chunks_leave_the_first_ones_as_they_were():
    longer = Plan(PLAN.entropy, PLAN.chunk_size, 7)
    assert as_bytes([run_chunks(sample, CELLS[0], longer)[:4]]) == as_bytes(
        [run_chunks(sample, CELLS[0], PLAN)]
    )


def test_entropy_cells_and_chunks_all_differ():
    streams = {
        plan.generator(cell, chunk).bytes(16)
        for plan in (PLAN, Plan(2018, 5, 4))
        for cell in (*CELLS, {"n": 11.0, "f": 3, "model": "gaussian"})
        for chunk in range(4)
    }
    assert len(streams) == 2 * 3 * 4


def test_numbers_do_not_change_between_versions():
    assert cell_key({"n": 11, "f": 3}) == (4224291450, 2392377879, 3043581581, 4063100204)
    assert PLAN.generator({"n": 11, "f": 3}, 0).integers(1000, size=3).tolist() == [445, 584, 632]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ({"p": Fraction(1, 2)}, "not JSON"),
        ({"sigma": np.nan}, "not JSON"),
        ({"n": np.int64(3)}, "not JSON"),
        ({"nested": [{1: 2}]}, "the key 1"),
    ],
)
def test_refuses_cells_without_one_text(cell, message):
    for call in (canonical_json, lambda cell: run_chunks(sample, cell, PLAN)):
        with pytest.raises(ValueError, match=message):
            call(cell)


@pytest.mark.parametrize("numbers", [(-1, 1, 1), (0, 0, 1), (0, 1, 0)])
def test_refuses_empty_plans(numbers):
    with pytest.raises(ValueError, match="give entropy"):
        Plan(*numbers)


def test_refuses_other_chunks_and_no_workers():
    with pytest.raises(ValueError, match="no chunk 4 of 4"):
        PLAN.generator(CELLS[0], 4)
    with pytest.raises(ValueError, match="workers = 0"):
        run_chunks(sample, CELLS[0], PLAN, workers=0)
