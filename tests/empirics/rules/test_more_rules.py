"""Bulyan, RFA, MeaMed, Phocas, clipping, mixing, buckets and layers: literal references, byzfl."""

import importlib
import sys
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empirics import peers
from empirics.interfaces import Attack, Rule
from empirics.rules import RULES
from empirics.rules.bucketing import Bucketing
from empirics.rules.bulyan import Bulyan
from empirics.rules.centred_clipping import CentredClipping
from empirics.rules.geometric_median import GeometricMedian, weiszfeld_step
from empirics.rules.krum import krum
from empirics.rules.layerwise_krum import LayerwiseKrum
from empirics.rules.meamed import MeaMed
from empirics.rules.nnm import NearestNeighbourMixing
from empirics.rules.norm_clipping import NormClipping
from empirics.rules.phocas import Phocas

ALL = [pytest.param(rule, id=name) for name, rule in RULES.items()]
N, F, D = 13, 2, 3


@pytest.fixture
def noise():
    return np.random.default_rng(0).standard_normal((20, N, D))


def bulyan_by_definition(vectors, f):
    left = list(range(len(vectors)))
    picked = []
    for _ in range(len(vectors) - 2 * f):

        def score(i):
            distances = sorted(sum((vectors[i] - vectors[j]) ** 2) for j in left if j != i)
            return sum(distances[: max(1, len(left) - f - 2)])

        picked.append(min(left, key=score))
        left.remove(picked[-1])
    result = []
    for column in vectors[picked].T:
        middle = median(column)
        result.append(np.mean(sorted(column, key=lambda x: abs(x - middle))[: len(picked) - 2 * f]))
    return result


@given(st.integers(0, 2), st.integers(0, 3), st.integers(0, 99))
def test_bulyan_is_the_definition(f, more, seed):
    n = 4 * f + 3 + more
    vectors = np.random.default_rng(seed).standard_normal((n, 2))
    np.testing.assert_allclose(Bulyan().aggregate(vectors, f), bulyan_by_definition(vectors, f))


def test_bulyan_needs_4f_plus_3_workers():
    for n in range(3, 16):
        for f in range(5):
            vectors = np.random.default_rng(0).standard_normal((n, 2))
            if n >= 4 * f + 3:
                assert Bulyan().aggregate(vectors, f).shape == (2,)
            else:
                with pytest.raises(ValueError, match=rf"n >= 4f \+ 3.*give n >= {4 * f + 3}"):
                    Bulyan().aggregate(vectors, f)


def test_geometric_median_has_no_gradient_and_the_smallest_sum(noise):
    point = GeometricMedian().aggregate(noise, F)
    away = point[:, None] - noise
    units = away / np.linalg.norm(away, axis=2, keepdims=True)
    assert np.linalg.norm(units.sum(axis=1), axis=1).max() < 1e-6
    rng = np.random.default_rng(1)
    for _ in range(20):
        other = point[:, None] + 0.1 * rng.standard_normal((20, 1, D)) - noise
        assert (np.linalg.norm(other, axis=2).sum(1) > np.linalg.norm(away, axis=2).sum(1)).all()


def test_geometric_median_of_copies_stays_finite():
    vectors = np.array([[1.0, 2.0]] * 4 + [[9.0, 9.0]])
    np.testing.assert_allclose(GeometricMedian().aggregate(vectors, 2), [1.0, 2.0], atol=1e-5)


def test_means_around_are_the_definitions(noise):
    for v in noise:
        for j in range(D):
            column = v[:, j]
            kept = sorted(column, key=lambda x: abs(x - median(column)))[: N - F]
            assert MeaMed().aggregate(v, F)[j] == pytest.approx(np.mean(kept))
            trimmed = np.mean(sorted(column)[F : N - F])
            kept = sorted(column, key=lambda x: abs(x - trimmed))[: N - F]
            assert Phocas().aggregate(v, F)[j] == pytest.approx(np.mean(kept))


def test_mixing_is_the_definition(noise):
    mixed = NearestNeighbourMixing().prepared(noise, F)
    for v, rows in zip(noise, mixed, strict=True):
        for i in range(N):
            order = np.argsort(((v - v[i]) ** 2).sum(1), kind="stable")
            np.testing.assert_allclose(rows[i], v[order[: N - F]].mean(axis=0))
    np.testing.assert_array_equal(
        NearestNeighbourMixing("median").aggregate(noise, F), RULES["median"].aggregate(mixed, F)
    )


def test_buckets_hold_every_worker_once():
    rule = Bucketing(size=3, seed=5)
    vectors = np.broadcast_to(np.eye(N), (50, N, N))
    buckets = rule.prepared(vectors, F)
    assert buckets.shape == (50, 5, N)
    assert (np.count_nonzero(buckets, axis=1) == 1).all()
    assert sorted(np.count_nonzero(buckets[0], axis=1)) == [1, 3, 3, 3, 3]
    np.testing.assert_allclose(buckets.sum(axis=2), 1)
    assert len({b.tobytes() for b in buckets}) > 40
    np.testing.assert_array_equal(buckets, rule.prepared(vectors, F))
    assert Bucketing(size=2, rule="median").aggregate(vectors, F).shape == (50, N)
    with pytest.raises(ValueError, match=r"2f \+ 2 < n, but n = 5"):
        rule.aggregate(vectors, F)


