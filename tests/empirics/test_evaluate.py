"""The evaluator in numpy means what the kernel's exact evaluator means, on the same models."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from empirics.claims.confirm import model_of
from empirics.claims.expectations import KnownMeans, Nested
from empirics.claims.means import Replicates, group_means, outermost_expectations
from empirics.evaluate import Compiler, Evaluation, batch_of, evaluate, spread
from empirics.experiments.krum import Krum
from empirics.statistics import jackknife
from theory.kernel.intervals import Interval
from theory.kernel.models import Evaluator, Model, Outcome
from theory.kernel.terms import (
    Equal,
    Expect,
    Iid,
    IllTyped,
    KernelError,
    Norm,
    Relation,
    Root,
    Total,
    free_indices,
    term,
)
from theory.notation.language import Language, expectation, norm, root, squared, total
from theory.papers.krum import setting

language = Language()
n = language.integer("n")
f = language.integer("f")
x = language.scalar("x")
r = language.scalar("r", random=True)
first = language.index_set("A", n)
second = language.index_set("B", f)
both = language.union("W", first, second)
s = language.numbers("s", both, random=True)
v = language.plain_vector("v")
R = language.plain_vector("R", random=True)
U = language.vector("U", both, random=True)
near = language.indicator("near", both, both)
pick = language.choice("pick", first)
zed = language.choice("zed", both, first)
i, j = (first.index(name) for name in "ij")
k = second.index("k")
a, b = (both.index(name) for name in "ab")
near_count = language.define("near_count", (a,), total(j, 1, where=near[a, j]))
centre = language.define("centre", (a,), total(b, U[b], where=near[a, b]) / near_count[a])

FREE = (i, j, k, a, b)
NUMBERS = st.sampled_from([Fraction(p, 2) for p in range(-4, 5)])


@st.composite
def models(draw):
    """A kernel model with equally likely outcomes, and the batch with the same tables."""
    sizes = {"A": draw(st.integers(1, 3)), "B": draw(st.integers(0, 2))}
    elements = {name: [(name, e) for e in range(size)] for name, size in sizes.items()}
    elements["W"] = elements["A"] + elements["B"]
    dimension, trials = draw(st.integers(1, 3)), draw(st.sampled_from([1, 2, 4]))

    def table(symbol):
        keys = list(product(*(elements[name] for name in symbol.sets)))
        if symbol.sort == "choice":
            arguments = product(*(elements[name] for name in symbol.sets[:-1]))
            chosen = {(*key, draw(st.sampled_from(elements[symbol.sets[-1]]))) for key in arguments}
            return {key: Fraction(key in chosen) for key in keys}
        if symbol.sort == "vector":
            return {key: tuple(draw(NUMBERS) for _ in range(dimension)) for key in keys}
        values = st.sampled_from([Fraction(0), Fraction(1)])
        return {key: draw(values if symbol.sort == "indicator" else NUMBERS) for key in keys}

    symbols = language.signature.symbols
    fixed = {name: table(symbol) for name, symbol in symbols.items() if not symbol.random}
    fixed |= {"n": {(): Fraction(sizes["A"])}, "f": {(): Fraction(sizes["B"])}}
    outcomes = [
        Outcome(
            Fraction(1, trials),
            {q: table(symbol) for q, symbol in symbols.items() if symbol.random},
        )
        for _ in range(trials)
    ]
    return Model(fixed, outcomes), as_batch(language.signature, Model(fixed, outcomes), dimension)


def as_batch(signature, model, dimension):
    """A kernel model with equally likely outcomes as a batch, one trial for each outcome."""
    sizes = {}

    def array(name, table):
        symbol = signature.symbols[name]
        shape = [len({key[axis] for key in table}) for axis in range(len(symbol.sets))]
        for axis, whole in enumerate(symbol.sets):
            shape[axis] = max(shape[axis], sizes.get(whole, 0))
            sizes[whole] = shape[axis]
        entries = np.array([[float(c) for c in np.atleast_1d(value)] for value in table.values()])
        if symbol.sort == "vector":
            return entries.reshape(*shape, dimension)
        return entries.reshape(shape)

    tables = {name: array(name, table) for name, table in model.tables.items()}
    for name in model.outcomes[0].tables:
        tables[name] = np.stack([array(name, o.tables[name]) for o in model.outcomes])
    return batch_of(signature, tables, len(model.outcomes), dimension)


def conditions():
    """0/1 conditions on free indices."""
    base = st.one_of(
        st.builds(lambda p, q: near[p, q], st.sampled_from(FREE), st.sampled_from(FREE)),
        st.builds(lambda p: pick.equals(p), st.sampled_from([i, j])),
        st.builds(lambda p, q: zed.of(p).equals(q), st.sampled_from(FREE), st.sampled_from([i, j])),
        st.builds(Equal, st.sampled_from(FREE), st.sampled_from(FREE)),
    )
    return st.one_of(base, base.map(lambda c: 1 - c))


def terms(depth, exact=False, means=False):
    """Strategies for scalars and vectors; exact ones have dyadic values, which floats hold."""
    index = st.sampled_from(FREE)
    scalars = st.one_of(
        NUMBERS.map(term),
        st.sampled_from([n, f, x, r]),
        index.map(lambda p: s[p]),
        conditions(),
        index.map(lambda p: near_count[p]),
    )
    vectors = st.one_of(st.sampled_from([v, R]), index.map(lambda p: U[p]))
    if depth == 0:
        return scalars, vectors
    scalar, vector = terms(depth - 1, exact, means)
    some = st.lists(conditions(), max_size=2).map(tuple)

    def at(p, body, argument):
        if p in (i, j) and argument != p:
            return zed.of(argument).at(p, body)
        return pick.at(i, body)

    def either(body):
        options = [
            st.builds(lambda p, q: p + q, body, body),
            st.builds(lambda p, q: p - q, body, body),
            st.builds(lambda p, q: p * q, scalar, body),
            st.builds(lambda p, q, w: Total(p, q, w), index, body, some),
            st.builds(at, index, body, index),
        ]
        if not exact:
            below = terms(depth - 1, exact=True)[0]
            options.append(st.builds(lambda p, q: p / q, body, below))
        if means:
            options.append(terms(depth - 1, exact, means)[vector is body].map(Expect))
        return options

    scalars = [
        scalars,
        *either(scalar),
        st.builds(lambda p, q: p**q, scalar, st.integers(0, 3)),
        st.builds(lambda p, q: p @ q, vector, vector),
    ]
    vectors = [vectors, *either(vector)]
    if not exact:
        below = terms(depth - 1, exact=True)
        scalars += [below[0].map(Root), below[1].map(Norm)]
        vectors.append(index.map(lambda p: centre[p]))
    return st.one_of(scalars), st.one_of(vectors)


def agree(signature, body, model, batch, value):
    """Compare an array with the kernel's values at all indices and outcomes."""
    exact = Evaluator(signature, model)
    indices = sorted(free_indices(body))
    for places in product(*(range(batch.layout.sizes[p.set]) for p in indices)):
        at = {p: batch.layout.element(p.set, e) for p, e in zip(indices, places, strict=True)}
        for outcome in range(batch.trials if len(value) > 1 else 1):
            want = exact.value(body, at, outcome)
            want = [midpoint(c) for c in (want if isinstance(want, tuple) else [want])]
            got = np.atleast_1d(value[(outcome, *places)])
            np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9)


