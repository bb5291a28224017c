"""Shapes of the field are taken as they are; what comes back is understood."""

import numpy as np
import pytest

from empirics.calling import UNREAD, Extra, ratio
from empirics.foreign import NoVector, load, vector_of
from empirics.layouts import LAYOUTS, flat, layers_of
from empirics.rules.krum import krum
from empirics.rules.multi_krum import multi_krum
from tests.empirics.field_shapes import SAME_AS_KRUM

SHAPES = "tests.empirics.field_shapes"
RNG = np.random.default_rng(5)


@pytest.mark.parametrize("name", SAME_AS_KRUM)
def test_a_krum_in_its_shape_is_called_as_it_is(name):
    rule = load(f"{SHAPES}:{name}")
    assert rule.convention.container == SAME_AS_KRUM[name]
    for n, d in ((5, 1), (9, 2), (11, 7)):
        vectors = RNG.standard_normal((n, d))
        np.testing.assert_array_equal(rule(vectors, 1), krum(vectors, 1))
        watched = rule.watched(vectors, 1)
        assert not watched.changed
        imports, call = rule.written(1, n, d)
        scope = {"vectors": vectors, "np": np, "vector_of": vector_of}
        exec("\n".join(imports), scope)  # noqa: S102  (our own text)
        result = eval(watched.form.format(call), scope)  # noqa: S307
        np.testing.assert_array_equal(np.asarray(result).reshape(d), krum(vectors, 1))


@pytest.mark.parametrize("name", SAME_AS_KRUM)
def test_every_f_reaches_it(name):
    rule = load(f"{SHAPES}:{name}")
    for n, f in ((11, 4), (49, 1), (16, 6), (33, 5), (7, 0)):
        vectors = RNG.standard_normal((n, 3))
        np.testing.assert_array_equal(rule(vectors, f), krum(vectors, f))


def test_m_is_told_to_a_configuration_only_where_it_is_given():
    vectors = RNG.standard_normal((9, 4))
    two = load(f"{SHAPES}:FedMLLike", m=2)
    np.testing.assert_allclose(two(vectors, 1), multi_krum(vectors, 1, 2))
    assert "krum_param_m" in dict(two.convention.read)
    one = load(f"{SHAPES}:FedMLLike").convention
    assert dict(one.read)["krum_param_m"] == UNREAD
    assert one.could_take_m == "krum_param_m"
    assert not one.passes("m")


def test_an_m_whose_default_does_not_work_is_given():
    vectors = RNG.standard_normal((9, 4))
    rule = load(f"{SHAPES}:NeedsM")
    np.testing.assert_allclose(rule(vectors, 2), multi_krum(vectors, 2, 7))
    assert rule.convention.passes("m")


def test_counts_of_examples_are_passed():
    vectors = RNG.standard_normal((7, 4))
    rule = load(f"{SHAPES}:flower")
    assert rule.convention.container == "list of (lists of layers, num_examples)"
    assert rule.convention.counted
    np.testing.assert_allclose(rule(vectors, 1), multi_krum(vectors, 1))
    claims = [[10**9 if j == i else 1 for j in range(7)] for i in range(7)]
    results = [rule.watched(vectors, 1, Extra(tuple(counts))).value for counts in claims]
    has_its_way = [np.allclose(r, v) for r, v in zip(results, vectors, strict=True)]
    assert sum(has_its_way) == 6


def test_what_takes_models_alone_is_asked_without_f():
    rule = load(f"{SHAPES}:ModelsOnly")
    assert rule.convention.container == "list of models"
    assert not rule.convention.knows_f
    assert load(f"{SHAPES}:fixed_f").convention.knows_f is False


def test_layers_can_not_be_taken_for_one_array():
    for d in range(2, 9):
        parts = LAYOUTS["list of lists of layers"].pack(np.zeros((3, d)))
        with pytest.raises(ValueError, match="inhomogeneous"):
            np.array(parts, dtype=float)
        assert sum(layers_of(d)) == d


@pytest.mark.parametrize("name", [name for name, one in LAYOUTS.items() if one.number == "numpy"])
@pytest.mark.parametrize("d", [1, 2, 5])
def test_a_layout_is_what_it_is_written_as(name, d):
    layout, vectors = LAYOUTS[name], RNG.standard_normal((4, d))
    scope = {"vectors": vectors}
    exec("\n".join(layout.imports), scope)  # noqa: S102  (our own text)
    written = eval(layout.written(d), scope)  # noqa: S307
    np.testing.assert_array_equal(flat(written), flat(layout.pack(vectors)))
    assert type(written) is type(layout.pack(vectors))


def test_a_ratio_gives_f_back():
    pairs = [(n, f) for n in range(3, 61) for f in range((n - 1) // 2)]
    assert all(int(ratio(f, n) * n) == f for n, f in pairs)
    inexact = [(n, f) for n, f in pairs if ratio(f, n) * n != f]
    assert len(inexact) < 0.1 * len(pairs)
    n, f = inexact[0]
    assert all(r * n != f for r in np.nextafter(f / n, [0, 1]))


V = np.array([[1.0, 0.0], [2.0, 5.0], [4.0, 4.0], [3.0, 4.5], [100.0, -3.0]])


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ([0, 2, 3], V[[0, 2, 3]].mean(axis=0)),
        ({4, 0}, V[[0, 4]].mean(axis=0)),
        (np.array([1, 2, 3]), V[1:4].mean(axis=0)),
        (np.array([1.0, 2.0]), [1, 2]),
        ([True, False, False, False, True], V[[0, 4]].mean(axis=0)),
        ([V[0], V[2]], V[[0, 2]].mean(axis=0)),
        ([(7, {"w": V[1]}), (9, {"w": V[2]})], V[1:3].mean(axis=0)),
        ((12, {"w": V[1]}), V[1]),
        (([V[1][:1], V[1][1:]], 12), V[1]),
        ({"a": np.array([[3.0]]), "b": np.array([8.0])}, [3, 8]),
        ((np.array([3.0]), np.array([8.0])), [3, 8]),
    ],
)
def test_what_comes_back_is_understood(result, expected):
    np.testing.assert_array_equal(vector_of(result, V), expected)


@pytest.mark.parametrize("result", [[0, 9, 1], [V[0] + 1, V[1]], [], {}, "krum", [0, 0, 1], 1.5])
def test_what_is_no_answer_is_refused(result):
    with pytest.raises(NoVector, match="it returned"):
        vector_of(result, V)


@pytest.mark.parametrize("number", ["torch", "jax"])
def test_other_numbers(number, monkeypatch):
    pytest.importorskip(number)
    vectors = RNG.standard_normal((4, 3)).astype(np.float32)
    for layout in LAYOUTS.values():
        if layout.number == number:
            assert layout.available
            np.testing.assert_allclose(
                [x for x in flat(layout.pack(vectors)) if x != 1], vectors.ravel()
            )
