"""A model is checked for being one, and every term and formula has its value on it."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.refusals.toy import (
    A,
    Krum,
    S,
    T,
    U,
    V,
    a,
    b,
    c,
    chosen,
    count,
    doubled,
    f,
    i,
    iid,
    j,
    k,
    language,
    n,
    near,
    s,
    t,
    theta,
    u,
    world,
    x,
)
from theory.kernel.intervals import Interval, Unseparated
from theory.kernel.models import BITS, WORK, Evaluator, Model, Outcome
from theory.kernel.terms import (
    AlmostSure,
    At,
    Atom,
    Cited,
    Equal,
    Exists,
    Expect,
    IllTyped,
    Index,
    Integrable,
    KernelError,
    Norm,
    Plus,
    Relation,
    Root,
    SomeConstant,
    Symbol,
    Total,
    term,
)
from theory.notation.language import total

signature = language.signature
F = Fraction
C1, C2, Y1 = ("C", 0), ("C", 1), ("Y", 0)


def on(**tables):
    return Evaluator(signature, world(**tables))


def tabled(model, name, table, outcome=None):
    """The model with another table; of a random symbol at one outcome."""
    if outcome is None:
        return replace(model, tables={**model.tables, name: table})
    outcomes = list(model.outcomes)
    changed = outcomes[outcome]
    outcomes[outcome] = Outcome(changed.probability, {**changed.tables, name: table})
    return replace(model, outcomes=outcomes)


# -- what is a model --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "chances", [(), (F(1, 2),), (F(1, 2), F(1, 3)), (F(0), F(1)), (F(-1), F(2))]
)
def test_probabilities_are_positive_and_add_up_to_1(chances):
    first = world().outcomes[0]
    outcomes = [Outcome(p, first.tables) for p in chances]
    with pytest.raises(KernelError, match="probabilities must be positive and add up to 1"):
        Evaluator(signature, replace(world(), outcomes=outcomes))


def test_every_symbol_has_a_value_and_no_other_has():
    model = world(outcomes=2)
    without = {name: table for name, table in model.tables.items() if name != "s"}
    for bad, reason in (
        (tabled(model, "nobody", {(): F(0)}), "'nobody' is not a symbol of the document"),
        (tabled(model, "nobody", {(): F(0)}, 1), "'nobody' is not a symbol of the document"),
        (tabled(model, "s", {}), "'s' has no value at some index of outcome 0"),
        (tabled(model, "c", {(C1,): F(0)}), "'c' has no value at some index"),
        (tabled(model, "c", {(C1,): F(0), (Y1,): F(0)}), "'c' has no value at some index"),
        (tabled(model, "S", {}, 1), "'S' has no value at some index of outcome 1"),
        (replace(model, tables=without), "'s' has no value"),
    ):
        with pytest.raises(KernelError, match=reason):
            Evaluator(signature, bad)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("s", 0.5, "'s' must be an exact number"),
        ("s", (F(1),), "'s' must be an exact number"),
        ("s", Interval(F(0), F(1)), "'s' must be an exact number"),
        ("K", F(1, 2), "'K' must be an integer"),
        ("u", F(1), "'u' must be a vector of exact numbers"),
        ("u", (0.5,), "'u' must be a vector of exact numbers"),
        ("u", [F(1)], "'u' must be a vector of exact numbers"),
        ("u", (F(1), F(2)), "all vectors of a model have one dimension"),
        ("u", (), "all vectors of a model have one dimension"),
        ("n", F(3, 2), "index set 'C' has no admissible size"),
        ("n", F(5000), "index set 'C' has no admissible size"),
        ("n", Interval(F(3), F(3)), "index set 'C' has no admissible size"),
    ],
)
def test_a_value_is_of_the_sort_of_its_symbol(name, value, reason):
    with pytest.raises(KernelError, match=reason):
        Evaluator(signature, tabled(world(), name, {(): value}))


def test_the_largest_index_set():
    model = Model({"n": {(): F(1000)}, "f": {(): F(0)}})
    small = type(signature)(
        sizes={"C": n}, symbols={name: signature.symbols[name] for name in ("n", "f")}
    )
    assert len(Evaluator(small, model).elements["C"]) == 1000
    with pytest.raises(KernelError, match="has no admissible size"):
        Evaluator(small, tabled(model, "n", {(): F(1001)}))


def test_an_indicator_is_0_or_1_and_a_choice_chooses_once():
    model = world()
    near_ = dict(model.outcomes[0].tables["near"])
    chosen_ = dict(model.outcomes[0].tables["chosen"])
    for name, table, reason in (
        ("near", {**near_, (C1, C2): F(1, 2)}, "'near' must be 0 or 1"),
        ("near", {**near_, (C1, C2): F(2)}, "'near' must be 0 or 1"),
        ("near", {**near_, (C1, C2): F(-1)}, "'near' must be 0 or 1"),
        ("chosen", {**chosen_, (C1,): F(1, 2), (C2,): F(1, 2)}, "'chosen' must be 0 or 1"),
        ("chosen", {**chosen_, (C2,): F(1)}, "'chosen' must choose exactly one index"),
        ("chosen", {**chosen_, (C1,): F(0)}, "'chosen' must choose exactly one index"),
    ):
        with pytest.raises(KernelError, match=reason):
            Evaluator(signature, tabled(model, name, table, 0))
    Evaluator(signature, tabled(model, "near", {**near_, (C1, C2): F(1)}, 0))


# -- values -----------------------------------------------------------------------------------

RICH = {
    "honest": 2,
    "byzantine": 1,
    "outcomes": 2,
    "s": 3,
    "t": -2,
    "B": 5,
    "u": (2,),
    "c": {(C1,): 7, (C2,): 11},
    "S": [1, 3],
    "T": [10, 20],
    "U": [(1,), (4,)],
    "V": [{(C1,): (1,), (C2,): (2,), (Y1,): (9,)}, {(C1,): (3,), (C2,): (5,), (Y1,): (6,)}],
    "x": [{(C1,): 1, (C2,): 2, (Y1,): 3}, {(C1,): 4, (C2,): 5, (Y1,): 6}],
    "near": [{(C1, C2): 1, (Y1, C1): 1}, {(C1, C1): 1, (C1, C2): 1}],
    "chosen": [{(C1,): 0, (C2,): 1, (Y1,): 0}, {(C1,): 0, (C2,): 0, (Y1,): 1}],
    "following": [
        {(C1, C1): 0, (C1, C2): 1, (C2, C1): 1, (C2, C2): 0},
        {(C1, C1): 1, (C1, C2): 0, (C2, C1): 1, (C2, C2): 0},
    ],
}
AT = {i: C2, j: C1, k: Y1, a: C1, b: C2}
VALUES = [
    (term(F(1, 3)), 0, F(1, 3)),
    (s + t, 0, 1),
    (s * t * 2, 0, -12),
    (s**2, 0, 9),
    (s**0, 0, 1),
    (t**3, 0, -8),
    (1 / s, 0, F(1, 3)),
    (1 / (s - 3), 0, 0),
    (u / t, 0, (-1,)),
    (Root(s + 1), 0, 2),
    (Root(t), 0, 0),
    (u @ (2 * u), 0, 8),
    (Norm(t * u), 0, 4),
    (U + u, 1, (6,)),
    (3 * U, 0, (3,)),
    (S, 0, 1),
    (S, 1, 3),
    (Expect(S), 0, 2),
    (Expect(S), 1, 2),
    (Expect(S * T) - Expect(S) * Expect(T), 0, 5),
    (Expect(U), 0, (F(5, 2),)),
    (c[i], 0, 11),
    (x[k], 1, 6),
    (total(i, c[i]), 0, 18),
    (total(a, x[a]), 1, 15),
    (total(j, c[j] * c[i]), 0, 18 * 11),
    (total(b, x[b], where=near[a, b]), 0, 2),
    (total(b, x[b], where=near[a, b]), 1, 9),
    (Total(b, x[b], (near[a, b], 1 - Equal(b, a))), 1, 5),
    (total(i, V[i]), 1, (8,)),
    (total(i, V[i], where=1 - Equal(i, i)), 1, (0,)),
    (total(i, c[i], where=1 - Equal(i, i)), 1, 0),
    (Krum, 0, (2,)),
    (Krum, 1, (6,)),
    (chosen.at(a, x[a] * x[b]), 1, 6 * 5),
    (At(j, "following", (i,), c[j]), 0, 7),
    (At(i, "following", (j,), c[i]), 0, 11),
    (At(i, "following", (j,), c[i]), 1, 7),
    (Equal(i, b), 0, 1),
    (Equal(i, j), 0, 0),
    (count[a], 0, 1),
    (count[a], 1, 2),
    (doubled, 0, 10),
    (n - f, 0, 2),
]


@pytest.mark.parametrize(("what", "outcome", "value"), VALUES)
def test_the_value_of_a_term(what, outcome, value):
    wanted = tuple(map(F, value)) if isinstance(value, tuple) else F(value)
    assert on(**RICH).value(what, AT, outcome) == wanted


def test_a_value_that_is_asked_for_again_is_the_same():
    evaluator = on(**RICH)
    for what, outcome, _ in VALUES:
        assert evaluator.value(what, AT, outcome) == evaluator.value(what, AT, outcome)
    assert evaluator.value(c[i], {i: C1}) == 7
    assert evaluator.value(c[i], {i: C2}) == 11


def test_a_closed_term_needs_no_indices():
    assert on(**RICH).value(total(i, c[i])) == 18
    assert on(**RICH).value(Krum, outcome=1) == (6,)


def test_what_has_no_value():
    evaluator = on(**RICH)
    with pytest.raises(IllTyped, match="a number was expected, not a vector"):
        evaluator.value(Root(u))
    with pytest.raises(IllTyped, match="is not a term"):
        evaluator.value(s >= t)


def test_an_irrational_denominator_may_be_0():
    with pytest.raises(Unseparated):
        on(**RICH).value(1 / (Root(term(2)) - Root(term(2))))


# -- formulas ---------------------------------------------------------------------------------

HOLDS = [
    (s > t, True), (s < t, False), (s >= t, True), (s <= t, False), (s.eq(t), False),
    (t < s, True), (S < 4, True),
    (s >= 3, True), (s > 3, False), (s <= 3, True), (s < 3, False), (s.eq(3), True),
    (S >= 1, True), (S > 1, False), (S <= 2, False), (Expect(S) <= 2, True),
    (c[i] >= 7, True), (c[i] >= 8, False), (x[a] >= 1, True), (x[a] > 1, False),
    (Root(term(2)) >= 0, True), (Root(term(2)) > F(3, 2), False),
    (Root(term(2)) <= Root(term(2)), None), (Root(term(2)) >= Root(term(2)), None),
    (Root(term(2)).eq(Root(term(2))), None), (Root(term(2)) < Root(term(2)), None),
    (Root(term(2)) * Root(term(2)) >= 2, True), (Root(term(0)) >= 0, True),
    (Root(Root(term(2)) - Root(term(2))) >= 0, True),
    (-Root(Root(term(2)) - Root(term(2))) <= 0, True),
    (u.eq(u), True), (u.eq(2 * u), False), ((Root(term(2)) * u).eq(Root(term(2)) * u), None),
    ((Root(term(2)) * u).eq(u), False),
    ((x[b] >= 5).when(near[a, b], chosen.equals(a)), True),
    ((x[b] >= 2).when(near[a, b]), False), ((x[b] > 1).when(near[a, b], Equal(a, b)), True),
    (Integrable(S), True), (Cited("robbins_siegmund"), True),
    (Exists(a, (x[a] >= 3,)), True), (Exists(a, (x[a] >= 4,)), False),
    (Exists(a, (x[a] >= x[b],), (b,)), True), (Exists(a, (x[a] > x[b],), (b,)), False),
    (Exists(a, (x[a] > x[i],)), True), (Exists(a, (x[a] < x[i],)), False),
    (Exists(a, (x[a] >= 2, x[a] <= 2)), False), (Exists(a, (x[a] >= 2, x[a] <= 4)), True),
    (Exists(a, ((x[a] >= x[b]).when(near[a, b]),), (b,)), True),
    (Exists(a, ((x[a] > x[b]).when(near[a, b]),), (b,)), True),
    (Exists(a, ((x[a] > x[b]).when(Equal(a, b)),), (b,)), False),
    (Exists(a, ((x[a] >= x[b]).when(Equal(a, b)),), (b,)), True),
    (Exists(a, (Root(term(2)).eq(Root(term(2))),)), None),
    (Exists(a, (Root(term(2)).eq(Root(term(2))), s <= t)), False),
    (Exists(a, (Root(term(2)).eq(Root(term(2))), s >= t)), None),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "true"), HOLDS)
def test_whether_a_formula_is_true(formula, true):
    assert on(**RICH).holds(formula) is true


def test_one_false_instance_decides_though_others_cannot_be_told():
    evaluator = on(**RICH)
    two = Root(term(2))
    first_untold = Relation(two * Equal(i, j), "=", two * Equal(j, i))
    assert evaluator.holds(first_untold) is None
    half_false = Relation(two * Equal(i, j), "=", two * Equal(j, i) + 1 - Equal(i, j))
    assert evaluator.holds(half_false) is False


def test_what_one_model_cannot_decide():
    evaluator = on(**RICH)
    with pytest.raises(KernelError, match="a finite model has one step"):
        evaluator.holds(AlmostSure("bounded", theta))
    with pytest.raises(KernelError, match="one model cannot decide whether there is a constant"):
        evaluator.holds(SomeConstant("A", (), s <= A))
    with pytest.raises(IllTyped):
        evaluator.holds(Relation(s, "=", u))


def test_the_instances_of_a_relation_are_those_where_it_claims_something():
    evaluator = on(**RICH)
    assert len(list(evaluator.instances(s >= t))) == 1
    assert len(list(evaluator.instances(t <= S))) == 2
    assert len(list(evaluator.instances(c[i] >= c[j]))) == 4
    assert len(list(evaluator.instances((s >= t).when(near[a, b])))) == 4
    found = [(at[i], outcome) for at, outcome, _ in evaluator.instances(x[i] >= 2)]
    assert found == [(C1, 0), (C1, 1), (C2, 0), (C2, 1)]
    assert evaluator.sides(x[i] >= 2, {i: C2}, 1) == (5, 2)


def test_a_relation_over_an_empty_set_is_true():
    assert on(byzantine=0).holds(x[k] > x[k]) is True
    assert on(byzantine=0).holds(Exists(Index("y", "Y"), (s >= 0,))) is False


# -- independence -----------------------------------------------------------------------------


def coin(values, chances=None, family=None):
    """Two correct workers; the representative and the family by outcome."""
    rows = [{(C1,): (v,), (C2,): (w,)} for v, w in values]
    model = world(
        outcomes=len(values), V=rows, G=[(v,) for v in (family or [v for v, _ in values])]
    )
    if chances:
        outcomes = [Outcome(p, o.tables) for p, o in zip(chances, model.outcomes, strict=True)]
        model = replace(model, outcomes=outcomes)
    return Evaluator(signature, model).holds(iid)


def test_independent_and_of_one_law():
    every = [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert coin(every)
    assert coin(every, [F(1, 16), F(3, 16), F(3, 16), F(9, 16)])
    assert coin([(5, 5)])


@pytest.mark.parametrize(
    ("values", "chances", "family"),
    [
        ([(0, 0), (1, 1)], None, None),
        ([(0, 0), (0, 1), (1, 0), (1, 1)], [F(1, 8), F(3, 8), F(3, 8), F(1, 8)], None),
        ([(0, 0), (0, 1), (1, 0), (1, 1)], None, [0, 0, 0, 1]),
        ([(0, 0), (0, 1), (1, 0), (1, 1)], None, [2, 2, 3, 3]),
        ([(0, 0), (0, 1), (1, 0), (1, 1)], None, [0, 0, 0, 0]),
        ([(0, 2), (0, 3), (1, 2), (1, 3)], None, None),
        ([(5, 5)], None, [6]),
    ],
)
def test_dependent_or_of_another_law(values, chances, family):
    assert not coin(values, chances, family)


def test_an_ill_typed_relation_has_no_instances():
    with pytest.raises(IllTyped, match="a number cannot be compared with a vector"):
        list(on(**RICH).instances(Relation(s, "=", u)))


def test_an_empty_sum_of_vectors_has_the_dimension_of_the_others():
    symbols = {name: signature.symbols[name] for name in ("n", "f", "G")}
    symbols["v"] = Symbol("vector", random=True, sets=("C",))
    small = type(signature)(sizes={"C": n - f}, symbols=symbols)
    tables = {"n": {(): F(0)}, "f": {(): F(0)}}
    model = Model(tables, [Outcome(F(1), {"G": {(): (F(1), F(2))}, "v": {}})])
    assert Evaluator(small, model).value(total(i, Atom("v", (i,)))) == (0, 0)


def test_a_formula_without_a_model_to_look_at_must_denote():
    evaluator = on(**RICH)
    with pytest.raises(IllTyped, match="a number cannot be added to a vector"):
        evaluator.holds(Integrable(Plus((s, u))))
    with pytest.raises(IllTyped, match="a number cannot be compared with a vector"):
        list(evaluator.instances(Relation(u, "=", s)))


def one_vector(v):
    """A model with one vector family over an index set, and the signature."""
    symbols = {name: signature.symbols[name] for name in ("n", "f")}
    symbols["v"] = Symbol("vector", random=False, sets=("C",))
    symbols["w"] = Symbol("vector", random=False)
    small = type(signature)(sizes={"C": n - f}, symbols=symbols)
    return small, {"n": {(): F(len(v))}, "f": {(): F(0)}, "v": {("C", k): x for k, x in v.items()}}


def test_a_vector_has_a_coordinate():
    small, tables = one_vector({})
    Evaluator(small, Model({**tables, "w": {(): (F(1),)}}))
    with pytest.raises(KernelError, match="all vectors of a model have one dimension, at least 1"):
        Evaluator(small, Model({**tables, "w": {(): ()}}))


def test_an_empty_sum_of_vectors_has_a_dimension_if_there_is_a_vector():
    small, tables = one_vector({})
    empty = total(i, Atom("v", (i,)))
    assert Evaluator(small, Model({**tables, "w": {(): (F(1), F(2))}})).value(empty) == (0, 0)


def test_without_any_vector_all_vectors_are_0():
    small, tables = one_vector({})
    symbols = {name: symbol for name, symbol in small.symbols.items() if name != "w"}
    without = type(signature)(sizes={"C": n - f}, symbols=symbols)
    evaluator = Evaluator(without, Model(tables))
    empty = total(i, Atom("v", (i,)))
    assert evaluator.value(empty) == (0,)
    assert evaluator.holds((empty @ empty).eq(0))


def test_each_value_of_a_term_is_work_once():
    evaluator = on(**RICH)
    once = s + t
    for what, work in ((once, 3), (once, 0), (total(i, c[i]), 3), (Expect(S), 3)):
        before = evaluator._work
        evaluator.value(what)
        assert before - evaluator._work == work


def test_the_limits_are_those_that_are_written():
    assert (WORK, BITS) == (300_000, 10_000)


# -- declarations that promise too much -------------------------------------------------------

LESS = Symbol("integer", random=False)
NOBODY = type(signature)(
    sizes={"A": Atom("n"), "B": 2 - Atom("n")},
    unions={"N": (), "W": ("A", "B")},
    symbols={
        "n": LESS,
        "of_none": Symbol("choice", random=False, sets=("N",)),
        "of_a": Symbol("choice", random=True, sets=("W", "A")),
        "y": Symbol("scalar", random=False, sets=("W",)),
        "v": Symbol("vector", random=False, sets=("W",)),
    },
)
B1, B2, B3 = (("B", position) for position in range(3))


def nobody_chosen(of_a):
    """The model with n = -1: A is empty, B has three elements, nothing can be chosen."""
    tables = {"n": {(): F(-1)}, "of_none": {}, "y": {(B,): F(2) for B in (B1, B2, B3)}}
    tables["v"] = {(B,): (F(1), F(0)) for B in (B1, B2, B3)}
    return Evaluator(NOBODY, Model(tables, [Outcome(F(1), {"of_a": of_a})]))


def test_a_set_of_negative_size_is_empty():
    evaluator = nobody_chosen({})
    w, one = Index("w", "W"), Index("a", "A")
    assert evaluator.elements == {"A": [], "B": [B1, B2, B3], "N": [], "W": [B1, B2, B3]}
    assert evaluator.value(Total(w, Atom("y", (w,)))) == 6
    assert evaluator.value(Total(one, term(1))) == 0
    assert evaluator.value(NOBODY.count("W")) == 2  # not the number of elements
    declared = {name: evaluator.holds(promise) for name, promise in NOBODY.declared().items()}
    assert declared == {
        "size of A": False, "size of B": True, "choice of of_none": False, "choice of of_a": False
    }  # fmt: skip


def test_where_nothing_can_be_chosen_a_term_at_the_choice_is_a_sum_of_nothing():
    evaluator = nobody_chosen({})
    w, one, none = Index("w", "W"), Index("a", "A"), Index("m", "N")
    at = {w: B2}
    assert evaluator.value(At(one, "of_a", (w,), Atom("y", (one,))), at) == 0
    assert evaluator.value(At(one, "of_a", (w,), Atom("v", (one,))), at) == (0, 0)
    assert evaluator.value(At(none, "of_none", (), term(7))) == 0
    with pytest.raises(KernelError, match="'of_a' has no value at some index"):
        nobody_chosen({(B1, ("A", 0)): F(1)})