def midpoint(c):
    return float((c.low + c.high) / 2 if isinstance(c, Interval) else c)


SETTINGS = settings(
    max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@SETTINGS
@given(models(), st.one_of(*terms(3)))
def test_random_terms_have_the_values_of_the_kernel(pair, body):
    model, batch = pair
    agree(language.signature, body, model, batch, evaluate(body, batch))


@SETTINGS
@given(models(), st.one_of(*terms(2, means=True)))
def test_means_over_equally_likely_outcomes_are_the_expectations_of_the_kernel(pair, body):
    """Expectations inside sums, products, roots and each other, all evaluated from plain means."""
    model, batch = pair
    try:
        flat = KnownMeans.of(language.signature, ()).flatten(body)
    except Nested:
        assume(False)
    node = Compiler(language.signature).node(flat)
    means = group_means(Evaluation(batch), outermost_expectations([node]), groups=1)
    value = Evaluation(batch, means).value(node)
    indices = tuple(sorted(free_indices(body)))
    agree(language.signature, body, model, batch, spread(node, value, indices, batch.layout))


def krum_batch(trials):
    """A few trials of Krum with an omniscient attack."""
    krum = Krum(setting.language.signature)
    cell = krum.cell(5, 1, 2, "two_point(p=1/10)", "ipm(factor=0.5)")
    return krum.draw(cell, np.random.default_rng(7), trials)


def sides_of(formula):
    """Everything in a hypothesis that has a value at an outcome."""
    parts = [formula.left, formula.right, *formula.given] if isinstance(formula, Relation) else []
    return [x for x in parts if not isinstance(x, Expect)]


@pytest.mark.parametrize("name", setting.language.signature.definitions)
def test_definitions_of_the_setting(name):
    definition = setting.language.signature.definitions[name]
    check_on_krum(definition.body)


@pytest.mark.parametrize("name", setting.HYPOTHESES)
def test_hypotheses_of_the_setting(name):
    for side in sides_of(setting.HYPOTHESES[name]):
        check_on_krum(side)


def check_on_krum(body):
    batch = krum_batch(2)
    value = evaluate(body, batch)
    for trial in range(batch.trials):
        rows = value[trial : trial + 1] if len(value) > 1 else value
        agree(setting.language.signature, body, model_of(batch, trial), batch, rows)


def test_blocks_have_the_values_of_the_whole():
    batch = krum_batch(6)
    for body in (setting.score[setting.a], setting.Krum):
        whole = evaluate(body, batch)
        parts = [evaluate(body, batch.block(k, k + 2)) for k in (0, 2, 4)]
        np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_an_equal_term_is_compiled_once():
    compiler = Compiler(language.signature)
    assert compiler.node(squared(U[a] - U[b])) is compiler.node(squared(U[a] - U[b]))


def test_axes_can_be_asked_for_in_any_order():
    batch = krum_batch(3)
    body = setting.distance2(setting.a, setting.b)
    node = Compiler(setting.language.signature).node(body)
    value = Evaluation(batch).value(node)
    swapped = spread(node, value, (setting.b, setting.a), batch.layout)
    np.testing.assert_array_equal(swapped, value.swapaxes(1, 2))


def tables(**changes):
    """Tables of one trial with n = 2, f = 1, dimension 1."""
    plain = {"n": np.array(2.0), "f": np.array(1.0), "x": np.array(1.0), "v": np.zeros(1)}
    random = {
        "r": np.zeros(1),
        "s": np.zeros((1, 3)),
        "R": np.zeros((1, 1)),
        "U": np.zeros((1, 3, 1)),
        "near": np.zeros((1, 3, 3)),
        "pick": np.array([[1.0, 0.0]]),
        "zed": np.tile([1.0, 0.0], (1, 3, 1)),
    }
    return plain | random | changes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n": np.array(1.5)}, "index set 'A' would have 1.5 elements"),
        ({"f": np.array(-1.0)}, "index set 'B' would have -1.0 elements"),
        ({"U": np.zeros((1, 2, 1))}, r"table of 'U' has shape \(1, 2, 1\); give \(1, 3, 1\)"),
        ({"near": np.full((1, 3, 3), 0.5)}, "'near' must be 0 or 1"),
        ({"pick": np.array([[1.0, 1.0]])}, "'pick' must choose exactly one"),
        ({"r": np.array([np.nan])}, "'r' has a value that is not a finite number"),
        ({"q": np.zeros(1)}, "'q' is not a symbol"),
    ],
)
def test_a_table_that_is_no_model_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        batch_of(language.signature, tables(**changes), 1, 1)


