"""Each property holds for the paper's Krum, and catches the rules that lack it."""

import numpy as np
import pytest
from hypothesis import Phase, settings

from empirics import properties
from empirics.foreign import load
from empirics.properties import PROPERTIES
from empirics.rules.krum import krum
from tests.empirics.probe import planted

CAUGHT = {
    "smallest_score": (
        *("one_more", "one_less", "counts_itself", "lengths", "fourth", "in_manhattan"),
        *("in_chebyshev", "by_angle", "last_neighbour", "medoid", "worst", "median", "multi"),
    ),
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
