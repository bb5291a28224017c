"""Which goals a family must reach, and which families are none."""

from fractions import Fraction

import pytest

from tests.refusals.toy import (
    A,
    B,
    K,
    S,
    c,
    chosen,
    doubled,
    f,
    i,
    language,
    n,
    near,
    s,
    step,
    t,
    u,
    x,
)
from theory.kernel.families import at_least_one, check, goals
from theory.kernel.formulas import replace_in
from theory.kernel.rules import Kernel
from theory.kernel.terms import (
    Atom,
    Cited,
    Index,
    Integrable,
    KernelError,
    Plus,
    Relation,
    SomeConstant,
    Times,
    Total,
    term,
)

ZERO = term(0)
CLAIM = SomeConstant("A", ("f",), n <= A * s * t)
VALUES = {"n": K + 1, "s": term(2), "t": K}
WORKERS = {"n": term(3), "f": term(0)}
"""A family gives a value to whatever is in the size of an index set."""
j, a = Index("j", "C"), Index("a", "W")


def found(statement=CLAIM, hypotheses=(), values=VALUES, constant=K):
    """The goals after those of the three promises of the signature."""
    values = {**WORKERS, **values}
    return goals(Kernel(language.signature), statement, hypotheses, values, constant)[3:]


def test_what_the_signature_promises_comes_first():
    one, *_ = made = goals(Kernel(language.signature), CLAIM, [f >= 0], {**WORKERS, **VALUES}, K)
    assert [str(x.op) for x in made] == [">=", ">=", ">", ">=", ">"]
    assert one == replace_in(n - f >= 0, {"n": K + 1, "f": term(0)})
    assert made[1] == Relation(term(0), ">=", ZERO)  # f >= 0, promised and assumed
    assert made[2].op == ">"
    assert made[2].left == Plus((one.left, term(0)))
    with pytest.raises(KernelError, match=r"\['f'\], without a value in the family"):
        goals(Kernel(language.signature), CLAIM, [], VALUES, K)


def test_the_goals_are_the_hypotheses_the_sign_and_the_violation():
    hypotheses = [n >= 1, Relation(s, "<", t, ())]
    two = term(2)
    assert found(hypotheses=hypotheses) == [
        K + 1 >= 1,
        Relation(two, "<", K),
        Relation(Times((two, K)), ">=", ZERO),
        Relation(K + 1, ">", Times((K, two, K))),
    ]


def test_a_single_factor_stays_as_it_is():
    claim = SomeConstant("A", (), n <= A * t)
    assert found(claim, values={"n": K, "t": K}) == [
        Relation(K, ">=", ZERO),
        Relation(K, ">", K * K),
    ]


def test_definitions_are_unfolded_first():
    claim = SomeConstant("A", (), doubled <= A * t)
    assert found(claim, values={"B": K, "t": K})[-1].left == Times((term(2), K))
    with pytest.raises(KernelError, match="gives a value to every parameter"):
        found(claim, values={"t": K})
    assert found(hypotheses=[doubled <= s], values={**VALUES, "B": K})[0].left == term(2) * K


