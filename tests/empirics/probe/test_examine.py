"""The whole examination of planted callables, and the tests that it prints."""

import json

import numpy as np
import pytest

from empirics.probe.asking import ask_here
from empirics.probe.behaviour import behaviour
from empirics.probe.examine import examine, examine_by
from empirics.probe.identify import Rule
from empirics.probe.smallest import allowed_results, as_pytest, smallest_disagreement
from empirics.rules.krum import krum
from empirics.rules.multi_krum import multi_krum
from tests.empirics.oracle import krum_by_definition
from tests.empirics.probe import planted
from tests.empirics.probe.asked import INPUTS, PLANTED, examined, identified, planted_rule


def by_name(report):
    return {finding.name: finding for finding in report.findings}


def differing(report):
    return {finding.name for finding in report.differences}


@pytest.mark.parametrize("name", ["paper", "empirics.rules.krum:krum", "empirics.rules.krum:Krum"])
def test_the_paper_s_rule_has_no_difference(name):
    report = examined(name)
    assert report.differences == ()
    assert report.disagreement is None
    assert report.pytest == ""
    assert report.variant is None
    assert by_name(report)["ties"].found == "the smallest index wins"
    assert "(6(n-f) - 8)/(n-2f-1) d sigma^2" in report.certified


def test_the_paper_s_multi_krum_has_no_difference():
    report = examined("empirics.rules.multi_krum:multi_krum", "multi_krum")
    assert report.differences == ()
    assert by_name(report)["vectors averaged"].found.startswith("m = n-f; so experiments")


BARE = {"2f + 2 >= n", "a worker sends NaN"}
"""What a few lines of numpy without checks do."""


@pytest.mark.parametrize(
    ("name", "rule", "expected"),
    [
        ("one_more", "krum", {"neighbours, others"} | BARE),
        ("lengths", "krum", {"distance"} | BARE),
        ("by_angle", "krum", {"distance", "all vectors moved"}),
        ("largest_index", "krum", BARE),
        ("of_gram", "krum", {"|g|/sigma = 1e8, float64", "|g|/sigma = 1e4, float32"} | BARE),
        ("careless", "krum", {"its input"}),
        ("worst", "krum", {"the rule"}),
        ("Moody", "krum", {"the rule", "asked again"}),
        ("average", "krum", {"vectors averaged"} | BARE),
        ("only_odd", "krum", {"ordinary input"}),
        ("multi", "krum", {"vectors averaged"}),
        ("multi_too_wide", "multi_krum", {"vectors averaged"}),
        ("multi_anew", "multi_krum", {"scores"}),
        ("centres_its_input", "krum", {"the rule", "its input", "all vectors moved"}),
        ("off_a_little", "krum", {"the result"}),
        ("as_float32", "krum", {"|g|/sigma = 1e8, float64"}),
        ("every_tenth", "krum", {"the rule", "asked again"}),
        ("weighted", "multi_krum", {"the rule", "all vectors doubled"}),
        ("summed", "multi_krum", {"the rule", "all vectors moved"}),
        ("index_from_one", "krum", {"the rule", "ordinary input"}),
    ],
)
def test_differences_are_named(name, rule, expected):
    assert expected <= differing(examined(name, rule))


@pytest.mark.parametrize("name", ["as_list", "as_view", "of_buffer"])
def test_the_form_of_the_result_is_no_difference(name):
    assert differing(examined(name)) == set()


def test_an_index_is_no_difference():
    assert differing(examined("index")) == BARE


@pytest.mark.parametrize(
    ("name", "rule"), [("ties_at_random", "krum"), ("multi_ties_at_random", "multi_krum")]
)
def test_ties_that_chance_decides(name, rule):
    ties = by_name(examined(name, rule))["ties"]
    assert ties.verdict == "free"
    assert ties.found.startswith("at random: asked again, another won in ")
    assert examined(name, rule).pytest == ""


