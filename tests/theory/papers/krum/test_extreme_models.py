"""The extreme examples: models of Krum on which lines are equalities, or as near as is claimed."""

from fractions import Fraction
from math import comb, isqrt

import pytest

from theory.kernel.intervals import interval
from theory.kernel.models import Evaluator
from theory.kernel.terms import SomeConstant
from theory.papers.krum import eq_2_05_growth as growth
from theory.papers.krum import eq_2_11_upward as upward
from theory.papers.krum import extreme_models as extreme
from theory.papers.krum.document import DOCUMENT
from theory.papers.krum.setting import HYPOTHESES, language

DRAWS = (
    "equidistant",
    "pulled_away",
    "as_far_as_zeta",
    "pulled_from_zero",
    "alone_at_one",
    "crowded",
)
LAWS = (
    "leaning_out",
    "rare_value",
    "tetrahedron",
    "even_steps",
    "outer_steps",
    "split_in_two",
    "pulled_up",
)
ABOUT_KRUM = (
    "neighbour count",
    "no worker is its own neighbour",
    "neighbours are closest",
    "chosen has the least score",
    "zeta is not the worker itself",
    "zeta is at least as far as every neighbour",
)
EQUALITIES = {
    "1-3d": extreme.tetrahedron,
    "1-6": extreme.as_far_as_zeta,
    "1-7-counts": extreme.crowded,
    "score-of-chosen": extreme.equidistant,
    "error-of-chosen": extreme.pulled_away,
    "2-11b": upward.rising,
    "2-17-half": upward.uphill,
}


def statement(claim):
    reading = DOCUMENT.claims()[claim].readings[-1]
    assert not isinstance(reading.statement, SomeConstant)
    return reading.statement


def evaluator(build):
    return Evaluator(language.signature, build())


@pytest.mark.parametrize("name", DRAWS)
def test_a_single_draw_is_krum_but_no_law(name):
    on = evaluator(getattr(extreme, name))
    assert all(on.holds(HYPOTHESES[fact]) is True for fact in ABOUT_KRUM)


@pytest.mark.parametrize("name", LAWS)
def test_a_law_satisfies_all_but_the_long_gradient_and_the_time_of_selection(name):
    on = evaluator(getattr(extreme, name))
    false = {fact for fact, formula in HYPOTHESES.items() if on.holds(formula) is False}
    assert false <= {"signal"}


def test_almost_no_signal_is_a_signal():
    on = evaluator(extreme.barely_a_signal)
    assert on.holds(HYPOTHESES["signal"]) is True


@pytest.mark.parametrize("claim", EQUALITIES)
def test_equality_is_attained(claim):
    relation = statement(claim)
    on = evaluator(EQUALITIES[claim])
    found = [on.sides(relation, at, outcome) for at, outcome, _ in on.instances(relation)]
    assert any(left == right > 0 for left, right in found)
    assert all(left <= right for left, right in found)


def test_the_sharp_sum_of_lengths_is_attained_by_a_vector_alone():
    relation = statement("1-10-sharp")
    on = evaluator(extreme.alone_at_one)
    sides = [on.sides(relation, at, outcome) for at, outcome, _ in on.instances(relation)]
    widths = [interval(right).high - interval(left).low for left, right in sides]
    assert min(widths) < Fraction(1, 10**9)


def test_the_pull_at_two_counted_by_hand():
    """20 of 32 draws split 3 to 2; Krum is then at 12/5 or -12/5, and at 1 or -1 otherwise."""
    model = extreme.split_in_two()
    square = Fraction(0)
    for outcome in model.outcomes:
        tables = outcome.tables
        (winner,) = (key[0] for key, one in tables["chosen"].items() if one == 1)
        square += outcome.probability * tables["V"][(winner,)][0] ** 2
    assert square == (20 * Fraction(12, 5) ** 2 + 12) / 32


def test_a_longer_pull_does_not_win():
    """Where the coin splits 3 to 2, the scores at the distance t are 2 t^2, and 4 for the three."""
    for t, wins in ((Fraction(7, 5), True), (Fraction(3, 2), False)):
        model = extreme.one_draw(7, 2, [-1, -1, -1, 1, 1, 1 + t, 1 + t])
        (outcome,) = model.outcomes
        (winner,) = (key[0] for key, one in outcome.tables["chosen"].items() if one == 1)
        assert (winner[0] == "Y") is wins


@pytest.mark.parametrize(("f", "least"), [(2, Fraction(2, 5)), (12, Fraction(3, 4))])
def test_a_fair_coin_approaches_the_sharper_gap(f, least):
    """The Byzantine vectors pull at the smaller group as far as Krum allows, and win."""
    correct = f + 3
    square = Fraction(0)
    for up in range(2, correct - 1):
        larger = max(up, correct - up)
        distance = Fraction(isqrt(2 * (f + 2 - larger) * 10**6), 1000)
        pulled = (1 + distance) * (1 if up < correct - up else -1)
        values = [1] * up + [-1] * (correct - up) + [pulled] * f
        (outcome,) = extreme.one_draw(2 * f + 3, f, values).outcomes
        (winner,) = (key[0] for key, one in outcome.tables["chosen"].items() if one == 1)
        assert winner[0] == "Y"
        square += Fraction(comb(correct, up), 2**correct) * distance**2
    assert least < square / (f + 1) < 1


def test_the_gap_of_krum_is_constant_or_zero_where_it_is_pulled_up():
    relation = statement("1-2b")
    on = evaluator(extreme.pulled_up)
    ((at, outcome, _),) = on.instances(relation)
    left, right = on.sides(relation, at, outcome)
    often = Fraction(20, 32)
    assert left == (often * Fraction(4, 5)) ** 2
    assert right == often * Fraction(4, 5) ** 2


def test_the_arithmetic_of_the_sharper_growth():
    """6 (s + s^2) is at most 29/4 (1 + s^2), and 7.2 would not do at s = 12/5."""
    s = Fraction(12, 5)
    assert Fraction(36, 5) * (1 + s**2) < 6 * (s + s**2) <= Fraction(29, 4) * (1 + s**2)
    on = evaluator(growth.straight_out)
    left, right = on.value(growth.rest), on.value(growth.absorbed_sharp)
    size = on.value(growth.gamma**2 * (1 + growth.x1**4))
    assert Fraction(99, 100) < left / (right * size) < 1
