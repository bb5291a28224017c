"""The waterfall: its ratios multiply to the whole, and only false lines gain."""

from collections import defaultdict
from fractions import Fraction
from math import prod
from xml.etree import ElementTree

import pytest

from reports.render.waterfall_figure import NAME, captions, figures, waterfall_figure
from reports.waterfall import (
    MODELS,
    brackets,
    corrected,
    notes,
    sentence,
    waterfall,
    waterfalls,
)
from theory.kernel.models import Evaluator
from theory.papers.krum.document import DOCUMENT
from theory.papers.krum.extreme_models import leaning_out
from theory.papers.krum.models import krum_model
from theory.papers.krum.setting import HYPOTHESES, language


@pytest.fixture(scope="module")
def ways():
    return waterfalls(DOCUMENT)


def test_the_ratios_multiply_exactly_to_the_whole(ways):
    for way in ways:
        assert prod((line.ratio for line in way.lines), start=Fraction(1)) == way.total
        for above, below in zip(way.lines, way.lines[1:], strict=False):
            assert above.after == below.before


def test_the_ends_are_eta_and_the_truth_counted_by_hand(ways):
    model = leaning_out()
    shift: defaultdict[str, Fraction] = defaultdict(Fraction)
    for outcome in model.outcomes:
        tables = outcome.tables
        (winner,) = (key[0] for key, one in tables["chosen"].items() if one == 1)
        shift["Krum"] += outcome.probability * tables["V"][(winner,)][0]
        shift["g"] += outcome.probability * tables["V"][(("C", 0),)][0]
        shift["square"] += outcome.probability * tables["V"][(("C", 0),)][0] ** 2
    variance = shift["square"] - shift["g"] ** 2
    n, f = 5, 1
    eta2 = 2 * (n - f + Fraction(f * (n - f - 2) + f**2 * (n - f - 1), n - 2 * f - 2))
    for way in ways:
        assert way.variance == variance
        assert way.lines[0].before == eta2 * variance
        assert way.lines[-1].after == (shift["Krum"] - shift["g"]) ** 2
    assert ways[0].total == ways[1].total > Fraction(1, 40)


def test_the_model_satisfies_every_hypothesis_but_the_long_gradient():
    evaluator = Evaluator(language.signature, leaning_out())
    false = [name for name, formula in HYPOTHESES.items() if evaluator.holds(formula) is not True]
    assert false == ["signal"]


def test_proved_lines_lose_and_refuted_ones_are_marked(ways):
    for way in ways:
        assert all(line.ratio <= 1 for line in way.lines if line.inequality)
    assert [line.claim for line in ways[0].lines if not line.inequality] == ["1-7a", "1-2a"]
    assert ways[0].line("1-2a").ratio > 1
    assert all(line.inequality for line in ways[1].lines)


def test_each_line_for_itself_stays_below_what_is_proved():
    some = {name: MODELS[name] for name in ("fair coins", "a rare spike", "three points")}
    found = brackets(DOCUMENT, some)
    assert {b.claim for b in found} >= {"1-7b", "1-7c", "1-3c", "error-of-chosen"}
    for bracket in found:
        assert bracket.model in some or bracket.claim == "1-8a"
        assert bracket.proved is None or bracket.attained <= bracket.proved


def test_the_counts_of_the_last_line_are_attained():
    some = {"on": MODELS["always a neighbour"]}
    (counts,) = (b for b in brackets(DOCUMENT, some) if b.claim == "1-7c")
    assert (counts.n, counts.f) == (5, 1)
    assert counts.attained == counts.proved == Fraction(2, 5)


def test_a_model_without_variance_shows_no_ratio():
    with pytest.raises(ValueError, match="no ratio"):
        waterfall(DOCUMENT, "", notes(), krum_model(3, 0, [(1, 1)]))


def test_the_sentence_has_the_numbers_of_the_waterfall(ways):
    text = sentence(*ways)
    assert f"{float(1 / ways[0].total):.1f}" in text
    assert f"{float(1 / ways[0].line('1-7b').own_ratio):.2f}" in text


def test_the_figure_is_svg_and_the_same_again(ways):
    drawn = waterfall_figure(ways)
    ElementTree.fromstring(drawn)
    assert "(1-7b)" in drawn
    assert figures() == {NAME: drawn}
    assert captions()[NAME].text == sentence(*ways)


def test_both_ways_start_and_end_alike():
    assert notes()[0].parts == corrected()[0].parts
    assert notes()[-1].parts == corrected()[-1].parts