def test_nothing_is_called_close_that_is_not():
    for name in ("index_from_one", "remembers_by_shape", "weighted"):
        assert (
            by_name(examined(name))["the rule"].found == "none of the family (and none comes near)"
        )
    assert "closest: smallest score, the sum of the n-f-2" in (
        by_name(examined("every_tenth"))["the rule"].found
    )


def test_what_an_index_out_of_range_is():
    failures = examined("index_from_one").identified.failures
    assert failures[0].startswith("n = 5, f = 1: returns no vector (")
    assert failures[0].endswith("times): it returned 5, no index of one of 5 workers")


@pytest.mark.parametrize("name", ["remembers_by_shape", "momentum", "every_tenth"])
def test_what_is_kept_between_calls_is_found_in_a_fresh_process(name):
    """And where a process that remembers nothing does not disagree, no test is printed."""
    report = examine(f"{PLANTED}:{name}", inputs=INPUTS)
    assert {"the rule", "asked anew, in another order"} <= differing(report)
    assert (report.pytest == "") == (name != "momentum")


def test_harmless_numbers_and_ties():
    report = by_name(examined("largest_index"))
    assert report["ties"].found == "the largest index wins"
    assert report["ties"].verdict == "free"
    assert report["a worker sends 1e200"].verdict == "as the paper"
    assert report["a worker sends infinity"].found == "ignores it"
    assert "n = 4, f = 1" in report["2f + 2 >= n"].found


def test_variants_are_told_from_defects():
    report = examined("one_more")
    assert report.variant.sources.startswith("byzfl")
    assert by_name(report)["neighbours, others"].verdict == "variant"
    report = examined("one_less")
    assert report.variant.sources == "the same notebooks, where multi_k is off"
    report = examined("twice_f")
    assert report.variant is None
    assert by_name(report)["neighbours, others"].verdict == "differs"


def run_pasted(text):
    """Run the printed test in a namespace of its own."""
    scope = {}
    exec(text, scope)  # noqa: S102  (our own text)
    for name in [name for name in scope if name.startswith("test_")]:
        scope[name]()


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        *((n, "krum") for n in ("one_more", "one_less", "counts_itself", "lengths", "fourth")),
        *((n, "krum") for n in ("in_manhattan", "in_chebyshev", "by_angle", "last_neighbour")),
        *((n, "krum") for n in ("medoid", "twice_f", "average", "worst", "median", "multi")),
        *((n, "krum") for n in ("index_one_more", "fixed_f")),
        *((n, "multi_krum") for n in ("multi_one_more", "multi_anew")),
        *((n, "multi_krum") for n in ("weighted", "summed")),
    ],
)
def test_the_printed_test_fails_for_the_variant_and_passes_for_the_paper(name, rule, monkeypatch):
    found, foreign = identified(name).rule, planted_rule(name)
    expected = Rule(m=found.m if found else "n-f") if rule == "multi_krum" else Rule()
    shown = smallest_disagreement(ask_here(foreign), found, expected)
    text = as_pytest(foreign, shown, expected)
    with pytest.raises(AssertionError):
        run_pasted(text)
    m = expected.m_of(len(shown.vectors), shown.f)
    returns_index = name == "index_one_more"
    right = (lambda v, f: (planted.index(v, f), 0)) if returns_index else None
    monkeypatch.setattr(planted, name, right or (lambda v, f: multi_krum(v, f, m)))
    run_pasted(text)
    assert shown.scores.tolist() == krum_by_definition(shown.vectors, shown.f).scores


@pytest.mark.parametrize(("name", "exponents"), [("of_gram", (24, 27)), ("in_float32", (20, 25))])
def test_lost_digits_are_printed_as_a_test_too(name, exponents, monkeypatch):
    report = examined(name)
    low, high = exponents
    assert 2**low <= report.disagreement.offset <= 2**high
    assert f" = 2.0**{report.disagreement.offset.bit_length() - 1} + np.array" in report.pytest
    with pytest.raises(AssertionError):
        run_pasted(report.pytest)
    monkeypatch.setattr(planted, name, krum)
    run_pasted(report.pytest)


