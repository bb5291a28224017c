"""Laws of equality, declarations and rules stop at their conditions.

Each test was missing when the side conditions of FORMAT.md were dropped one by one.
"""

from fractions import Fraction

import pytest

from tests.refusals.toy import (
    A,
    S,
    c,
    chosen,
    following,
    i,
    j,
    language,
    n,
    t,
    theta,
    theta_next,
    x,
)
from theory.kernel.formulas import owed
from theory.kernel.models import Evaluator, Model, Outcome
from theory.kernel.polynomials import Algebra
from theory.kernel.processes import Run, RunEvaluator, State
from theory.kernel.rules import Kernel
from theory.kernel.runs import RULES
from theory.kernel.terms import (
    Atom,
    Call,
    Definition,
    Equal,
    Expect,
    Iid,
    Index,
    KernelError,
    Plus,
    Signature,
    SomeConstant,
    Symbol,
    Times,
    Total,
    term,
)
from theory.notation.language import total

k_correct = Index("k", "C")


def normal(y):
    return Algebra(language.signature).normal(y)


def test_a_choice_has_one_value_for_the_same_arguments_only():
    one, other = following.of(i).equals(k_correct), following.of(j).equals(i)
    assert normal(one * other) != normal(one * Equal(k_correct, i))
    same = following.of(i).equals(j)
    assert normal(one * same) == normal(one * Equal(k_correct, j))


def test_an_index_is_put_for_another_of_the_same_set_only():
    wide = Index("w", "W")
    assert normal(Equal(i, wide) * x[wide]) != normal(Equal(i, wide) * x[i])
    assert normal(Equal(i, j) * c[j]) == normal(Equal(i, j) * c[i])


def test_the_inverse_of_a_sum_is_no_product_of_inverses():
    assert normal(1 / total(i, c[i] * c[i])) != normal((1 / total(i, c[i])) ** 2)
    assert normal(1 / (A * t)) == normal((1 / A) * (1 / t))


def test_the_theorem_on_runs_is_about_what_is_known_at_t():
    kernel = Kernel(language.signature)
    zero = term(0)
    drift = kernel.assume(Expect(theta_next) <= (1 + zero) * theta + zero - S)
    signs = tuple(kernel.assume(y >= 0) for y in (theta, S))
    none, nothing = kernel.weaken(kernel.combine([])), RULES["nothing"](kernel)
    mean = kernel.integrable_deterministic(n)
    with pytest.raises(KernelError, match="numbers that are known at t"):
        RULES["robbins_siegmund"](
            kernel,
            "summable",
            theta,
            zero,
            zero,
            S,
            drift,
            (signs[0], none, none, signs[1]),
            mean,
            (nothing, nothing),
        )


def test_a_choice_in_a_condition_is_to_be_shown_to_exist():
    chosen_exists = language.signature.chosen_from("chosen")
    statement = (A >= 0).when(chosen.equals(Index("a", "W")))
    assert chosen_exists in owed(language.signature, statement)


def test_a_sum_in_a_definition_counts_its_set():
    size, index = Atom("n"), Index("i", "S")
    symbols = {"n": Symbol("integer", False)}
    ones = Definition((), Total(index, term(1)))
    kernel = Kernel(Signature({"S": size}, {}, symbols, {"ones": ones}))
    assert (size >= 0) in kernel.square(Call("ones")).assumptions


def declared(sizes=(), unions=(), **symbols):
    return Signature(dict(sizes), dict(unions), symbols)


def test_a_size_is_written_with_whole_numbers():
    with pytest.raises(KernelError, match="made of whole numbers"):
        declared({"S": term(Fraction(1, 2))})


def test_a_negative_size_is_promised_to_be_none():
    assert declared({"S": term(-1)}).natural("S") is not None
    assert declared({"S": term(0)}).natural("S") is None


def test_an_argument_from_nothing_is_no_possible_value():
    choice = Symbol("choice", True, ("N", "S"))
    sets = {"S": Atom("n")}, {"N": ()}
    assert declared(*sets, n=Symbol("integer", False), pick=choice).chosen_from("pick") is not None


def test_a_condition_is_one_minus_a_condition_and_not_less():
    with pytest.raises(KernelError, match="a condition must be"):
        language.signature.check_condition(Plus((term(1), Times((term(-2), Equal(i, j))))))


def test_a_family_that_is_known_is_not_iid():
    known, other = Symbol("vector", False, ("S",)), Symbol("vector", True)
    with pytest.raises(KernelError, match="Iid needs a random vector family"):
        declared({"S": term(1)}, v=known, G=other).check_formula(Iid("v", "S", "G"))


def test_a_constant_does_not_depend_on_itself():
    with pytest.raises(KernelError, match="cannot depend on itself"):
        language.signature.check_formula(SomeConstant("A", ("A",), t >= A))


def test_a_symbol_that_is_known_has_no_value_at_an_outcome():
    signature = declared(s=Symbol("scalar", False))
    one = {"s": {(): Fraction(1)}}
    with pytest.raises(KernelError, match="has no value"):
        Evaluator(signature, Model({}, [Outcome(Fraction(1), one)]))


def test_all_states_of_a_run_have_one_dimension():
    signature = declared(V=Symbol("vector", True))
    zero = Fraction(0)
    states = [
        State(Model({}, [Outcome(Fraction(1), {"V": {(): (zero,) * length}})]), (0,))
        for length in (1, 2)
    ]
    RunEvaluator(signature, Run(states[:1]))
    with pytest.raises(KernelError, match="one dimension"):
        RunEvaluator(signature, Run(states))
