"""Krum against an oracle in Fractions, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from empirics import smallest_score, workers
from empirics.rules.krum import Krum, choose, choose_among, chosen, krum, select
from empirics.smallest_score import NotFiniteError
from empirics.strategies import trials, vectors
from empirics.workers import Workers
from tests.empirics.oracle import krum_by_definition


def every_way(batch, f):
    """The choice by one trial after the other, and by all of them together."""
    for many in (len(batch) + 1, 1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(smallest_score, "MANY_TRIALS", many)
            patch.setattr(workers, "MANY_TRIALS", many)
            yield choose(batch, f)


def assert_matches_the_definition(batch, f):
    trace = select(batch, f)
    quick, together = every_way(batch, f)
    for t, rows in enumerate(batch.tolist()):
        answer = krum_by_definition(rows, f)
        assert trace.chosen[t] == answer.chosen
        assert quick.chosen[t] == together.chosen[t] == answer.chosen
        assert trace.neighbours[t].tolist() == answer.neighbours
        for computed, score in zip(trace.scores[t], answer.scores, strict=True):
            if score < 2**1000:
                assert computed == pytest.approx(float(score), rel=1e-13, abs=1e-305)
    np.testing.assert_array_equal(trace.value, batch[np.arange(len(batch)), trace.chosen])
    np.testing.assert_array_equal(krum(batch, f), trace.value)


@settings(max_examples=300)
@given(trials())
def test_is_the_definition_on_ties_copies_and_far_vectors(trial):
    assert_matches_the_definition(*trial)


@given(trials(max_n=6, max_d=2, max_exponent=900))
def test_is_the_definition_where_squares_overflow_or_underflow(trial):
    assert_matches_the_definition(*trial)


@given(st.data())
def test_scores_near_the_largest_float_do_not_confuse(data):
    v = data.draw(vectors(5, 1, max_exponent=0)) * 2.0**510
    assert_matches_the_definition(v[np.newaxis], 1)


@pytest.mark.parametrize(("n", "f", "d"), [(3, 0, 1), (11, 3, 10), (25, 8, 30)])
@pytest.mark.parametrize("offset", [0.0, 1e8, -1e15])
def test_is_the_definition_on_ordinary_noise_however_far_from_the_origin(n, f, d, offset):
    rng = np.random.default_rng(7)
    assert_matches_the_definition(offset + rng.standard_normal((3, n, d)), f)


@given(trials(max_n=9))
def test_is_the_definition_where_the_last_workers_collude(trial):
    batch = trial.vectors.copy()
    batch[:, batch.shape[1] - trial.f :] = batch[:, -1:]
    assert_matches_the_definition(batch, trial.f)


@pytest.mark.parametrize("length", [0.0, 1e8])
@pytest.mark.parametrize("far", [1.0, 1e12])
@pytest.mark.parametrize("collude", [False, True])
@pytest.mark.parametrize(("n", "f", "d", "trials"), [(11, 3, 10, 140), (25, 8, 4, 20)])
def test_chooses_as_the_definition_in_every_trial(n, f, d, trials, length, far, collude):
    rng = np.random.default_rng(1)
    batch = length + rng.standard_normal((trials, n, d))
    if collude:
        batch[:, n - f :] = batch[:, :1]
    batch[:, n - f :] *= far
    oracle = [krum_by_definition(rows, f).chosen for rows in batch.tolist()]
    for choice in every_way(batch, f):
        assert choice.chosen.tolist() == oracle
        assert not choice.exact.any()


def test_workers_need_not_be_copied_into_one_array():
    rng = np.random.default_rng(2)
    correct, same, others = (rng.standard_normal((300, m, 10)) for m in (8, 1, 3))
    for byzantine in (np.broadcast_to(same, (300, 3, 10)), others, others[:, :0]):
        expected = choose(np.concatenate([correct, byzantine], axis=1), byzantine.shape[1])
        found = choose_among(Workers.of(correct, byzantine), byzantine.shape[1])
        np.testing.assert_array_equal(found.chosen, expected.chosen)
    with pytest.raises(ValueError, match="give n >= 11"):
        choose_among(Workers.of(correct, same), 4)
    same[7] = np.inf
    with pytest.raises(NotFiniteError):
        choose_among(Workers.of(correct, same), 1)


def test_far_byzantine_vectors_neither_matter_nor_slow_down():
    rng = np.random.default_rng(0)
    batch = rng.standard_normal((50, 11, 10))
    batch[:, 8:] += 1e12 * rng.standard_normal((50, 3, 10))
    assert_matches_the_definition(batch, 3)
    assert not choose(batch, 3).exact.any()


def test_exact_arithmetic_is_used_for_ties_and_for_nothing_else():
    square = np.array([[[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [9.0, 9.0]]])
    ordinary = np.random.default_rng(0).standard_normal((1, 5, 2))
    batch = np.concatenate([square, ordinary])
    assert choose(batch, 1).exact.tolist() == [True, False]
    assert select(batch, 1).exact.tolist() == [True, False]
    assert choose(batch, 1).chosen[0] == 0


def test_copies_tie_without_exact_arithmetic_and_the_first_one_wins():
    batch = np.random.default_rng(0).standard_normal((200, 11, 10))
    batch[:, 8:] = batch[:, :8].mean(axis=1, keepdims=True)
    trace = select(batch, 3)
    assert (trace.chosen == 8).all()
    assert not trace.exact.any()
    assert not choose(batch, 3).exact.any()
    some_copies_left_out = trace.neighbours[:, :8, 8:].any(axis=2)
    assert (trace.neighbours[:, :8, 8] == some_copies_left_out).all()


def test_neighbours_are_n_minus_f_minus_2_others():
    trace = select(np.zeros((4, 9, 3)), 2)
    assert (trace.neighbours.sum(axis=2) == 9 - 2 - 2).all()
    assert not trace.neighbours[:, range(9), range(9)].any()


def test_blocks_do_not_show(monkeypatch):
    batch = np.random.default_rng(3).integers(-2, 3, (40, 7, 2)).astype(float)
    whole, trace = choose(batch, 2), select(batch, 2)
    monkeypatch.setattr(smallest_score, "_BLOCK", 3 * 7 * 7)
    parts, pieces = choose(batch, 2), select(batch, 2)
    np.testing.assert_array_equal(whole.chosen, parts.chosen)
    np.testing.assert_array_equal(whole.exact, parts.exact)
    np.testing.assert_array_equal(trace.neighbours, pieces.neighbours)
    np.testing.assert_array_equal(trace.scores, pieces.scores)


@given(vectors(7, 2))
def test_one_trial_needs_no_axis_of_trials(v):
    one, batch = select(v, 2), select(v[np.newaxis], 2)
    assert one.chosen == chosen(v, 2) == batch.chosen[0]
    assert one.chosen.shape == one.exact.shape == ()
    np.testing.assert_array_equal(one.neighbours, batch.neighbours[0])
    np.testing.assert_array_equal(one.scores, batch.scores[0])
    np.testing.assert_array_equal(one.value, v[one.chosen])
    np.testing.assert_array_equal(krum(v, 2), v[one.chosen])


@given(st.integers(-(2**20), 2**20), st.data())
def test_commutes_with_translations_that_are_exact(shift, data):
    lattice = st.lists(st.integers(-9, 9), min_size=2, max_size=2)
    v = np.array(data.draw(st.lists(lattice, min_size=7, max_size=7)), dtype=float)
    np.testing.assert_array_equal(krum(v + shift, 2), krum(v, 2) + shift)


def test_takes_any_real_array_and_leaves_it_alone():
    v = np.random.default_rng(0).integers(-9, 9, (6, 7, 4))
    expected = krum(v.astype(float), 2)
    for same in (v, v.astype(np.float32), np.asfortranarray(v), v[:, :, ::-1][:, :, ::-1]):
        before = same.copy()
        np.testing.assert_array_equal(krum(same, 2), expected)
        np.testing.assert_array_equal(same, before)
    np.testing.assert_array_equal(Krum().aggregate(v, 2), expected)


def test_no_trials_give_no_vectors():
    assert krum(np.empty((0, 5, 3)), 1).shape == (0, 3)
    assert select(np.empty((0, 5, 3)), 1).neighbours.shape == (0, 5, 5)


@pytest.mark.parametrize("function", [krum, chosen, choose, select])
@pytest.mark.parametrize(
    ("bad", "f", "message"),
    [
        (np.zeros((6, 2)), 2, r"2f \+ 2 < n, but n = 6 and f = 2; with this f give n >= 7"),
        (np.zeros((2, 2)), 0, r"n >= 3"),
        (np.zeros((5, 2)), -1, "f = -1"),
        (np.zeros((5, 2)), 0.5, "f = 0.5"),
        (np.zeros((5, 0)), 1, "d = 0"),
        (np.zeros(5), 1, r"shape \(5,\)"),
        (np.zeros((1, 1, 5, 2)), 1, "shape"),
        (np.zeros((5, 2), dtype=complex), 1, "complex128"),
        ([["a"]] * 5, 1, "dtype <U1"),
        ([[1.0, 2.0], [3.0]], 1, "not an array of numbers"),
        ([[2**60]] * 5, 1, r"2\^53"),
        (np.full((5, 2), np.nan), 1, "nan at worker 0, coordinate 0: replace or drop"),
    ],
)
def test_refuses_what_it_cannot_answer(function, bad, f, message):
    with pytest.raises(ValueError, match=message):
        function(bad, f)


def test_says_where_a_vector_is_not_finite():
    batch = np.zeros((3, 5, 2))
    batch[2, 4, 1] = -np.inf
    with pytest.raises(ValueError, match="-inf at trial 2, worker 4, coordinate 1"):
        krum(batch, 1)