def test_an_m_that_had_to_be_told_is_said_to_be():
    found = by_name(examined("multi_told", "multi_krum"))["vectors averaged"].found
    assert found == "m = n-f; it was told so, as it must be told an m: see --m"


def test_the_smallest_input_is_the_smallest():
    """Nothing smaller of its form tells one neighbour too many from the paper's rule."""
    shown = examined("one_more").disagreement
    assert shown.vectors.tolist() == [[0], [0], [1], [2]]
    for n, f, largest in ((3, 0, 9), (4, 0, 1)):
        for v in np.ndindex(*(largest + 1,) * n):
            vectors = np.array(v, dtype=float)[:, np.newaxis]
            result = planted.one_more(vectors, f)
            assert result.tolist() in allowed_results(Rule(), vectors, f).tolist()


def test_no_disagreement_is_invented():
    ask = ask_here(planted_rule("largest_index"))
    assert smallest_disagreement(ask, Rule(), Rule()) is None


def test_what_the_paper_allows():
    vectors = np.array([[0.0], [0.0], [1.0], [2.0], [2.0]])
    assert allowed_results(Rule(), vectors, 1).tolist() == [[0.0], [2.0]]
    assert allowed_results(Rule(m="5"), vectors, 1).tolist() == [[1.0]]


def test_behaviour_without_a_rule_still_looks():
    findings = {f.name: f for f in behaviour(ask_here(planted_rule("median")), None)}
    assert "not looked at" in findings["ties"].found
    assert findings["all vectors moved"].verdict == "as the paper"


def test_the_json_is_whole_and_the_same_each_time():
    text = examined("one_more").as_json()
    foreign = planted_rule("one_more")
    assert text == examine_by(ask_here(foreign), foreign, inputs=INPUTS).as_json()
    data = json.loads(text)
    assert data["computes"]["k"] == "n-f-1"
    assert data["disagreement"]["vectors"] == [[0], [0], [1], [2]]
    assert data["differences"] == 3
    assert "def test_krum_is_that_of_the_paper" in data["disagreement"]["pytest"]
    assert json.loads(examined("paper").as_json())["disagreement"] is None


KEYS = {
    *("agreement", "also_explained_by", "answers", "bound", "called", "callable", "certified"),
    *("closest", "computes", "differences", "disagreement", "examined_as", "explained"),
    *("failures", "findings", "format", "layout", "variant", "warnings"),
}


def test_the_form_of_the_json_is_that_of_its_version():
    """Whoever reads format 1 finds these keys; another form is another number."""
    data = json.loads(examined("one_more").as_json())
    assert (data["format"], set(data)) == (1, KEYS)
    assert set(data["agreement"]) == {"inputs", "unclear", "apart", "says"}
    assert set(data["computes"]) == {"k", "distance", "take", "m", "one_by_one", "in_words"}
    assert set(data["findings"][0]) == {"name", "verdict", "found", "paper"}
    assert set(data["disagreement"]) == {
        *("n", "f", "vectors", "moved_by", "result", "error", "allowed", "pytest")
    }


SHAPES = "tests.empirics.field_shapes"


def test_numbers_of_examples_are_varied():
    report = examined(f"{SHAPES}:flower", "multi_krum")
    found = by_name(report)
    assert found["numbers of examples"].verdict == "differs"
    assert "the whole result in 42 of 54 trials" in found["numbers of examples"].found
    assert found["numbers of examples that are none"].found.startswith("0: refuses, -1: ")
    assert report.certified.startswith("nothing where the numbers of examples differ")
    assert report.layout == "list of (lists of layers, num_examples)"


def test_numbers_of_examples_that_do_not_matter_are_no_difference():
    report = examined(f"{SHAPES}:FedMLLike")
    assert by_name(report)["numbers of examples"].verdict == "as the paper"
    assert report.warnings == ("it can be told an m, as krum_param_m: --m 2 passes one",)
    multi = examined(f"{SHAPES}:FedMLLike", "multi_krum")
    assert (
        multi.warnings[0] == "as a Multi-Krum it keeps one vector for all n and f, so it is a Krum"
    )


