"""Each property holds for the paper's Krum, and catches the rules that lack it."""

import re

import numpy as np
import pytest
from hypothesis import Phase, settings

from empirics import properties
from empirics.foreign import load
from empirics.probe.identify import FORMULAS
from empirics.properties import PROPERTIES, NoAnswer, properties_of
from empirics.rules import RULES
from empirics.rules.bulyan import Bulyan
from empirics.rules.krum import krum
from empirics.rules.median import CoordinatewiseMedian
from empirics.rules.multi_krum import multi_krum
from empirics.rules.trimmed_mean import TrimmedMean
from tests.empirics.probe import planted

CAUGHT = {
    "smallest_score": (
        *("one_more", "one_less", "counts_itself", "lengths", "fourth", "in_manhattan"),
        *("in_chebyshev", "by_angle", "last_neighbour", "medoid", "worst", "median", "multi"),
    ),
    "within_kappa": ("average", "first"),
    "digits": ("of_gram", "one_more"),
    "moves_along": ("by_angle",),
    "scales_along": ("grows",),
    "order_of_workers": ("first",),
    "refuses_too_many_byzantine_workers": ("one_more", "largest_index"),
    "what_is_not_finite": ("one_more", "first"),
    "leaves_its_input_alone": ("careless",),
    "same_result_again": ("moody",),
}


def first(v, f):
    return v[0]


def grows(v, f):
    return v[0] ** 2


def rule_called(name):
    if name == "moody":
        return planted.Moody().aggregate
    return {"first": first, "grows": grows}.get(name) or getattr(planted, name)


@pytest.fixture
def unshrunk(monkeypatch):
    """Any counterexample will do."""
    quick = settings(properties.REPEATABLE, phases=[Phase.explicit, Phase.generate])
    monkeypatch.setattr(properties, "REPEATABLE", quick)


@pytest.mark.parametrize("name", PROPERTIES)
def test_krum_has_every_property(name, monkeypatch):
    monkeypatch.setattr(properties, "REPEATABLE", settings(properties.REPEATABLE, max_examples=30))
    PROPERTIES[name](krum)


def test_the_largest_index_may_win_ties():
    for name in ("smallest_score", "digits", "order_of_workers"):
        PROPERTIES[name](planted.largest_index)


@pytest.mark.parametrize(
    ("name", "rule"), [(name, rule) for name, rules in CAUGHT.items() for rule in rules]
)
def test_what_lacks_a_property_is_caught(name, rule, unshrunk):
    with pytest.raises(AssertionError):
        PROPERTIES[name](rule_called(rule))


def test_every_property_catches_something():
    assert set(CAUGHT) == set(PROPERTIES)


def test_a_foreign_rule_that_changes_its_list_is_caught(unshrunk):
    with pytest.raises(AssertionError, match="changes its input in place"):
        PROPERTIES["leaves_its_input_alone"](load("tests.empirics.probe.planted:careless"))


def test_an_error_on_good_input_is_shown_with_the_input(unshrunk):
    with pytest.raises(
        AssertionError, match=r"It raises RuntimeError: an odd number, please\nn = "
    ):
        PROPERTIES["smallest_score"](planted.only_odd)


def test_moods_are_no_counterexample():
    calls = []

    def once(v, f):
        calls.append(f)
        return krum(v, f) + (len(calls) == 5)

    with pytest.raises(AssertionError, match="does not depend on the input alone"):
        PROPERTIES["smallest_score"](once)


def test_a_wrong_shape_is_shown(unshrunk):
    with pytest.raises(AssertionError, match=r"It returned shape \(\), not \(1,\)"):
        PROPERTIES["smallest_score"](lambda v, f: np.float64(0))


def few(monkeypatch):
    monkeypatch.setattr(properties, "REPEATABLE", settings(properties.REPEATABLE, max_examples=25))


@pytest.mark.parametrize("m", ["n-f", "n-2f-2", "n-2f-3", "3", "1"])
def test_multi_krum_has_every_property(m, monkeypatch):
    few(monkeypatch)
    formula = FORMULAS[m]
    for check in properties_of("multi_krum", m).values():
        check(lambda v, f: multi_krum(v, f, formula(len(v), f)))


def lower_median(v, f):
    """As on torch tensors."""
    if 2 * f >= len(v) or np.isnan(v).any():
        raise ValueError("undefined")
    return np.sort(v, axis=0)[(len(v) - 1) // 2]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("median", CoordinatewiseMedian().aggregate),
        ("median", lower_median),
        ("trimmed_mean", TrimmedMean().aggregate),
    ],
)
def test_coordinate_wise_rules_have_every_property(name, rule, monkeypatch):
    few(monkeypatch)
    for check in properties_of(name).values():
        check(rule)


def last_ties(v, f):
    """Multi-Krum that prefers the largest index."""
    m = len(v) - f
    return v[np.argsort(planted.scores(v, m - 2)[::-1], kind="stable")[:m] * -1 - 1].mean(axis=0)


def test_ties_of_multi_krum_may_be_broken_in_any_way():
    properties_of("multi_krum")["smallest_scores"](last_ties)


def weighted(v, f):
    """Multi-Krum whose better scores count more."""
    m = len(v) - f
    chosen = v[np.argsort(planted.scores(v, m - 2), kind="stable")[:m]]
    return np.average(chosen, axis=0, weights=np.arange(m, 0, -1))


