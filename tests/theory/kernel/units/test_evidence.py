"""A counterexample and a witness rest on everything that the statement rests on."""

from fractions import Fraction

import pytest

from tests.refusals.toy import B, K, S, a, b, count, i, language, near, s, t, u, world, x
from theory.kernel.evidence import Violation, refutes, show, witnesses
from theory.kernel.intervals import Interval
from theory.kernel.terms import Cited, Exists, Expect, Integrable, KernelError, SomeConstant
from theory.notation.language import root, squared, total

SIGNATURE = language.signature
F = Fraction


def found(statement, model, **hypotheses):
    return refutes(SIGNATURE, hypotheses, statement, model)


def seen(statement, model, value=None, **hypotheses):
    return witnesses(SIGNATURE, hypotheses, statement, model, value)


def test_a_violation_says_where_it_is():
    place = found(x[a] <= s, world(outcomes=2, s=1, x=[1, {(("C", 1),): 3}]))
    assert place == Violation({a: ("C", 1)}, 1, (F(3), F(1)))
    assert str(place) == "left = 3, right = 1 at a = C2"
    assert str(found(s <= 0, world(s="1/2"))) == "left = 1/2, right = 0"
    nobody = Exists(a, (x[a] > 0,))
    assert str(found(nobody, world())) == "no index satisfies the relations"
    assert show((F(1), Interval(F(0), F(1)))) == "(1, 0)"


def test_hypotheses_promises_and_obligations_are_checked():
    model = world(s=1, t=-1)
    assert found(s <= 0, model, positive=s > 0, cited=Cited("robbins_siegmund"))
    for statement, hypotheses, reason in (
        (s <= 0, {"larger": s >= 2}, "does not satisfy the hypothesis 'larger'"),
        (s <= 0, {"close": root(t + 3) - root(t + 3) >= 0}, "the hypothesis 'close'"),
        (s / (t + 1) >= 2, {}, "a denominator may be 0"),
        (root(t) >= 2, {}, "a radicand may be negative"),
        (Expect(root(S - 1)) >= 2, {}, "a radicand may be negative"),
        (s >= 0, {}, "the counterexample does not violate the statement"),
        (Integrable(s), {}, "a finite model refutes a relation"),
        (SomeConstant("B", (), s <= 0), {}, "a finite model refutes a relation"),
    ):
        with pytest.raises(KernelError, match=reason):
            found(statement, model, **hypotheses)
    negative = world(byzantine=0)
    negative.tables["n"][()], negative.tables["f"][()] = F(1), F(-1)
    with pytest.raises(KernelError, match="the hypothesis 'size of Y'"):
        found(s >= 1, negative)


def test_an_obligation_is_owed_at_all_indices_whatever_the_conditions():
    """Stricter than need be: the quotient is not looked at where the condition fails."""
    quotient = (1 / count[a]).eq(2)
    table = {(w, ("C", 0)): 1 for w in (("C", 0), ("C", 1), ("Y", 0))}
    assert found(quotient.when(near[a, b]), world(near=[table]))
    del table[("Y", 0), ("C", 0)]
    with pytest.raises(KernelError, match="a denominator may be 0"):
        found(quotient.when(near[a, b]), world(near=[table]))


def test_a_witness_is_true_there():
    model = world(s=1, u=(2,), x=[1])
    seen(s <= 1, model, positive=s > 0)
    seen(Integrable(x[a]), model)
    seen(Exists(i, (x[i] > 0,)), model)
    seen(squared(total(i, x[i] * u)).eq(16), model)
    for statement, hypotheses, reason in (
        (s <= 0, {}, "the statement is not true on the witness"),
        (root(s + 1) - root(s + 1) >= 0, {}, "the statement is not true on the witness"),
        (s <= 1, {"larger": s >= 2}, "the witness does not satisfy the hypothesis 'larger'"),
        (1 / t <= 1, {}, "the statement does not denote on the witness"),
        (SomeConstant("B", (), s <= 0), {}, "is evaluated with its value"),
    ):
        with pytest.raises(KernelError, match=reason):
            seen(statement, model, **hypotheses)


def test_a_statement_about_a_constant_is_evaluated_with_the_value_of_its_proof():
    bounded = SomeConstant("B", ("K",), s <= B)
    seen(bounded, world(s=3, K=2, B=0), value=K + 1)
    with pytest.raises(KernelError, match="not true on the witness"):
        seen(bounded, world(s=3, K=2, B=100), value=K)
    with pytest.raises(KernelError, match="a denominator may be 0"):
        seen(bounded, world(s=0, K=0), value=1 / K)