def test_a_value_may_not_depend_on_the_constant_where_the_claim_s_constant_may():
    claim = SomeConstant("A", ("n",), n <= A * t)
    assert found(claim, values={"n": term(3), "t": K})
    with pytest.raises(KernelError, match="the value of 'n' may depend on the constant alone, or"):
        found(claim, values={"n": K, "t": K})


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"constant": K + 1}, "the constant of a family is a plain symbol"),
        ({"constant": c[i]}, "the constant of a family is a plain symbol"),
        ({"constant": Atom("nobody")}, "the constant of a family is a plain symbol"),
        ({"constant": B}, "the constant of a family is an integer symbol"),
        ({"values": {**VALUES, "step": K}}, r"but \['step'\] may change with t"),
        ({"values": {"n": K, "s": K}}, "gives a value to every parameter"),
        ({"values": {**VALUES, "A": K}}, "gives a value to every parameter"),
        ({"values": {**VALUES, "K": K}}, "gives a value to every parameter"),
        ({"values": {**VALUES, "nobody": K}}, r"\['nobody'\] is not declared"),
        ({"values": {**VALUES, "S": K}}, "'S' is not a parameter"),
        ({"values": {**VALUES, "c": K}}, "'c' is not a parameter"),
        ({"values": {**VALUES, "u": K}}, "'u' is not a parameter"),
        ({"values": {**VALUES, "near": K}}, "'near' is not a parameter"),
        ({"values": {**VALUES, "s": n}}, "may depend on the constant alone"),
        ({"values": {**VALUES, "f": K}}, "may depend on the constant alone, or not at all"),
        ({"values": {**VALUES, "s": doubled}}, "plain arithmetic of parameters"),
        ({"values": {**VALUES, "n": K * Fraction(1, 2)}}, "'n' is an integer, its value need not"),
        ({"hypotheses": [(s <= t * B)]}, r"\['B'\], without a value in the family"),
        ({"hypotheses": [Integrable(S)]}, "a family cannot meet Integrable"),
        ({"hypotheses": [Cited("robbins_siegmund")]}, "a family cannot meet Cited"),
        ({"statement": SomeConstant("A", (), n >= A * t)}, "of the form L <= C R"),
        ({"statement": SomeConstant("A", (), n < A * t)}, "of the form L <= C R"),
        (
            {"statement": SomeConstant("A", (), (n <= A * t).when(near[a, a]))},
            "without free indices",
        ),
        (
            {"statement": SomeConstant("A", (), (n <= A * t).when(Atom("flag")))},
            "of the form L <= C R",
        ),
        ({"statement": SomeConstant("A", (), n <= A + t)}, "of the form L <= C R"),
        ({"statement": SomeConstant("A", (), n <= s * t)}, "of the form L <= C R"),
        ({"statement": SomeConstant("A", (), n <= A * A * t)}, "of the form L <= C R"),
        ({"statement": SomeConstant("A", (), n <= A * (t + A))}, "in more than one place"),
        ({"statement": SomeConstant("A", (), n + A <= A * t)}, "in more than one place"),
        ({"statement": SomeConstant("A", (), x[a] <= A * t)}, "without free indices"),
    ],
)
def test_a_family_that_is_none(changed, reason):
    with pytest.raises(KernelError, match=reason):
        found(**changed)


def test_a_constant_that_changes_with_time_is_none():
    signature = language.signature
    symbols = {
        **signature.symbols,
        "L": type(signature.symbols["n"])("integer", False, varies=True),
    }
    other = type(signature)(symbols=symbols, sizes=signature.sizes, unions=signature.unions)
    with pytest.raises(KernelError, match=r"but \['L'\] may change with t"):
        goals(Kernel(other), CLAIM, [], VALUES, Atom("L"))


@pytest.mark.parametrize(
    "hypothesis",
    [
        x[j] <= n,
        near[a, a] <= n,
        n >= S,
        u @ u <= n,
        Total(i, c[i]) <= n,
        chosen.at(a, term(1)) <= n,
    ],
)
def test_a_hypothesis_about_more_than_parameters_is_not_met(hypothesis):
    with pytest.raises(KernelError, match="without a value in the family"):
        found(hypotheses=[hypothesis])


def test_only_the_goals_from_the_one_assumption_will_do():
    kernel = Kernel(language.signature)
    wanted = [K >= 1, n >= 0]
    first = kernel.conclude(wanted[0], [kernel.assume(at_least_one(K))], [])
    second = kernel.conclude(wanted[1], [kernel.assume(n >= 0)], [])
    check([first], [K >= 1], K)
    check([], [], K)
    for theorems, goals_, reason in (
        ([first, second], wanted, "proved from more than K >= 1"),
        ([first], wanted, "are not its goals"),
        ([second, first], wanted, "are not its goals"),
        ([first, first], [K >= 1], "are not its goals"),
    ):
        with pytest.raises(KernelError, match=reason):
            check(theorems, goals_, K)
    assert at_least_one(K) == Relation(K, ">=", term(1))
    assert step != s


def test_a_parameter_that_is_no_integer_may_be_a_half():
    halves = {**VALUES, "s": term(Fraction(1, 2)), "t": K * Fraction(1, 2)}
    assert found(values=halves)[-1].left == K + 1
