"""Polynomials and regions of families: signs, pairs and the parameter, against plain counting."""

from copy import deepcopy
from fractions import Fraction
from itertools import product
from random import Random
from types import SimpleNamespace

import pytest

from empirics.robustness.closed_forms import stored
from theory.kernel.terms import KernelError
from theory.robustness import families
from theory.robustness.families import (
    LARGEST,
    MOST_POWERS,
    PatternBound,
    Polynomial,
    Region,
    _check_scores,
    _fields,
    _Form,
    _Kinds,
    _read,
    _region,
    check_bound,
    check_example,
    check_step,
)

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


def test_scatter_inside_a_kind_counts_twice():
    form = _Form(_Kinds(alone()))
    form.scatter["A"], form.inside["A"] = A * 2, (A - 1) * -2
    with pytest.raises(KernelError, match="the scatter of kind A may be negative"):
        form.check()


def test_a_pivot_of_0_needs_a_row_of_0():
    form = _Form(_Kinds(alone()))
    form.matrix["R", "R"] = form.matrix["A", "A"] = A
    form.check()
    form.matrix["P", "R"] = form.matrix["R", "P"] = A
    with pytest.raises(KernelError, match="may be negative: the pivot of kind P"):
        form.check()


# -- scores


def number(c):
    return Polynomial({(0, 0, 0): c})


def scores(score, theta=1, excess=None, scatter=None):
    """Other distances are 1, those within a kind 0; a <= b. P and A reach a + 1 and b + 1."""
    thresholds = {g: {"threshold": [[1]], "excess": {g: [[1]]}} for g in "PRA"}
    if excess is not None:
        thresholds["R"] = {"threshold": [[theta]], "excess": excess}
    kinds = _Kinds(alone() | {"region": {"a": [1, 1, 0], "b": [1, 1, 1]}})
    scatters = {g: number(0) for g in "WPA"} | {"R": scatter or number(0)}
    _check_scores(kinds, thresholds, scatters, lambda g, h: number(1), score)


def test_a_score_is_bounded_by_a_threshold_less_its_excesses():
    """k - b: of b + 1 workers of kind R, each has b others at the same place."""
    scores(A)
    with pytest.raises(KernelError, match="the score of kind R less that of the winner"):
        scores(A + 1)
    with pytest.raises(KernelError, match="the score of kind P less that of the winner"):
        scores(A + 2)


def test_a_higher_threshold_has_more_excesses():
    """3 k - (2 + 2 a + 2 b + 3 b) = a - 2 b - 2."""
    excess = {"W": [[2]], "A": [[2]], "P": [[2]], "R": [[3]]}
    least = A - B * 2 - 2
    scores(least, 3, excess)
    with pytest.raises(KernelError, match="the score of kind R less that of the winner"):
        scores(least + 1, 3, excess)
    for h in "WAP":
        with pytest.raises(KernelError, match=f"the excess of kind R over kind {h}, less"):
            scores(least, 3, {**excess, h: [[1]]})
    with pytest.raises(KernelError, match="the excess of kind R over kind R, less"):
        scores(least, 3, {**excess, "R": [[2]]})


def test_workers_that_scatter_are_apart():
    """b (excess - theta) + 2 (b + 1) scatter >= 0: of R there are b + 1."""
    excess = {"W": [[4]], "A": [[4]], "P": [[4]], "R": []}
    low = A * -9 + B * -9
    scores(low, 4, excess, scatter=B)
    with pytest.raises(KernelError, match="the excess of kind R over kind R, less"):
        scores(low, 5, excess, scatter=B)


@pytest.mark.parametrize("excess", [[], None, "W", ["W"]])
def test_an_excess_is_an_object(excess):
    nothing = {"threshold": [], "excess": {}}
    thresholds = {"P": nothing, "A": nothing, "R": {"threshold": [], "excess": excess}}
    kinds, none = _Kinds(alone()), {g: number(0) for g in "WPAR"}
    with pytest.raises(KernelError, match="kind R has an excess over a kind that it does not see"):
        _check_scores(kinds, thresholds, none, lambda g, h: number(1), number(0))


def test_the_winners_score_is_the_sum_over_its_neighbours(monkeypatch):
    certificate = deepcopy(stored()["examples"][-1][1])
    seen = []
    monkeypatch.setattr(families, "_check_scores", lambda *given: seen.append(given))
    check_example(certificate)
    ((kinds, thresholds, scatter, apart, score),) = seen
    assert thresholds == certificate["thresholds"]
    wanted = Polynomial({})
    for g in ("A", "P"):
        if g in kinds.size:
            wanted = wanted + kinds.size[g] * apart("W", g)
    assert (score - wanted).terms == {}
    assert scatter["W"].terms == {}


def test_an_example_has_a_positive_ratio():
    certificate = {**deepcopy(stored()["examples"][-1][1]), "kappa": []}
    with pytest.raises(KernelError, match="the mean of the correct workers or kappa may be 0"):
        check_example(certificate)


# -- steps and what is read


def step(small, large, by, region=None):
    """check_step on bounds of which only kappa is known."""
    facts = (SimpleNamespace(kappa=kappa) for kappa in (small, large))
    return check_step(*facts, region or {"a": [1, 1, 0], "b": [1, 0, 1]}, by)


