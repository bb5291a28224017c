"""Planted variants are told apart, from outside."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from empirics.probe.asking import Answer, Came
from empirics.probe.family import SCORINGS
from empirics.probe.identify import FORMULAS, SIZES, Rule, identify, separating_inputs
from empirics.probe.variants import VARIANTS, documented
from tests.empirics.probe.asked import identified

SQUARES = "|x-y|^2"
SINGLE = {
    "paper": ("n-f-2", SQUARES),
    "one_more": ("n-f-1", SQUARES),
    "one_less": ("n-f-3", SQUARES),
    "counts_itself": ("n-f-3", SQUARES),
    "lengths": ("n-f-2", "|x-y|"),
    "lengths_one_more": ("n-f-1", "|x-y|"),
    "fourth": ("n-f-2", "|x-y|^4"),
    "root_of_length": ("n-f-2", "|x-y|^(1/2)"),
    "in_manhattan": ("n-f-2", "|x-y|_1"),
    "in_chebyshev": ("n-f-2", "|x-y|_inf"),
    "by_angle": ("n-f-2", "1-cos(x,y)"),
    "medoid": ("n-1", SQUARES),
    "forgets_f": ("n-2", SQUARES),
    "twice_f": ("n-2f-2", SQUARES),
    "largest_index": ("n-f-2", SQUARES),
    "of_gram": ("n-f-2", SQUARES),
    "in_float32": ("n-f-2", SQUARES),
    "careless": ("n-f-2", SQUARES),
    "fixed_f": ("n-3", SQUARES),
    "ties_at_random": ("n-f-2", SQUARES),
    "index": ("n-f-2", SQUARES),
    "index_one_more": ("n-f-1", SQUARES),
    "as_float32": ("n-f-2", SQUARES),
    "as_list": ("n-f-2", SQUARES),
    "as_view": ("n-f-2", SQUARES),
    "of_buffer": ("n-f-2", SQUARES),
    "off_a_little": ("n-f-2", SQUARES),
}
MULTI = {
    "multi": ("n-f-2", "n-f", False),
    "multi_narrow": ("n-f-2", "max(1, n-2f-3)", False),
    "multi_three": ("n-f-2", "3", False),
    "multi_one_more": ("n-f-1", "n-f", False),
    "multi_anew": ("n-f-2", "n-2f-2", True),
    "multi_ties_at_random": ("n-f-2", "n-f", False),
}


@pytest.mark.parametrize("name", SINGLE)
def test_the_number_of_neighbours_and_the_distance(name):
    result = identified(name)
    assert (result.rule.k, result.rule.scoring.distance) == SINGLE[name]
    assert (result.rule.m, result.rule.scoring.total, result.rule.anew) == ("1", True, False)
    assert result.equivalents == ()
    assert result.failures == ()
    assert result.asked == 60 * len(SIZES)


@pytest.mark.parametrize("name", MULTI)
def test_the_number_of_vectors_and_how_they_are_chosen(name):
    result = identified(name)
    assert (result.rule.k, result.rule.m, result.rule.anew) == MULTI[name]
    assert result.rule.scoring == Rule().scoring
    assert result.equivalents == ()


def test_the_last_neighbour_alone():
    rule = identified("last_neighbour").rule
    assert (rule.k, rule.scoring.total) == ("n-f-2", False)


@pytest.mark.parametrize("name", ["worst", "median", "Moody", "every_tenth", "remembers_by_shape"])
def test_what_is_no_krum_is_not_called_one(name):
    result = identified(name)
    assert result.rule is None
    assert result.closest.m == "1"
    assert 0 < result.explained < 1


@settings(max_examples=12)
@given(
    st.builds(
        Rule,
        k=st.sampled_from(sorted(FORMULAS)),
        m=st.sampled_from(["1", "3", "f+1", "n-f", "n-2f-2"]),
        scoring=st.sampled_from(SCORINGS),
    )
)
def test_any_rule_of_the_family_is_found_or_an_equivalent_one(rule):
    """k = 1 hides the power, as one distance is ordered like its powers."""

    def ask(questions):
        return [Answer(Came.VECTOR, rule.value(v[np.newaxis], f)[0]) for v, f in questions]

    result = identify(ask, Rule())
    assert result.rule is not None
    assert any(
        (r.scoring, sizes(r)) == (rule.scoring, sizes(rule))
        for r in (result.rule, *result.equivalents)
    )
    if min(k for k, _ in sizes(rule)) > 2:  # the median of two is half their sum
        assert result.equivalents == ()


def sizes(rule):
    return [(rule.k_of(*size), rule.m_of(*size)) for size in SIZES]


def test_averaging_is_found_out():
    assert identified("average").rule.m == "n"


def test_failures_are_told_by_size_and_the_rest_is_used():
    result = identified("only_odd")
    assert result.rule == Rule()
    assert result.failures == (
        "n = 8, f = 0: raises (always): RuntimeError: an odd number, please",
        "n = 6, f = 0: raises (always): RuntimeError: an odd number, please",
        "n = 12, f = 4: raises (always): RuntimeError: an odd number, please",
        "n = 16, f = 6: raises (always): RuntimeError: an odd number, please",
        "n = 20, f = 2: raises (always): RuntimeError: an odd number, please",
    )


def test_formulas_are_told_apart_by_the_sizes():
    values = {
        name: tuple(min(formula(n, f), n - 1) for n, f in SIZES)
        for name, formula in FORMULAS.items()
        if name not in ("n", "n-1")  # as numbers of others, the same
    }
    assert len(set(values.values())) == len(values)


def test_inputs_are_distinct_whole_numbers_and_the_same_each_time():
    v = separating_inputs(7, 2)
    assert v.shape == (60, 7, 5)
    assert (v == v.round()).all()
    assert abs(v).max() <= 40
    again = separating_inputs.__wrapped__(7, 2)
    assert (v == again).all()


def chosen_by(choose):
    def ask(questions):
        return [Answer(Came.VECTOR, v[choose(v, f)]) for v, f in questions]

    return ask


def krum_of(distances, k):
    def choose(v, f):
        return np.sort(distances(v), axis=1)[:, 1 : k(len(v), f) + 1].sum(axis=1).argmin()

    return choose


def lengths(v):
    return np.sqrt(np.square(v[:, None] - v).sum(axis=2))


def squares(v):
    return lengths(v) ** 2


@pytest.mark.parametrize(
    ("choose", "k", "distance"),
    [
        (
            krum_of(lambda v: lengths(v) ** 2, lambda n, f: n - int(0.25 * n) - 2),
            "n-floor(n/4)-2",
            0,
        ),
        (
            krum_of(lambda v: lengths(v) ** 2, lambda n, f: n - int(0.1 * n) - 1),
            "n-floor(n/10)-1",
            0,
        ),
        (krum_of(lambda v: lengths(v) ** 2, lambda n, f: n - 2 - 2), "n-4", 0),
        (krum_of(lambda v: lengths(v) ** 2, lambda n, f: 6), "6", 0),
        (krum_of(lambda v: lengths(v[:, :1]) + lengths(v[:, 1:]), lambda n, f: n - 1), "n", "[:1]"),
        (
            krum_of(lambda v: lengths(v[:, :3]) + lengths(v[:, 3:]), lambda n, f: n - f - 2),
            "n-f-2",
            "half",
        ),
        (krum_of(lambda v: lengths(v[:, :-1]) ** 2, lambda n, f: n - f - 2), "n-f-2", "[:-1]"),
    ],
)
def test_rules_of_the_field_are_named(choose, k, distance):
    found = identify(chosen_by(choose), Rule())
    assert found.rule.k_of(20, 2) == Rule(k).k_of(20, 2)
    assert (found.rule.k == k) or k == "n"
    assert str(distance or "|x-y|^2") in found.rule.scoring.distance
    assert found.equivalents == ()


def test_norms_of_layers_are_not_called_l1():
    """They were, as each of two coordinates was a layer."""
    by_layers = krum_of(lambda v: lengths(v[:, :1]) + lengths(v[:, 1:]), lambda n, f: n - f - 2)
    found = identify(chosen_by(by_layers), Rule())
    assert found.rule.scoring.distance == "|x-y| of the layers [:1] and [1:], added up"
    manhattan = krum_of(lambda v: np.abs(v[:, None] - v).sum(axis=2), lambda n, f: n - f - 2)
    assert identify(chosen_by(manhattan), Rule()).rule.scoring.distance == "|x-y|_1"


@pytest.mark.parametrize("own", [False, True])
def test_medians_of_distances(own):

    def choose(v, f):
        distances = np.sort(lengths(v), axis=1)
        return np.median(distances if own else distances[:, 1:], axis=1).argmin()

    found = identify(chosen_by(choose), Rule())
    assert (found.rule.scoring.take, found.rule.k_of(9, 2)) == ("median", 7 if own else 8)


def test_the_public_multi_krum_that_counts_itself():
    """NDSS 2021: n-f-2 closest with itself among them, down to none at f = 0."""

    def choose(v, f):
        left, chosen = list(range(len(v))), []
        while len(left) > 2 * f + 2:
            near = np.sort(lengths(v[left]) ** 2, axis=1)[:, : len(left) - f - 2]
            chosen.append(left.pop(int(near.sum(axis=1).argmin())))
        return chosen

    def ask(questions):
        return [Answer(Came.VECTOR, v[choose(v, f)].mean(axis=0)) for v, f in questions]

    rule = identify(ask, Rule(m="n-f")).rule
    assert (rule.k, rule.m, rule.anew, rule.least) == ("n-f-3", "n-2f-2", True, 0)
    assert "NDSS 2021" in documented(rule).sources


def test_every_documented_variant_is_found_as_itself():
    for variant in VARIANTS:
        rule = Rule(variant.k, "n-2f-2" if variant.anew else "1", variant.scoring, variant.anew, 0)
        found = identify(
            lambda questions, rule=rule: [
                Answer(Came.VECTOR, rule.value(v[np.newaxis], f)[0]) for v, f in questions
            ],
            Rule(),
        )
        assert documented(found.rule) is variant
