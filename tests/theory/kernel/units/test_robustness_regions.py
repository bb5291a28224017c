"""Polynomials and regions of families: signs, pairs and the parameter, against plain counting."""

from copy import deepcopy
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from empirics.robustness.closed_forms import stored
from theory.kernel.robustness_families import (
    Polynomial,
    Region,
    _Form,
    _Kinds,
    check_bound,
    check_example,
)
from theory.kernel.terms import KernelError

A, B, S = (Polynomial({powers: 1}) for powers in ((1, 0, 0), (0, 1, 0), (0, 0, 1)))
EVERY = Region((1, 1, 0), (0, 0, 1))
RAY = Region((1, 1, 0), (0, 0, 0), parameter=True)


def some(random, terms=3, power=2):
    """A random polynomial."""
    return Polynomial(
        {
            tuple(random.randint(0, power) for _ in range(3)): random.randint(-3, 3)
            for _ in range(terms)
        }
    )


def test_polynomials_have_the_values_of_what_they_are_made_of():
    random = Random(1)
    for _ in range(60):
        p, q, x, y, z = (some(random) for _ in range(5))
        a, b, s = random.randint(-3, 3), random.randint(-3, 3), Fraction(random.randint(-6, 6), 2)
        one, other = p.at(a, b, s), q.at(a, b, s)
        assert (p + q).at(a, b, s) == one + other
        assert (p - q).at(a, b, s) == one - other
        assert (p * q).at(a, b, s) == one * other
        assert (p + 2).at(a, b, s) == one + 2
        assert (p - 2).at(a, b, s) == one - 2
        assert (p * -2).at(a, b, s) == -2 * one
        whole = Fraction(random.randint(-3, 3))
        inner = [v.at(a, b, whole) for v in (x, y)]
        assert p(x, y, z).at(a, b, whole) == p.at(*map(int, inner), z.at(a, b, whole))
    assert Polynomial({(1, 0, 0): 0, (0, 0, 0): 2}).terms == {(0, 0, 0): 2}
    assert Polynomial({})(A, B, S).terms == {}


def test_a_sign_is_that_of_every_coefficient():
    for p in (A, B, A + B, A * B - B, A - 1, A * A - A, Polynomial({})):
        assert EVERY.not_negative(p), p.terms
    for p in (A - 2, B * -1, A - B, B - A, A * B - B * B):
        assert not EVERY.not_negative(p), p.terms
    for p in (A, B + 1, A + B, A * 2 - 1, A * A * 5 - A * 4):
        assert EVERY.positive(p), p.terms
    for p in (B, A - 1, B * -1 + 6, A * -1 + 6, A * 7 - A * A, Polynomial({}), A * B + 2 - B * 2):
        assert not EVERY.positive(p), p.terms
    assert EVERY.zero(A - A)
    assert not EVERY.zero(A - B)
    assert Region((2, 1, 0), (2, 1, 0)).zero(A - B)
    assert not Region((2, 1, 0), (2, 0, 1)).zero(A - B)


def test_the_parameter_is_any_number_that_is_not_negative():
    assert RAY.not_negative(S)
    assert not RAY.not_negative(S * -1)
    assert not RAY.positive(S)
    assert RAY.positive(S + 1)
    assert not RAY.zero(S)
    assert not RAY.not_negative(A - S)
    assert RAY.zero(B)
    assert EVERY.zero(S)
    assert EVERY.zero(S * A * 3)


def test_a_region_has_the_pairs_that_are_counted():
    numbers = range(3)
    for a0, a1, a2, b0, b1, b2 in product((1, 2), numbers, numbers, (0, 1), numbers, numbers):
        if (a2 or b2) and a1 * b2 == a2 * b1:
            continue
        region = Region((a0, a1, a2), (b0, b1, b2))
        counted = {(a0 + a1 * t + a2 * u, b0 + b1 * t + b2 * u) for t in range(9) for u in range(9)}
        for pair in product(range(-1, 8), repeat=2):
            assert (pair in region) == (pair in counted), (region, pair)


def with_parameter():
    return next(c for _, c in stored()["bounds"] if "s" in c["region"])