def test_a_step_compares_fractions():
    one = number(1)
    for by in (-1, 0, 1):
        assert step((B, one), (B + 1, one), by) == Region((1, 1, 0), (1, 0, 1))
    step((A, one), (A, one), 0)
    step((A, A), (A, A), 0)
    step((A, A + 1), (A, A), 0)
    step((A * -1, one), (A, one), 0)
    for by in (-2, 2, None):
        with pytest.raises(KernelError, match="the step is -1, 0 or 1"):
            step((A, one), (A, one), by)
    for by, small, large in (
        (0, (A * 2, one), (A, one)),
        (0, (A, A), (A, A + 1)),
        (1, (A, one), (A, one)),
        (-1, (B, one), (B, one)),
    ):
        with pytest.raises(KernelError, match="the step may go down in the region"):
            step(small, large, by)


def test_a_step_needs_positive_denominators():
    one = number(1)
    for small, large in (((A, one), (A, B - 1)), ((A, B - 1), (A, one)), ((A, A - 1), (A, A - 1))):
        with pytest.raises(KernelError, match="a denominator may be 0 or negative"):
            step(small, large, 0)


@pytest.mark.parametrize(
    ("region", "reason"),
    [
        (None, "exactly the fields a, b"),
        ([], "exactly the fields a, b"),
        ("s", "exactly the fields a, b"),
        ({"a": [1, 1, 0], "b": [0, 0, 1], "s": "u"}, "is a ray, and u leads along it too"),
        ({"a": [1, 1, 1], "b": [0, 0, 0], "s": "u"}, "is a ray"),
        ({"a": [1, 1, 1], "b": [0, 0, 0]}, "is a ray"),
        ({"a": [1, 1, 1], "b": [0, 1, 1]}, "is a ray"),
        ({"a": [1, 0, 0], "b": [0, 1, 1]}, "is a ray"),
        ({"a": [1, 1, 0], "b": [0, 0, 0], "s": "t"}, "the parameter s is not u"),
        ({"a": [1, 1, 0], "b": [0, 0, 0], "s": None}, "the parameter s is not u"),
        ({"a": 5, "b": [0, 0, 0]}, "a is not three numbers"),
        ({"a": "123", "b": [0, 0, 0]}, "a is not three numbers"),
        ({"a": [1, 1, 0], "b": {1: 1, 2: 1, 3: 1}}, "b is not three numbers"),
        ({"a": [1, 1, 0, 0], "b": [0, 0, 0]}, "a is not three numbers"),
        ({"a": [1001, 1, 0], "b": [0, 0, 0]}, "a has a number that is not from 0 to 1000"),
        ({"a": [1, 1, 0], "b": [0, 1001, 0]}, "b has a number that is not from 0 to 1000"),
        ({"a": [1, 1, 0], "b": [0, -1, 0]}, "b has a number that is not from 0 to 1000"),
        ({"a": [1, True, 0], "b": [0, 0, 1]}, "a has a number that is not from 0 to 1000"),
        ({"a": [0, 1, 0], "b": [0, 0, 1]}, "the region has a = 0"),
    ],
)
def test_what_is_no_region(region, reason):
    with pytest.raises(KernelError, match=reason):
        _region(region)


def test_what_is_a_region():
    assert _region({"a": [1000, 1000, 0], "b": [0, 0, 1000]}) == Region(
        (1000, 1000, 0), (0, 0, 1000)
    )
    assert _region({"a": [1, 0, 0], "b": [0, 0, 0]}) == Region((1, 0, 0), (0, 0, 0))
    ray = {"a": [1, 2, 0], "b": [0, 1, 0], "s": "u"}
    assert _region(ray) == Region((1, 2, 0), (0, 1, 0), parameter=True)


def test_what_is_read_is_bounded():
    assert (MOST_POWERS, LARGEST) == (16, 10**30)
    assert _read([[LARGEST, -LARGEST]], "here").terms == {(0, 0, 0): LARGEST, (0, 1, 0): -LARGEST}
    assert _read([[0] * 15 + [2]] * 16, "here").terms == {(i, 15, 0): 2 for i in range(16)}
    assert _read([[], [[0, 3]]], "here").terms == {(1, 0, 1): 3}
    for bad in ([[LARGEST + 1]], [[-LARGEST - 1]], [[0] * 17], [[]] * 17, [[[0] * 17]], [1], {}):
        with pytest.raises(KernelError, match="here: "):
            _read(bad, "here")
    for bad in (None, [], "x", {"x": 1, "y": 2}):
        with pytest.raises(KernelError, match="here must have exactly the fields x"):
            _fields(bad, ("x",), "here")


@pytest.mark.parametrize("sign", [1, -1])
def test_a_step_keeps_the_parameter(sign):
    """s against a + b + s, and the same with -s: no other multiple or power of s fits."""
    region = {"a": [2, 1, 0], "b": [2, 0, 0], "s": "u"}
    one = Polynomial({(0, 0, 0): 1})
    here = Region((2, 1, 0), (2, 0, 0), True)
    for more in (A * 0, A + B):
        small, large = (
            PatternBound(families._SEAL, True, here, (kappa, one))
            for kappa in (S * sign, S * sign + more)
        )
        assert check_step(small, large, region, 0) == here
