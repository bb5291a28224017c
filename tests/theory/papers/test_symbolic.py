"""eta and sin alpha derived with sympy: equal to the printed formula, and to exact arithmetic."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

from theory.papers.krum import symbolic

ADMISSIBLE = [(n, f) for f in range(6) for n in range(2 * f + 3, 2 * f + 12)]


def exact_eta_squared(n: int, f: int) -> Fraction:
    """The printed formula in exact arithmetic, typed here a second time on purpose."""
    top = f * (n - f - 2) + f * f * (n - f - 1)
    return 2 * (n - f + Fraction(top, n - 2 * f - 2))


def test_the_composition_of_the_notes_is_the_printed_formula():
    assert symbolic.equal(symbolic.composed().eta_squared, symbolic.printed().eta_squared)
    assert symbolic.equal(symbolic.composed().sin_alpha, symbolic.sin_alpha_printed())


def test_the_composition_is_labelled_conditional():
    assert symbolic.composed().status == "conditional"
    assert {"1-2a", "1-7a"} <= set(symbolic.composed().rests_on)


@pytest.mark.parametrize(("n", "f"), ADMISSIBLE)
def test_the_numpy_function_agrees_with_exact_arithmetic(n, f):
    value = symbolic.numpy_function(symbolic.printed().eta_squared)(n, f)
    assert value == pytest.approx(float(exact_eta_squared(n, f)), rel=1e-12)


def test_the_numpy_functions_take_arrays():
    n, f = np.array(ADMISSIBLE, dtype=float).T
    sharp = symbolic.numpy_function(symbolic.sharpest().eta_squared)(n, f)
    rational = symbolic.numpy_function(symbolic.rational().eta_squared)(n, f)
    printed = symbolic.numpy_function(symbolic.printed().eta_squared)(n, f)
    assert np.all(sharp <= rational * (1 + 1e-12))
    assert np.all(rational <= printed * (1 + 1e-12))


def test_eta_increases_with_f():
    assert symbolic.increases_in_f()
    for f in range(5):
        for n in range(2 * f + 5, 2 * f + 12):
            assert exact_eta_squared(n, f) < exact_eta_squared(n, f + 1)


@pytest.mark.parametrize("f", [1, 2, 5, 14])
def test_eta_decreases_in_n_up_to_the_turning_point_and_then_increases(f):
    name = sympy.Symbol("f", integer=True, nonnegative=True)
    turn = float(symbolic.turning_point().subs(name, f))
    for n in range(2 * f + 3, 2 * f + 60):
        step = exact_eta_squared(n + 1, f) - exact_eta_squared(n, f)
        if n + 1 <= turn:
            assert step < 0
        elif n >= turn:
            assert step > 0


def test_the_domain_is_that_of_proposition_1():
    names = {symbol.name: symbol for symbol in symbolic.domain().free_symbols}
    for n, f in ((4, 1), (5, 1), (2, 0), (3, 0)):
        inside = bool(symbolic.domain().subs({names["n"]: n, names["f"]: f}))
        assert inside == (2 * f + 2 < n)