def test_what_has_no_value_is_refused():
    batch = batch_of(language.signature, tables(), 1, 1)
    with pytest.raises(KernelError, match="expectation has no value"):
        evaluate(expectation(r), batch)
    with pytest.raises(IllTyped, match="cannot be added"):
        evaluate(r + v, batch)
    partial = {name: table for name, table in tables().items() if name != "r"}
    with pytest.raises(KernelError, match="'r' has no values"):
        evaluate(r, batch_of(language.signature, partial, 1, 1))


def test_partial_operations_are_total():
    batch = batch_of(language.signature, tables(x=np.array(-4.0)), 1, 1)
    assert evaluate(x / r, batch) == 0
    assert evaluate(root(x), batch) == 0
    assert evaluate(norm(v), batch) == 0


# -- expectations inside others ------------------------------------------------------------------

G, g, V = setting.G, setting.g, setting.V
KNOWN = KnownMeans.of(setting.language.signature, setting.HYPOTHESES.values())


def test_known_means_are_found_for_every_member_of_an_iid_family():
    index = setting.i
    assert KNOWN.insert(expectation(G)) == g
    assert KNOWN.insert(expectation(V[index])) == g
    assert KNOWN.insert(expectation(squared(V[index] - g))) == setting.d * setting.variance
    byzantine = expectation(V[setting.k])
    assert KNOWN.insert(byzantine) == byzantine
    both = expectation(V[index] @ G)
    assert KNOWN.insert(both) == both


