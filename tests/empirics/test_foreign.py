"""Rules of others are found by name and called as they want to be."""

import functools
import sys
import textwrap
import tracemalloc
import types

import numpy as np
import pytest

from empirics.calling import Arguments, Convention
from empirics.foreign import CannotLoad, Foreign, NoVector, form_of, load, vector_of
from empirics.rules.krum import krum
from empirics.rules.multi_krum import multi_krum

V = np.array([[1.0, 0.0], [2.0, 5.0], [4.0, 4.0], [3.0, 4.5], [100.0, -3.0]])
KRUM = krum(V, 1)


class Maker:
    """Made with f, called with vectors."""

    def __init__(self, num_byzantine):
        self.f = num_byzantine

    def __call__(self, gradients):
        return krum(gradients, self.f)


class Opaque:
    """As a torch module: what it takes is hidden."""

    def __init__(self, f=0):
        self.f = f

    def __call__(self, *args, **kwargs):
        return krum(*args, self.f)


class Stateless:
    """As the `krum` package."""

    @classmethod
    def aggregate(cls, gradients, /, out=None, *, n, f, m=None, **specialized):
        assert n == len(gradients)
        assert out is None
        assert not specialized
        return multi_krum(gradients, f, m or 1)


class Instance:
    def aggregate(self, x, f):
        return krum(x, f)


def lists_alone(updates, n_attackers):
    assert type(updates) is list
    assert type(updates[0]) is list
    return krum(updates, n_attackers).tolist()


@functools.wraps(krum)
def wrapped(*args, **kwargs):
    return krum(*args, **kwargs)


def needs_two(f):
    raise ValueError(f"f must be {2 * f}")


WAYS = {
    "plain": krum,
    "positional": lambda x, b: krum(x, b),
    "keyword": lambda grads, *, f: krum(grads, f),
    "optional": lambda grads, lr=0.1, nb_byz=0: krum(grads, nb_byz),
    "f_first": lambda f, vectors: krum(vectors, f),
    "with_q": lambda grads, q: krum(grads, q),
    "keeps_q": lambda grads, f, q: krum(grads, f) if q == len(grads) - f else None,
    "with_n": lambda inputs, n, f: krum(inputs, f) if n == len(inputs) else None,
    "curried": lambda f: lambda vectors: krum(vectors, f),
    "anything": lambda *args: krum(*args),
    "wrapped": wrapped,
    "Maker": Maker,
    "Opaque": Opaque,
    "Stateless": Stateless,
    "Instance": Instance,
    "instance": Instance(),
    "bound": Instance().aggregate,
    "lists_alone": lists_alone,
    "index": lambda x, f: int(np.flatnonzero((x == krum(x, f)).all(axis=1))[0]),
    "pair": lambda x, f: (krum(x, f), 7),
    "row": lambda x, f: krum(x, f)[np.newaxis],
}


@pytest.fixture
def library(monkeypatch):
    """A module with each of them."""
    module = types.ModuleType("a_library")
    for name, value in WAYS.items():
        setattr(module, name, value)
    module.number = 7
    module.vectors_only = lambda vectors: vectors[0]
    module.needs_two = needs_two
    module.text = lambda vectors, f: "krum"
    module.short = lambda vectors, f: vectors[0, :1]
    module.picky = lambda vectors, f, secret, other: vectors[0]
    monkeypatch.setitem(sys.modules, "a_library", module)
    return module


@pytest.mark.parametrize("name", WAYS)
def test_every_way_to_be_called(library, name):
    rule = load(f"a_library:{name}")
    np.testing.assert_array_equal(rule(V, 1), KRUM)
    np.testing.assert_array_equal(rule(V[:3], 0), krum(V[:3], 0))


@pytest.mark.parametrize("name", sorted({*WAYS} - {"instance", "bound"}))
def test_the_call_as_python(library, name):
    imports, expression = load(f"a_library:{name}").written(1, 5)
    scope = {"vectors": V}
    exec("\n".join(imports), scope)  # noqa: S102  (our own text)
    result = vector_of(eval(expression, scope), V)  # noqa: S307
    np.testing.assert_array_equal(result, KRUM)


def test_m_is_passed_on(library):
    np.testing.assert_array_equal(load("a_library:Stateless", m=2)(V, 1), multi_krum(V, 1, 2))
    np.testing.assert_array_equal(load("a_library:Stateless")(V, 1), KRUM)


def test_a_change_of_the_input_is_seen_and_does_no_harm(library):
    def careless(vectors, f):
        vectors[0] = 0
        return vectors[1]

    library.careless = careless
    before = V.copy()
    watched = load("a_library:careless").watched(V, 1)
    assert watched.changed
    assert watched.value.tolist() == [2, 5]
    np.testing.assert_array_equal(V, before)
    assert not load("a_library:plain").watched(V, 1).changed


