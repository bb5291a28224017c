"""The smallest scores of long vectors: exact, whatever the precision, the attack and the blocks."""

import subprocess
import sys
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from empirics import long_vectors
from empirics.exact import ExactTrial
from empirics.long_vectors import NotFiniteError, are_long, smallest_of_long
from empirics.rules import krum as krum_module
from empirics.rules.krum import choose, chosen, krum
from empirics.rules.multi_krum import best, multi_krum
from empirics.strategies import trials
from tests.empirics.oracle import distance, krum_by_definition
from tests.limits import LIMIT

NARROW, WIDE = np.dtype(np.float32), np.dtype(np.float64)


@pytest.fixture
def small_blocks(monkeypatch):
    """Every trial is long, and has several blocks, pieces and runs."""
    monkeypatch.setattr(long_vectors, "LONG", 1)
    monkeypatch.setattr(long_vectors, "_BLOCK", 1)
    monkeypatch.setattr(long_vectors, "_PIECE", {NARROW: 8, WIDE: 8})
    monkeypatch.setattr(long_vectors, "_RUN", {NARROW: 4, WIDE: 8})


def order_by_definition(vectors, f):
    scores = krum_by_definition(vectors.tolist(), f).scores
    return sorted(range(len(scores)), key=lambda i: (scores[i], i))


def assert_exact(vectors, f):
    order = order_by_definition(vectors, f)
    assert choose(vectors, f).chosen == order[0]
    for m in range(1, len(order) + 1):
        assert best(vectors, f, m).nonzero()[0].tolist() == sorted(order[:m])


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trials(max_trials=1, max_n=8, max_exponent=900))
def test_is_the_definition_on_ties_copies_far_vectors_and_huge_numbers(small_blocks, trial):
    assert_exact(trial.vectors[0], trial.f)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    trials(max_trials=1, max_n=8, max_exponent=0),
    st.sampled_from([0, 0, 120, -120, -148, -160]),
    st.sampled_from([np.float32, np.float16]),
)
def test_is_the_definition_in_narrow_precision_denormals_included(small_blocks, trial, power, kind):
    with np.errstate(over="ignore"):
        vectors = np.ldexp(trial.vectors[0], power).astype(kind)
    vectors[~np.isfinite(vectors)] = np.finfo(kind).max
    assert_exact(vectors, trial.f)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("length", [0.0, 1e3, 1e7])
@pytest.mark.parametrize("attack", ["none", "far", "one coordinate", "collude"])
def test_is_the_definition_on_noise_far_from_the_origin(small_blocks, kind, length, attack):
    n, f, d = 12, 3, 100
    rng = np.random.default_rng(int(length) + len(attack))
    vectors = (length + rng.standard_normal((n, d))).astype(kind)
    if attack == "far":
        vectors[:f] *= 1e9
    elif attack == "one coordinate":  # the others are at the mean: the likeliest centre is wrong
        vectors[:f] = vectors[f:].mean(axis=0)
        vectors[:f, 40] += 1e9
    elif attack == "collude":
        vectors[:f] = vectors[f]
    assert_exact(vectors, f)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.sampled_from([np.float32, np.float64]), st.booleans())
def test_bounds_hold_for_any_centre(small_blocks, data, kind, all_rows):
    n, d = 5, data.draw(st.integers(1, 30))
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    scale = data.draw(st.sampled_from([1.0, 1e-20, 1e-38, 1e-44, 1e15]))
    vectors = (scale * rng.standard_normal((n, d)) * 10.0 ** rng.integers(-3, 4, (n, 1))).astype(
        kind
    )
    members = np.array(data.draw(st.lists(st.integers(0, n - 1), max_size=3)), dtype=np.intp)
    rows = np.arange(n) if all_rows else np.array([1, 3])
    precision = data.draw(st.sampled_from([NARROW, WIDE] if kind is np.float32 else [WIDE]))
    step = long_vectors._Step(rows, members, precision)
    low, high = long_vectors._enclosed(vectors, step, slice(0, d))
    exact = [[Fraction(x) for x in row] for row in vectors.tolist()]
    for i, worker in enumerate(rows):
        for j in range(n):
            assert low[i, j] <= distance(exact[worker], exact[j])
            assert high[i, j] == np.inf or distance(exact[worker], exact[j]) <= high[i, j]