def without_parameter():
    return next(c for _, c in stored()["bounds"] if "s" not in c["region"])


def test_a_fact_says_what_its_certificate_does():
    for check, part in ((check_bound, "bounds"), (check_example, "examples")):
        for winner in ("correct", "byzantine"):
            certificate = next(c for _, c in stored()[part] if c["winner"] == winner)
            fact = check(deepcopy(certificate))
            assert fact.correct is (winner == "correct")
            region = certificate["region"]
            assert fact.region == Region(tuple(region["a"]), tuple(region["b"]), "s" in region)
            a, b = region["a"][0], region["b"][0]
            top, bottom = fact.kappa
            assert fact.at(a, b) == top.at(a, b, Fraction(0)) / bottom.at(a, b, Fraction(0)) > 0


def test_a_fact_has_a_parameter_or_none():
    certificate = with_parameter()
    fact = check_bound(deepcopy(certificate))
    a, b = certificate["region"]["a"][0], certificate["region"]["b"][0]
    assert fact.at(a, b) == fact.at(a, b, Fraction(0))
    top, bottom = fact.kappa
    half = Fraction(1, 2)
    assert fact.at(a, b, half) == top.at(a, b, half) / bottom.at(a, b, half)
    with pytest.raises(KernelError, match="s = -1/2 is outside the region"):
        fact.at(a, b, -half)
    with pytest.raises(KernelError, match="is outside the region"):
        fact.at(a - 1, b, half)
    certificate = without_parameter()
    fact = check_bound(deepcopy(certificate))
    a, b = certificate["region"]["a"][0], certificate["region"]["b"][0]
    with pytest.raises(KernelError, match="s = 1/2 is outside the region"):
        fact.at(a, b, half)


def alone(winner="correct", slack=0):
    """Without any weight: |W - mean|^2 <= (m - 1) variance for a correct W, and no less."""
    return {
        "rule": "krum", "winner": winner, "region": {"a": [1, 1, 0], "b": [1, 0, 1]},
        "kappa": [[1000 + slack, 1000], [1000]], "scale": [[1000]], "weights": {},
    }  # fmt: skip


def test_without_weights_the_bound_is_sharp():
    assert check_bound(alone()).at(3, 2) == 6
    assert check_bound(alone(slack=1)).at(3, 2) == Fraction(6001, 1000)
    with pytest.raises(KernelError, match="the quadratic form may be negative"):
        check_bound(alone(slack=-1))
    with pytest.raises(KernelError, match="the quadratic form may be negative"):
        check_bound(alone("byzantine"))


def test_a_weight_with_the_choice_of_the_winner_itself_adds_nothing():
    itself = {"W": {"weight": [[1]], "choice": {"A": [[0, 0], [1]], "P": [[0, 1]]}}}
    assert check_bound({**alone(), "weights": itself}).at(3, 2) == 6
    with pytest.raises(KernelError, match="the quadratic form may be negative"):
        check_bound({**alone(slack=-1), "weights": itself})
    everybody = {g: {"weight": [], "choice": {}} for g in ("W", "A", "R", "P")}
    assert check_bound({**alone(), "weights": everybody}).at(3, 2) == 6
    for choice in (["A"], None, "A"):
        weights = {"W": {"weight": [[1]], "choice": choice}}
        with pytest.raises(KernelError, match="a worker of kind W chooses one that it does not"):
            check_bound({**alone(), "weights": weights})


def test_a_form_begins_with_nothing():
    form = _Form(_Kinds(alone()))
    assert [*form.matrix] == [*product("PRA", repeat=2)]
    assert [*form.scatter] == [*form.inside] == [*"PRA"]
    parts = (*form.matrix.values(), *form.scatter.values(), *form.inside.values())
    assert not any(part.terms for part in parts)


def test_scatter_inside_a_kind_counts_as_often_as_there_are_pairs():
    """D_gg is twice the scatter, times |g|/(|g| - 1)."""
    form = _Form(_Kinds(alone()))
    form.scatter["A"], form.inside["A"] = A * 2, (A - 1) * -1
    form.check()
    form.inside["A"] = A * -1
    with pytest.raises(KernelError, match="the scatter of kind A may be negative"):
        form.check()