def test_how_a_vector_is_made_of_what_is_returned(library):
    for name, form in (("plain", "{}"), ("index", "vectors[{}]"), ("pair", "{}[0]"), ("row", "{}")):
        assert load(f"a_library:{name}").watched(V, 1).form == form
    assert form_of(0, V[:, :1]) == "vectors[{}]"
    assert form_of(np.array([1, 2]), V) == "{}"
    buffer = V[0]
    assert not np.shares_memory(vector_of(buffer, V), buffer)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("a_library", "not MODULE:CALLABLE"),
        ("a_library:", "not MODULE:CALLABLE"),
        ("no_such_library:krum", "cannot import no_such_library: No module"),
        ("a_library:no", "a_library has no no: check the spelling"),
        ("a_library:number", "no function or class"),
        ("a_library:needs_two", "made with f = 1: ValueError: f must be 2"),
        ("a_library:text", "returned str, not a vector"),
        ("a_library:short", r"returned shape \(1,\), not \(3,\)"),
        ("a_library:picky", "does not look like a rule"),
    ],
)
def test_what_cannot_be_loaded_is_explained(library, spec, message):
    with pytest.raises(CannotLoad, match=message) as caught:
        load(spec)
    said, *pasted = str(caught.value).splitlines()
    assert said.endswith("give adapter:krum:") == bool(pasted)
    if pasted:
        compile(textwrap.dedent("\n".join(pasted)), "adapter.py", "exec")


def test_a_module_that_ends_the_program_is_told_so(tmp_path, monkeypatch):
    (tmp_path / "a_script.py").write_text("import sys; sys.exit('usage: ...')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises(CannotLoad, match="a_script fails when it is imported: SystemExit: usage"):
        load("a_script:krum")


def test_an_index_must_be_one_of_a_worker():
    assert vector_of(np.int64(1), V).tolist() == [2, 5]
    for nonsense, says in (
        (5, "returned 5, no index of one of 5 workers"),
        (-1, "returned -1, no index"),
        (True, r"returned shape \(\)"),
        (None, "returned None"),
        ("x", "returned str"),
    ):
        with pytest.raises(NoVector, match=says):
            vector_of(nonsense, V)


def test_a_foreign_rule_serves_as_one_of_ours():
    rule = Foreign("empirics.rules.krum:krum")
    batch = np.stack([V, V[::-1]])
    np.testing.assert_array_equal(rule.aggregate(batch, 1), krum(batch, 1))
    np.testing.assert_array_equal(rule.aggregate(V, 1), KRUM)
    assert rule.label == "foreign(spec=empirics.rules.krum:krum, m=None)"
    with pytest.raises(ValueError, match=r"krum:krum, trial 0: ValueError: Krum needs 2f \+ 2 < n"):
        rule.aggregate(batch, 2)


def test_torch_tensors():
    torch = pytest.importorskip("torch")
    module = types.ModuleType("a_torch_library")
    module.krum = lambda x, f: torch.as_tensor(krum(x.double().numpy(), f))
    sys.modules["a_torch_library"] = module
    try:
        rule = load("a_torch_library:krum")
        assert rule.convention.container == "tensor"
        np.testing.assert_array_equal(rule(V, 1), KRUM)
    finally:
        del sys.modules["a_torch_library"]


@pytest.mark.parametrize("spec", ["byzfl:Krum", "byzfl:MultiKrum"])
def test_byzfl(spec):
    pytest.importorskip("byzfl")
    assert load(spec)(V, 1).shape == (2,)


@pytest.mark.parametrize(
    "spec",
    [
        "flwr.server.strategy.aggregate:aggregate_krum",
        "flwr.serverapp.strategy.multikrum:select_multikrum",
    ],
)
def test_flower_computes_krum(spec):
    pytest.importorskip("flwr")
    for v in np.random.default_rng(0).standard_normal((20, 9, 3)):
        np.testing.assert_array_equal(load(spec)(v, 2), krum(v, 2))
        np.testing.assert_allclose(load(spec, m=4)(v, 2), multi_krum(v, 2, 4))


def test_the_krum_package_computes_krum():
    pytest.importorskip("krum.primitives")
    for v in np.random.default_rng(0).standard_normal((20, 9, 3)):
        rule = load("krum.primitives.aggregators.krum:Krum")
        np.testing.assert_array_equal(rule(v, 2), krum(v, 2))
        multi = load("krum.primitives.aggregators.multikrum:MultiKrum", m=4)
        np.testing.assert_allclose(multi(v, 2), multi_krum(v, 2, 4))


def large(seed=0):
    return np.random.default_rng(seed).standard_normal((8, 2**17), dtype=np.float32)


@pytest.mark.parametrize("container", ["array", "list of arrays"])
def test_large_vectors_are_passed_as_they_are(container):
    seen = []

    def first(vectors, f):
        seen.append(vectors)
        return np.asarray(vectors[0])

    vectors = large()
    convention = Convention(Arguments((("", "vectors"), ("", "f"))), "", None, container)
    tracemalloc.start()
    result, changed = convention.call(first, vectors, 1, None)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not changed
    assert np.shares_memory(seen[0][0], vectors)
    assert peak < vectors.nbytes / 4
    np.testing.assert_array_equal(result, vectors[0])


@pytest.mark.parametrize("container", ["array", "list of arrays"])
def test_who_writes_into_large_vectors_is_told(container):
    def careless(vectors, f):
        vectors[3][5] += 1
        return vectors[0]

    def shortens(vectors, f):
        del vectors[-1]
        return vectors[0]

    convention = Convention(Arguments((("", "vectors"), ("", "f"))), "", None, container)
    assert convention.call(careless, large(), 1, None)[1]
    if container != "array":
        assert convention.call(shortens, large(), 1, None)[1]
