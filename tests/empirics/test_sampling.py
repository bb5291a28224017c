"""Sampling contradicts what is false, nothing that is true, and says what it could not look at."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from empirics.claims.confirm import ExactTrial
from empirics.experiments import experiment_for
from empirics.experiments.generic import Generic
from empirics.experiments.krum import Krum
from empirics.plan import SamplingPlan
from empirics.sampling import constants, model_at, sample_claim, sample_document
from theory.judge import theorem_id
from theory.kernel.certificates import encode
from theory.kernel.models import Evaluator
from theory.kernel.terms import Exists, Iid, Integrable, Relation, SomeConstant
from theory.notation.document import Claim, Document, Reading, Step
from theory.notation.language import Language, differ, expectation, norm, root, squared, total
from theory.papers.krum import setting
from theory.papers.krum.document import DOCUMENT
from theory.papers.krum.setting import C, G, V, a, b, chosen, d, f, g, i, j, k, n, score, variance

E = expectation
PLAN = SamplingPlan(all_cells=False, chunks=2, groups=16, group_size=32, checks=2)
KRUM = Krum(setting.language.signature)
CELLS = [
    KRUM.cell(5, 1, 2, "gaussian", "ipm(factor=0.5)"),
    KRUM.cell(7, 2, 10, "two_point(p=1/10)", "mimic(worker=0)"),
    KRUM.cell(3, 0, 1, "skewed", "none"),
]


def document(language, hypotheses, **statements):
    """A document with one claim for each statement; a pair is a statement with its needs."""
    pairs = {name: s if isinstance(s, tuple) else (s, {}) for name, s in statements.items()}
    claims = tuple(
        Claim(name, name, (Reading("as written", statement, needs=needs),))
        for name, (statement, needs) in pairs.items()
    )
    return Document("test", "test", language, hypotheses, (Step("1", "1", claims),))


def krum_document(**statements):
    return document(setting.language, setting.HYPOTHESES, **statements)


def sample(doc, **options):
    found = sample_document(doc, options.pop("plan", PLAN), cells=CELLS, **options)
    return {claim.claim: claim for claim in found.claims}


squared_distance = squared(V[i] - V[j])
TRUE = {
    "distance": E(squared_distance).eq(2 * d * variance).when(differ(i, j)),
    "distance below": (E(squared_distance) <= 2 * d * variance).when(differ(i, j)),
    "distance above": (E(squared_distance) >= 2 * d * variance).when(differ(i, j)),
    "mean": E(V[i]).eq(g),
    "square of a mean": squared(E(V[i]) - g) <= 0,
    "variance": E(squared(V[i] - E(V[i]))).eq(d * variance),
    "root": E(norm(V[i] - g)) <= root(d * variance),
    "best score": (score[a] <= score[b]).when(chosen.equals(a)),
    "identity": squared(V[a] - V[b]).eq(squared(V[a]) - 2 * V[a] @ V[b] + squared(V[b])),
    "someone is best": Exists(j, (score[j] <= score[i],), (i,)),
    "known mean": squared(V[i] - E(V[i])) >= 0,
    "parameters": n > 2 * f + 2,
}
FALSE = {
    "distance": (E(squared_distance) <= Fraction(17, 10) * d * variance).when(differ(i, j)),
    "strict": (E(squared_distance) < Fraction(17, 10) * d * variance).when(differ(i, j)),
    "mean": E(V[i]).eq(2 * g),
    "best score": (score[a] <= Fraction(9, 10) * score[b]).when(chosen.equals(a), differ(a, b)),
    "someone is much better": Exists(j, (score[j] <= Fraction(9, 10) * score[i],), (i,)),
    "neighbour": setting.neighbour[a, b].eq(1),
    "vectors": (V[i] - V[j]).eq(g - G),
    "parameters": n <= 2 * f + 2,
}


@pytest.fixture(scope="module")
def true_claims():
    return sample(krum_document(**TRUE))


@pytest.fixture(scope="module")
def false_claims():
    return sample(krum_document(**FALSE))


@pytest.mark.parametrize("name", TRUE)
def test_true_claims_are_not_contradicted(true_claims, name):
    assert true_claims[name].verdict == "NOT CONTRADICTED"
    assert true_claims[name].cells == len(CELLS)


@pytest.mark.parametrize("name", FALSE)
def test_false_claims_are_contradicted(false_claims, name):
    assert false_claims[name].verdict == "CONTRADICTED"


def test_a_bound_five_percent_below_the_truth_needs_more_trials():
    claim = (E(squared_distance) <= Fraction(19, 10) * d * variance).when(differ(i, j))
    plan = replace(PLAN, chunks=8, group_size=128)
    assert sample(krum_document(claim=claim), plan=plan)["claim"].verdict == "CONTRADICTED"


def test_looseness_is_the_largest_ratio(true_claims):
    assert true_claims["best score"].ratio.value == 1.0
    assert true_claims["distance below"].ratio.value == pytest.approx(1, abs=0.3)
    assert true_claims["distance"].ratio is None
    loose = sample(krum_document(loose=(E(squared_distance) <= 8 * d * variance)))["loose"]
    assert loose.ratio.value == pytest.approx(0.25, abs=0.08)
    assert loose.ratio.standard_error > 0


def test_the_interval_holds_the_slack(true_claims):
    average = true_claims["distance below"].average
    assert average.low < average.slack < average.high
    assert average.slack == pytest.approx(average.right - average.left)
    assert average.comparisons == sum(m * (m - 1) for m in (4, 5, 3))


def test_rounding_is_told_from_violation(true_claims):
    outcomes = true_claims["identity"].outcomes
    assert outcomes.rounding > 0
    assert (outcomes.suspects, outcomes.checked, outcomes.confirmed) == (0, 2, 0)


def test_a_confirmed_violation_is_a_kernel_model(false_claims):
    """It can be drawn again from its place, and the kernel finds it false, alone."""
    found = false_claims["best score"].outcomes
    assert found.confirmed == 2
    doc = krum_document(**FALSE)
    evaluator = Evaluator(setting.language.signature, model_at(doc, PLAN, found.example))
    assert evaluator.holds(FALSE["best score"]) is False
    for name in ("neighbours are closest", "chosen has the least score", "signal"):
        assert evaluator.holds(setting.HYPOTHESES[name]) is True
    with pytest.raises(ValueError, match="no single trial"):
        model_at(doc, PLAN, false_claims["parameters"].outcomes.example)


def test_the_same_for_any_number_of_processes():
    doc = krum_document(one=TRUE["distance below"], two=FALSE["best score"], three=TRUE["mean"])
    texts = [
        json.dumps(sample_document(doc, PLAN, cells=CELLS, workers=w).to_json(), allow_nan=False)
        for w in (1, 2)
    ]
    assert texts[0] == texts[1]


def test_a_claim_alone_says_what_it_says_among_others(true_claims):
    alone = sample_claim(krum_document(**TRUE), "best score", PLAN, cells=CELLS)
    assert alone == true_claims["best score"]


def test_a_cell_does_not_depend_on_the_others(true_claims):
    doc = krum_document(parameters=TRUE["parameters"], score=TRUE["best score"])
    few = [sample_document(doc, PLAN, cells=[cell]).claims[1] for cell in CELLS]
    instances = sum(claim.outcomes.instances for claim in few)
    assert instances == true_claims["best score"].outcomes.instances


def test_progress_is_told():
    told = []
    doc = krum_document(claim=TRUE["parameters"])
    sample_document(doc, PLAN, cells=CELLS, progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (3, 3)


# -- what is not sampled, and why ----------------------------------------------------------------

some_constant = SomeConstant(
    "constant", ("n", "f"), squared(setting.Krum - g) <= C * total(j, squared(V[j] - g))
)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (Integrable(norm(G)), "every sample mean is finite"),
        (some_constant, "give its value"),
        (squared(setting.Krum - E(setting.Krum)) >= 0, "no hypothesis states exactly"),
        (E(norm(G - E(setting.Krum))) >= 0, "not inside sums and products"),
        ((G @ g).eq(g), "cannot be compared with a vector"),
        ((norm(G) >= 0).when(setting.neighbour[a, a]), "its conditions never hold"),
        (Exists(i, (E(norm(V[i] - V[a])) <= 0,)), "not known exactly"),
        ((norm(G) >= 0, {"no": f >= 100}), "what it needs does not always hold"),
        ((norm(G) >= 0, {"no": E(norm(G)) >= 0}), "needs 'no', which the experiment does not"),
        (norm(G) ** 12 * norm(10**30 * G) ** 12 >= 0, "overflow"),
    ],
)
def test_what_is_not_sampled_has_a_reason(statement, reason):
    found = sample(krum_document(claim=statement))["claim"]
    assert found.verdict == "NOT SAMPLED"
    assert reason in found.reason


def test_a_document_can_exclude_a_reading():
    doc = krum_document(claim=TRUE["mean"])
    (claim,) = doc.steps[0].claims
    reading = replace(claim.readings[0], sampled=False)
    doc = replace(doc, steps=(Step("1", "1", (replace(claim, readings=(reading,)),)),))
    assert sample(doc)["claim"].reason == "the document says that sampling cannot help"


def test_a_constant_is_sampled_with_its_value():
    certificates = {"claim": {"value": encode(4 * (n - f))}, "other": {"value": None}, "x": []}
    doc = krum_document(claim=some_constant)
    found = sample(doc, values=constants(certificates))["claim"]
    assert found.verdict == "NOT CONTRADICTED"
    assert 0 < found.ratio.value < 1
    small = sample(doc, values={"claim": 1 / n**4})["claim"]
    assert small.verdict == "CONTRADICTED"


def test_an_unknown_reading_is_refused():
    with pytest.raises(ValueError, match="no reading called nothing"):
        sample_claim(krum_document(**TRUE), "nothing", PLAN)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"groups": 1}, "at least 8 groups"),
        ({"group_size": 48}, "power of 2"),
        ({"level": 0.0}, "0 < level < 1"),
    ],
)
def test_a_plan_without_statistics_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(PLAN, **changes)


# -- Krum's experiment ---------------------------------------------------------------------------


def test_the_document_has_krums_experiment():
    assert isinstance(experiment_for(DOCUMENT), Krum)


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"n={cell['n']}")
def test_krums_hypotheses_hold_exactly(cell):
    """Those about outcomes on kernel models; ties are frequent in the cell with two points."""
    batch = KRUM.draw(cell, np.random.default_rng(5), 40)
    about_outcomes = [
        formula
        for name, formula in setting.HYPOTHESES.items()
        if isinstance(formula, Relation) and name not in ("unbiased", "variance")
    ]
    assert all(ExactTrial(batch, trial, about_outcomes).meets for trial in range(0, 40, 8))


def test_the_cells_cover_every_model_and_attack():
    quick, full = KRUM.cells(False), KRUM.cells(True)
    for key in ("model", "attack", "n", "d", "sigma", "zeta"):
        assert {cell[key] for cell in quick} == {cell[key] for cell in full}
    assert len(quick) < 30 < 300 < len(full)
    assert all(cell in full for cell in quick)


def test_no_proved_claim_of_the_paper_is_contradicted():
    """Two readings of one object: what the kernel proves must survive sampling."""
    plan = SamplingPlan(all_cells=False, chunks=1, groups=32, group_size=16, checks=1)
    expected = {
        theorem_id(claim, reading): reading.expected
        for claim in DOCUMENT.claims().values()
        for reading in claim.readings
    }
    found = sample_document(DOCUMENT, plan).claims
    contradicted = {claim.claim for claim in found if claim.verdict == "CONTRADICTED"}
    assert {*expected} == {claim.claim for claim in found}
    assert {name for name in contradicted if expected[name] != "REFUTED"} == set()
    assert {"1-2a", "1-2c", "1-3a", "1-3b", "lemma-1b"} <= contradicted


def test_true_equations_are_rarely_contradicted():
    """Many runs on skewed and heavy-tailed laws: no false alarm in thousands of comparisons."""
    cells = [
        KRUM.cell(5, 1, 1, model, "mimic(worker=0)")
        for model in ("two_point(p=1/10)", "skewed", "student_t(dof=5)")
    ]
    doc = krum_document(distance=TRUE["distance"], mean=TRUE["mean"])
    for entropy in range(20):
        found = sample_document(doc, replace(PLAN, entropy=entropy), cells=cells).claims
        assert [claim.verdict for claim in found] == ["NOT CONTRADICTED"] * 2


# -- documents that bring no experiment ----------------------------------------------------------


def averages(law="i.i.d."):
    """A small language: m vectors with a mean and a bounded variance."""
    language = Language()
    m = language.integer("m")
    spread = language.scalar("spread")
    members = language.index_set("S", m)
    x = language.vector("x", members, random=True)
    X = language.plain_vector("X", random=True)
    centre = language.plain_vector("centre")
    p, q = members.index("p"), members.index("q")
    hypotheses = {
        "someone": m >= 1,
        "spread": spread >= 0,
        law: Iid("x", "S", "X"),
        "mean": E(X).eq(centre),
        "variance": E(squared(X - centre)) <= spread,
    }
    mean = total(p, x[p]) / m
    return language, hypotheses, mean, (m, spread, centre, x, X, p, q)


def test_a_document_of_its_own_is_sampled_generically():
    language, hypotheses, mean, (m, spread, centre, x, _, p, _) = averages()
    doc = document(
        language,
        hypotheses,
        average=E(squared(mean - centre)) <= spread / m,
        unbiased=E(mean).eq(centre),
        sharper=E(squared(mean - centre)) <= spread / m / 2,
        jensen=squared(mean) <= total(p, squared(x[p])) / m,
    )
    assert isinstance(experiment_for(doc), Generic)
    found = {claim.claim: claim.verdict for claim in sample_document(doc, PLAN).claims}
    assert found.pop("sharper") == "CONTRADICTED"
    assert set(found.values()) == {"NOT CONTRADICTED"}


def test_trials_that_do_not_meet_a_hypothesis_are_left_out():
    language, hypotheses, mean, (m, spread, centre, x, _, p, q) = averages()
    close = {"close": norm(x[p] - x[q]) <= 2}
    doc = document(
        language,
        {**hypotheses, **close},
        pathwise=norm(x[p] - x[q]) <= 2,
        average=E(squared(mean - centre)) <= spread / m,
    )
    found = sample_document(doc, PLAN)
    pathwise, average = found.claims
    assert found.rejected["close"] > 0
    assert pathwise.verdict == "NOT CONTRADICTED"
    assert average.verdict == "NOT SAMPLED" or average.cells < pathwise.cells
    assert "leaving trials out changes the means" in average.reason


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        (lambda m, x, X, p: norm(X) <= -1, "no trial meets the hypotheses; most fail 'extra'"),
        (lambda m, x, X, p: m <= 0, "no parameters were found"),
        (lambda m, x, X, p: E(norm(X)) <= -1, "no cell clearly meets the hypothesis 'extra'"),
        (lambda m, x, X, p: norm(X) <= E(norm(X)), "does not ensure the hypothesis 'extra'"),
    ],
)
def test_hypotheses_that_cannot_be_met_are_named(extra, reason):
    language, hypotheses, mean, (m, _, _, x, X, p, _) = averages()
    doc = document(language, {**hypotheses, "extra": extra(m, x, X, p)}, claim=norm(mean) >= 0)
    (claim,) = sample_document(doc, PLAN).claims
    assert claim.verdict == "NOT SAMPLED"
    assert reason in claim.reason


def test_a_claim_with_too_many_indices_is_left_out_of_large_cells():
    wide = sum((score[setting.workers.index(name)] for name in "abcdef"), start=total(k, 1)) >= 0
    found = sample(krum_document(claim=wide))["claim"]
    assert (found.verdict, found.cells) == ("NOT CONTRADICTED", 1)
    assert "its indices take too many values (2 of 3 cells)" in found.reason