def trims_one_end(v, f):
    return np.sort(v, axis=0)[: len(v) - f].mean(axis=0)


def signed_median(v, f):
    return np.abs(np.median(v, axis=0))


@pytest.mark.parametrize(
    ("rule", "name", "wrong"),
    [
        ("multi_krum", "smallest_scores", planted.multi_one_more),
        ("multi_krum", "smallest_scores", planted.multi_anew),
        ("multi_krum", "smallest_scores", planted.multi_three),
        ("multi_krum", "smallest_scores", planted.average),
        ("multi_krum", "smallest_scores", weighted),
        ("multi_krum", "digits", lambda v, f: multi_krum(v.astype(np.float32), f)),
        ("median", "median", planted.average),
        ("median", "between_correct_values", planted.average),
        ("median", "scales_along", lambda v, f: np.median(v, axis=0) ** 2),
        ("median", "moves_along", signed_median),
        ("median", "digits", lambda v, f: np.median(v.astype(np.float32), axis=0)),
        ("median", "what_is_not_finite", planted.median),
        ("trimmed_mean", "trimmed_mean", planted.median),
        ("trimmed_mean", "trimmed_mean", trims_one_end),
        ("trimmed_mean", "between_correct_values", trims_one_end),
        ("trimmed_mean", "order_of_workers", lambda v, f: v[f : len(v) - f].mean(axis=0)),
        ("trimmed_mean", "refuses_too_many_byzantine_workers", trims_one_end),
    ],
)
def test_what_lacks_a_property_of_another_rule_is_caught(rule, name, wrong, unshrunk):
    with pytest.raises(AssertionError):
        properties_of(rule)[name](wrong)


def test_a_counterexample_of_multi_krum_names_the_workers(unshrunk):
    said = r"n = \d+ workers, f = \d, m = \d; a score .*\nIt returned \(.*that of the workers 0"
    with pytest.raises(AssertionError, match=re.compile(said, re.S)):
        properties_of("multi_krum")["smallest_scores"](planted.average)


def test_no_answer_ends_the_search_and_what_was_found_before_is_shown():
    calls = []

    def ends(v, f):
        calls.append(f)
        if len(calls) > 3:
            raise NoAnswer("It is gone.")
        return krum(v, f) + (len(calls) == 3) / 2

    said = re.compile(r"which no worker sent.*ended early: It is gone\.$", re.S)
    with pytest.raises(AssertionError, match=said):
        PROPERTIES["smallest_score"](ends)
    assert len(calls) == 4
    with pytest.raises(AssertionError, match=r"^It is gone\.$"):
        PROPERTIES["same_result_again"](ends)


def test_another_rule_is_refused():
    with pytest.raises(ValueError, match="give one of krum, multi_krum, median, trimmed_mean"):
        properties_of("no_rule")


def test_returning_nothing_is_no_refusal(unshrunk):
    with pytest.raises(AssertionError, match=r"where no theorem holds, it returned None, not a ve"):
        PROPERTIES["refuses_too_many_byzantine_workers"](lambda v, f: None)
    with pytest.raises(AssertionError, match=r"For f = \d it returned None, not a vector: raise"):
        PROPERTIES["what_is_not_finite"](lambda v, f: None)


OTHERS = ["bulyan", "geometric_median", "meamed", "phocas"]


@pytest.mark.parametrize("name", OTHERS)
def test_other_rules_have_their_properties(name):
    for check in properties_of(name).values():
        check(RULES[name].aggregate)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("bulyan", lambda v, f: RULES["meamed"].aggregate(v, f)),
        ("bulyan", lambda v, f: Bulyan().aggregate(v, max(0, f - 1))),
        ("geometric_median", lambda v, f: v.mean(axis=0)),
        ("geometric_median", lambda v, f: np.median(v, axis=0)),
        ("meamed", lambda v, f: RULES["trimmed_mean"].aggregate(v, f)),
        ("meamed", lambda v, f: RULES["meamed"].aggregate(v, f + 1)),
        ("phocas", lambda v, f: RULES["meamed"].aggregate(v, f)),
    ],
)
def test_wrong_ones_of_them_are_found(name, wrong, unshrunk):
    with pytest.raises(AssertionError, match=f"(not return what {name} is|It raises)"):
        properties_of(name)[name](wrong)


def test_bulyan_must_refuse_up_to_4f_plus_2_workers(unshrunk):
    check = properties_of("bulyan")["refuses_too_many_byzantine_workers"]
    with pytest.raises(AssertionError, match=r"unless n >= 4f \+ 3"):
        check(lambda v, f: v[0])


def test_the_rule_may_be_spelled_otherwise():
    assert list(properties_of("MultiKrum")) == list(properties_of("multi_krum"))


def test_a_multi_krum_has_a_certified_kappa_where_m_is_small_enough():
    pytest.importorskip("clarabel")
    assert "within_kappa" in properties_of("multi_krum", "n-f-2")
    assert "within_kappa" not in properties_of("multi_krum", "n-f")
    check = properties_of("multi_krum", "n-2f-3")["within_kappa"]
    check(planted.multi_narrow)
    with pytest.raises(AssertionError, match="too far from the mean of the workers"):
        check(planted.summed)