def test_a_member_is_not_mistaken_for_an_independent_representative():
    """E<V_i, G> is |g|^2, and must not be read as E<G, G>."""
    square = {"square": expectation(squared(G)).eq(setting.d), "iid": Iid("V", "C", "G")}
    known = KnownMeans.of(setting.language.signature, square.values())
    mixed = expectation(V[setting.i] @ G)
    assert known.insert(expectation(squared(V[setting.i]))) == setting.d
    assert known.insert(mixed) == mixed


@pytest.mark.parametrize(
    "body",
    [
        expectation(squared(R - expectation(R))),
        expectation((r - expectation(r)) ** 3),
        expectation(r * expectation(r * expectation(r))),
        total(a, expectation(total(b, s[b] * expectation(s[a]), where=near[a, b]))),
        expectation((R - expectation(R)) @ U[a] / 2 * s[a]),
        expectation(pick.at(i, s[i] - expectation(s[i]))),
    ],
)
def test_an_inner_expectation_is_pulled_out(body):
    flat = KnownMeans.of(language.signature, ()).flatten(body)
    outermost_expectations([Compiler(language.signature).node(flat)])


def test_what_cannot_be_pulled_out_is_refused():
    with pytest.raises(Nested):
        KnownMeans.of(language.signature, ()).flatten(expectation(norm(R - expectation(R))))


# -- the jackknife -------------------------------------------------------------------------------


def test_the_jackknife_of_many_functions_is_that_of_each():
    rng = np.random.default_rng(3)
    compiler = Compiler(language.signature)
    body = squared(expectation(R)) / expectation(r) + expectation(r) ** 2
    node = compiler.node(body)
    first, second = compiler.node(expectation(R)), compiler.node(expectation(r))
    assert {first, second} == {*outermost_expectations([node])}
    means = {first: rng.standard_normal((16, 1)), second: 3 + rng.standard_normal(16)}
    batch = batch_of(language.signature, tables(), 1, 1)
    replicates = Replicates(batch, means)
    got = replicates.estimate(replicates.of(node)).at(())
    columns = np.column_stack([means[first], means[second]])
    want = jackknife(columns, lambda m: m[0] ** 2 / m[1] + m[1] ** 2)
    assert got.value == pytest.approx(want.value, rel=1e-12)
    assert got.standard_error == pytest.approx(want.standard_error, rel=1e-9)


def test_an_estimate_without_scatter_has_no_error():
    compiler = Compiler(language.signature)
    batch = batch_of(language.signature, tables(), 1, 1)
    replicates = Replicates(batch, {compiler.node(expectation(r)): np.arange(8.0)})
    estimate = replicates.estimate(replicates.of(compiler.node(x * n))).at(())
    assert (estimate.value, estimate.standard_error) == (2.0, 0.0)
