"""What the drawn inputs find of rules that are wrong somewhere, and that they accuse nobody."""

from itertools import islice

import numpy as np
import pytest

from empirics.probe.agreement import INPUTS, LARGEST_D, LARGEST_N, allows, compare, drawn
from empirics.probe.asking import Answer, Came, ask_here
from empirics.probe.examine import examine_by
from empirics.probe.family import Scoring
from empirics.probe.identify import Rule
from tests.empirics.probe.asked import identified, planted_rule
from tests.empirics.probe.wrong import first_found, right, scores, wrong_rules


@pytest.fixture(scope="module")
def inputs():
    return list(islice(drawn(Rule()), INPUTS))


def test_every_wrong_rule_of_the_list_is_found(inputs):
    found = {about: first_found(rule, inputs) for about, rule in map(named, wrong_rules())}
    assert len(found) == 130
    assert [about for about, number in found.items() if not number] == []


def named(row):
    *about, rule = row
    return " | ".join(about), rule


def test_the_inputs_reach_as_far_as_is_said(inputs):
    shapes = {one.vectors.shape for one in inputs}
    assert max(n for n, _ in shapes) == LARGEST_N
    assert max(d for _, d in shapes) == LARGEST_D
    assert (LARGEST_N, LARGEST_D) in shapes
    assert {one.vectors.dtype.name for one in inputs} == {"float32", "float64"}
    assert {one.f for one in inputs if len(one.vectors) == LARGEST_N} >= {0, 28}
    assert all(2 * one.f + 2 < len(one.vectors) for one in inputs)


def test_one_coordinate_of_a_thousand_decides(inputs):
    """Of the large inputs many are such that one that is left out changes the choice."""
    large = [one for one in inputs if one.vectors.shape == (LARGEST_N, LARGEST_D)]
    decided = np.zeros(LARGEST_D)
    for one in large[:12]:
        v, k = one.vectors.astype(float), LARGEST_N - one.f - 2
        if one.kind == "close":
            chosen = right(v, one.f)
            decided += [
                scores(np.delete(v, c, axis=1), k).argmin() != chosen for c in range(LARGEST_D)
            ]
    assert len(large) >= 10
    assert (decided > 0).mean() > 0.5


@pytest.mark.parametrize("name", ["paper", "largest_index", "ties_at_random", "in_float32"])
def test_who_computes_the_rule_is_not_accused(name):
    found = compare(ask_here(planted_rule(name)), Rule(), 4000)
    assert found.apart == 0
    assert found.says == "agreed on 4,000 inputs with n <= 60, d <= 1,000"
    assert found.unclear < 40


@pytest.mark.parametrize(
    "name", ["multi", "multi_one_more", "multi_three", "multi_anew", "by_angle"]
)
def test_who_computes_another_rule_agrees_with_it(name):
    rule = identified(name).rule
    found = compare(ask_here(planted_rule(name)), rule, 1500)
    assert found.apart == 0
    assert found.unclear < 60


def planted(choose):
    """An ask whose answers are the vectors that `choose` names."""

    def ask(questions):
        answers = []
        for v, f, *_ in questions:
            if not isinstance(f, int) or f < 0 or 2 * f + 2 >= len(v) or not np.isfinite(v).all():
                answers.append(Answer(Came.ERROR, error="ValueError"))
            else:
                answers.append(Answer(Came.VECTOR, v[choose(v, f)].astype(float)))
        return answers

    return ask


def report_of(choose, inputs=1500):
    return examine_by(planted(choose), planted_rule("paper"), inputs=inputs)


def test_a_rule_that_is_wrong_from_some_size_on_is_no_longer_certified():
    report = report_of(lambda v, f: right(v, f) if len(v) < 30 else len(v) - 1)
    assert report.identified.rule == Rule()
    assert [f.name for f in report.differences] == ["other inputs"]
    assert "all with n >= 30" in report.agreement.says
    assert report.certified.startswith("nothing for this callable")
    assert len(report.disagreement.vectors) == 30
    assert "def test_krum_is_that_of_the_paper" in report.pytest


def test_what_is_wrong_on_many_coordinates_alone_is_printed_as_drawn_from_a_seed():
    report = report_of(lambda v, f: right(v, f) if v.shape[1] < 100 else (right(v, f) + 1) % len(v))
    assert "all with d >= 1" in report.agreement.says
    assert report.disagreement.vectors.shape[1] >= 100
    assert "np.random.default_rng(" in report.pytest
    scope = {}
    exec(report.pytest, scope)  # noqa: S102  (our own text; `paper` is right)
    scope["test_krum_is_that_of_the_paper"]()


def test_twelve_workers_are_too_few_to_hide():
    """One neighbour more from twelve workers on was called no difference."""
    report = report_of(lambda v, f: int(scores(v, len(v) - f - (1 if len(v) > 11 else 2)).argmin()))
    assert report.identified.rule == Rule()
    assert report.identified.explained < 1
    assert "all with n >= 12" in report.agreement.says


def test_the_first_two_coordinates_are_named():
    """Distances on the first two coordinates alone were called no difference."""
    report = report_of(lambda v, f: right(v[:, :2], f), inputs=600)
    assert report.identified.rule.scoring == Scoring("|x-y|^2 of the coordinates [:2]")
    assert report.agreement.apart == 0
    assert "no certified bound" in report.certified


def test_refusing_and_nonsense_are_no_agreement():
    one = next(drawn(Rule()))
    assert allows(Rule(), one, Answer(Came.ERROR, error="no")) is False
    assert allows(Rule(), one, Answer(Came.VECTOR, one.vectors.mean(axis=0) + 100)) is False