def test_a_switch_that_does_nothing_is_told():
    assert by_name(examined(f"{SHAPES}:dead_switch"))["the switch multi"].verdict == "differs"
    assert by_name(examined(f"{SHAPES}:live_switch"))["the switch multi"].verdict == "free"
    assert examined(f"{SHAPES}:live_switch", "multi_krum").identified.rule.m == "n-f"


def test_a_rule_that_is_told_no_f_is_named_all_the_same():
    report = examined(f"{SHAPES}:ModelsOnly")
    assert report.identified.rule.k == "n-1"
    assert report.identified.rule.scoring.distance.startswith("|x-y| of two layers")
    assert report.variant.sources.startswith("p2pfl")
    assert by_name(report)["f"].verdict == "differs"


def test_bad_input_is_named_in_one_line():
    assert by_name(examined("paper"))["bad input"].found == "f = -1: answers"
    assert "\n" not in by_name(examined("multi"))["bad input"].found


def test_progress_is_told_to_the_end():
    told = []
    foreign = planted_rule("one_more")
    examine_by(
        ask_here(foreign),
        foreign,
        inputs=INPUTS,
        progress=lambda what, done, of: told.append((what, done, of)),
    )
    assert told[0] == ("n = 5, f = 1", 1, 13)
    assert [what for what, _, _ in told if "=" not in what] == sorted(
        [what for what, _, _ in told if "=" not in what], key="smallest input".__eq__
    )
    assert {"what else it does", "smallest input"} <= {what for what, _, _ in told}


def test_refuses_another_rule():
    with pytest.raises(ValueError, match="give one of krum, multi_krum"):
        examined("paper", "bulyan")


@pytest.mark.parametrize(
    ("spec", "rule", "k", "m", "differences"),
    [
        (
            "byzfl:Krum",
            "krum",
            "n-f-1",
            "1",
            {"neighbours, others", "2f + 2 >= n", "a worker sends NaN"},
        ),
        ("byzfl:MultiKrum", "multi_krum", "n-f-1", "n-f", {"neighbours, others", "2f + 2 >= n"}),
        (
            "byzpy.aggregators.geometric_wise.krum:Krum",
            "krum",
            "n-f-1",
            "1",
            {
                *("neighbours, others", "2f + 2 >= n"),
                *("|g|/sigma = 1e8, float64", "|g|/sigma = 1e4, float32"),
            },
        ),
        (
            "byzpy.aggregators.geometric_wise.krum:MultiKrum",
            "multi_krum",
            "n-f-1",
            "n-f",
            {
                *("neighbours, others", "2f + 2 >= n"),
                *("|g|/sigma = 1e8, float64", "|g|/sigma = 1e4, float32"),
            },
        ),
        (
            "flwr.server.strategy.aggregate:aggregate_krum",
            "krum",
            "n-f-2",
            "1",
            {"2f + 2 >= n", "a worker sends NaN"},
        ),
        (
            "flwr.serverapp.strategy.multikrum:select_multikrum",
            "krum",
            "n-f-2",
            "1",
            {"2f + 2 >= n", "|g|/sigma = 1e8, float64", "|g|/sigma = 1e4, float32"},
        ),
        (
            "krum.primitives.aggregators.krum:Krum",
            "krum",
            "n-f-2",
            "1",
            {"|g|/sigma = 1e8, float64", "|g|/sigma = 1e4, float32"},
        ),
    ],
)
def test_other_libraries(spec, rule, k, m, differences):
    needed = {"byzfl": "byzfl", "byzpy": "byzpy", "flwr": "flwr", "krum": "krum.primitives"}
    pytest.importorskip(needed[spec.split(".")[0].split(":")[0]])
    report = examined(spec, rule)
    assert (report.identified.rule.k, report.identified.rule.m) == (k, m)
    assert differing(report) == differences