def test_only_what_rounding_cannot_tell_apart_is_computed_exactly():
    vectors = np.random.default_rng(0).standard_normal((12, 200_000)).astype(np.float32)
    assert smallest_of_long(vectors, 7, 1).exact == 0
    vectors[5:9] = vectors[:8].mean(axis=0)
    copies = smallest_of_long(vectors, 7, 2)
    assert (copies.exact, copies.passes) == (0, 1)
    assert copies.chosen.nonzero()[0].tolist() == [5, 6]


def test_a_tie_to_the_last_digit_is_decided_by_integers():
    n, d = 8, 200_000
    rng = np.random.default_rng(1)
    half = rng.standard_normal((n, d // 2)).astype(np.float32)
    vectors = np.concatenate([half, half[::-1]], axis=1)  # worker i and n - 1 - i tie exactly
    found = smallest_of_long(vectors, n - 2, 1)
    scores = ExactTrial(vectors.astype(float)).scores(range(n), n - 2)
    assert found.exact == 2
    assert found.chosen.argmax() == min(scores, key=scores.__getitem__) <= 3


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_all_layouts_give_the_same_and_are_left_alone(tmp_path, kind):
    vectors = np.random.default_rng(2).standard_normal((12, 100_000)).astype(kind)
    expected = krum(vectors.astype(float)[np.newaxis], 3)[0]
    averaged = np.mean(vectors[best(vectors, 3, 5)], axis=0, dtype=float)
    mapped = np.memmap(tmp_path / "vectors", dtype=kind, mode="w+", shape=vectors.shape)
    mapped[:] = vectors
    mapped.flush()
    mapped = np.memmap(tmp_path / "vectors", dtype=kind, mode="r", shape=vectors.shape)
    swapped = vectors.astype(vectors.dtype.newbyteorder())
    for same in (vectors, np.asfortranarray(vectors), mapped, vectors[np.newaxis], swapped):
        before = same.copy()
        assert krum(same, 3).dtype == np.float64
        np.testing.assert_array_equal(np.squeeze(krum(same, 3)), expected)
        np.testing.assert_allclose(np.squeeze(multi_krum(same, 3, 5)), averaged, rtol=1e-12)
        np.testing.assert_array_equal(same, before)


def test_the_blocks_and_threads_do_not_show(monkeypatch):
    vectors = np.random.default_rng(3).standard_normal((20, 60_000)).astype(np.float32)
    whole = [best(vectors, 5, m).tolist() for m in (1, 15)]
    monkeypatch.setattr(long_vectors, "_BLOCK", 1)
    assert [best(vectors, 5, m).tolist() for m in (1, 15)] == whole


def test_memory_is_a_small_part_of_the_input():
    vectors = np.random.default_rng(4).standard_normal((50, 400_000), dtype=np.float32)
    assert are_long(vectors)
    tracemalloc.start()
    chosen(vectors, 12)
    multi_krum(vectors, 12)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < vectors.nbytes / 4


def test_progress_is_told():
    vectors = np.random.default_rng(5).standard_normal((20, 200_000), dtype=np.float32)
    seen = []
    krum(vectors, 5, lambda done, of: seen.append((done, of)))
    assert seen[0][0] < seen[-1][0] == seen[-1][1] == 200_000


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("shape", [(9, 150_000), (2, 9, 150_000)])
def test_says_where_a_vector_is_not_finite(bad, shape):
    vectors = np.ones(shape, dtype=np.float32)
    vectors[..., 4, 140_001] = bad
    for rule in (krum, multi_krum):
        with pytest.raises(NotFiniteError, match="at worker 4, coordinate 140001"):
            rule(vectors, 2)


def test_importing_takes_no_memory_and_does_no_work():
    code = (
        "import numpy; real = numpy.empty; numpy.empty = None\n"
        "import empirics.smallest_score, empirics.long_vectors"
    )
    root = krum_module.__file__.rsplit("empirics", 1)[0]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True, timeout=LIMIT)