def test_layerwise_krum_is_krum_of_each_layer(noise):
    expected = np.concatenate([krum(noise[..., :2], F), krum(noise[..., 2:], F)], axis=1)
    np.testing.assert_array_equal(LayerwiseKrum(2).aggregate(noise, F), expected)
    np.testing.assert_array_equal(LayerwiseKrum(1).aggregate(noise, F), krum(noise, F))


def test_clipping_moves_by_no_more_than_the_radius(noise):
    noise[:, :F] *= 1e9
    for rule in (NormClipping(0.5), CentredClipping(0.5, 1)):
        assert np.linalg.norm(rule.aggregate(noise, F), axis=1).max() <= 0.5
    assert np.linalg.norm(NormClipping().aggregate(noise, F), axis=1).max() < 5


@pytest.mark.parametrize("rule", ALL)
def test_one_trial_is_a_batch_of_one_and_nothing_is_changed(rule, noise):
    before = noise.copy()
    batch = rule.aggregate(noise, F)
    assert batch.shape == (20, D)
    np.testing.assert_array_equal(noise, before)
    np.testing.assert_allclose(rule.aggregate(noise[0], F), batch[0], rtol=1e-9)


@pytest.mark.parametrize("rule", ALL)
def test_follows_translations_unless_it_says_otherwise(rule, noise):
    follows = np.allclose(rule.aggregate(noise + 5.0, F), rule.aggregate(noise, F) + 5.0)
    assert follows != rule.depends_on_origin


BAD = [
    ([], 1, "shape|2f"),
    ([[1.0], [2.0, 3.0]], 0, "not an array of numbers"),
    ([["a"]] * 11, 1, "dtype"),
    (np.zeros((11, 0)), 1, "d = 0|d >= 1"),
    (np.ones(11), 1, "shape"),
    (np.full((11, 2), np.nan), 1, "nan|NaN"),
    (np.ones((11, 2)), "2", "f = '2'"),
    (np.ones((11, 2)), 1.5, "f = 1.5"),
    (np.ones((11, 2)), True, "f = True"),
    (np.ones((11, 2)), -1, "f = -1"),
    (np.ones((11, 2)), 9, "n = 11"),
]


@pytest.mark.parametrize("rule", [p for p in ALL if p.id != "average"])
@pytest.mark.parametrize(("vectors", "f", "message"), BAD)
def test_bad_input_is_named_in_one_line(rule, vectors, f, message):
    with pytest.raises(ValueError, match=message) as error:
        rule.aggregate(vectors, f)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("vectors", "f", "message"), BAD[:5])
def test_average_names_bad_vectors(vectors, f, message):
    with pytest.raises(ValueError, match=message):
        RULES["average"].aggregate(vectors, f)


@pytest.mark.parametrize("part", [Bucketing, NearestNeighbourMixing])
def test_what_is_composed_is_named_in_any_spelling(part):
    assert part(rule="MultiKrum").label == part(rule="multi_krum").label
    assert isinstance(part(rule="RFA"), Rule)
    assert not issubclass(part, Attack)
    with pytest.raises(ValueError, match="no rule 'krumm'; did you mean 'krum'"):
        part(rule="krumm")


@pytest.fixture(scope="module")
def byzfl():
    before = dict(sys.modules)
    try:
        yield peers.byzfl_aggregators()
    except ModuleNotFoundError:
        pytest.skip("byzfl is not installed")
    finally:  # the modules that stand in for torch and the whole of byzfl
        peers.byzfl_aggregators.cache_clear()
        for name in set(sys.modules) - set(before):
            del sys.modules[name]


def test_byzfl_agrees(byzfl, noise):
    before = importlib.import_module("byzfl.aggregators.preaggregators")
    for v in noise:
        np.testing.assert_allclose(byzfl.Meamed(F)(v), MeaMed().aggregate(v, F))
        np.testing.assert_allclose(
            byzfl.CenteredClipping(L=3, tau=0.7)(v), CentredClipping(0.7, 3).aggregate(v, F)
        )
        np.testing.assert_allclose(
            before.NNM(F)(v), NearestNeighbourMixing().prepared(v, F), rtol=1e-9
        )
        clipped = before.Clipping(0.8)(v.copy()).mean(axis=0)
        np.testing.assert_allclose(NormClipping(0.8).aggregate(v, F), clipped)
        point = np.zeros(D)
        for _ in range(3):
            point, _ = weiszfeld_step(v, point, 0.1)
        np.testing.assert_allclose(byzfl.GeometricMedian(nu=0.1, T=3)(v), point)


def test_byzfl_geometric_median_comes_close_with_more_steps(byzfl, noise):
    many = byzfl.GeometricMedian(nu=1e-6, T=300)
    for v in noise:
        np.testing.assert_allclose(many(v), GeometricMedian().aggregate(v, F), atol=1e-6)
