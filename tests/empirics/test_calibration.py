"""The whole pipeline keeps its level where bounds are exact values, and those values are exact."""

from fractions import Fraction
from itertools import product
from math import inf

import numpy as np
import pytest

from empirics.experiments import experiment_for
from empirics.plan import SamplingPlan
from empirics.sampling import sample_claim
from empirics.statistics import Verdict
from tests.assurance.binomial import limits, lower, upper
from tests.assurance.calibration import LEVELS, first_alarm, run
from tests.assurance.finite_krum import CELLS, FiniteKrum, exact, outcomes
from tests.empirics.oracle import krum_by_definition
from theory.notation.document import Claim, Document, Reading, Step
from theory.notation.language import expectation, total
from theory.papers.krum import setting
from theory.papers.krum.document import DOCUMENT

SMALL = CELLS[:2]
RARE = next(c for c in CELLS if c["law"] == "two_point(p=1/17)")


def test_the_exact_constants_are_those_of_a_sum_over_all_outcomes():
    """By the literal Krum in fractions, without the kernel and without numpy."""
    cell = CELLS[1]
    n, f, up, down = cell["n"], cell["f"], Fraction(2), Fraction(-1, 2)
    square = mean = Fraction(0)
    for noise in product((up, down), repeat=n - f):
        p = Fraction(1, 5) ** noise.count(up) * Fraction(4, 5) ** noise.count(down)
        correct = [2 + z for z in noise]
        ipm = -Fraction(1, 2) * sum(correct) / (n - f)
        workers = [*correct, ipm]
        winner = workers[krum_by_definition([[x] for x in workers], f).chosen]
        square += p * (winner - 2) ** 2
        mean += p * winner
    constants = exact(tuple(cell.items()))
    assert constants["square"] == square
    assert constants["angle"] == mean / 2
    assert constants["bias"] == (mean - 2) ** 2
    assert constants["variance of Krum"] == square - (mean - 2) ** 2


@pytest.mark.parametrize("cell", CELLS)
def test_trials_are_drawn_with_the_probabilities_of_the_outcomes(cell):
    listed = outcomes(tuple(cell.items()))
    assert sum(listed.probabilities) == 1
    trials = 20_000
    batch = FiniteKrum().draw(cell, np.random.default_rng(0), trials)
    rows = listed.batch.tables["G"] - listed.batch.tables["g"]
    p = float(
        sum(q for q, row in zip(listed.probabilities, rows, strict=True) if row[0] == rows[0, 0])
    )
    seen = int((batch.tables["G"][:, 0] == listed.batch.tables["G"][0, 0]).sum())
    low, high = limits(seen, trials, 0.9999)
    assert low <= p <= high


def test_the_least_level_of_an_alarm_is_where_the_verdict_changes():
    """A run is judged at its largest level alone; what it would say at others is computed."""
    found = 0
    for number in range(120):
        alarm = first_alarm(run(number, 0.5, cells=SMALL))
        if alarm == inf:
            continue
        found += 1
        for level, contradicted in ((alarm * 1.001, True), (alarm * 0.999, False)):
            verdicts = {c.verdict for c in run(number, level, cells=SMALL).claims}
            assert (Verdict.CONTRADICTED in verdicts) is contradicted
    assert found > 5


def test_a_mean_that_does_not_scatter_is_not_taken_for_exact():
    """Krum leaves one value once in 540 trials: at times in no trial of a run.

    Some runs leave the cell out, as it does not clearly meet the hypothesis about means.
    """
    unseen = 0
    for number in range(60):
        sample = run(number, LEVELS[0], cells=[RARE])
        mean = next(c for c in sample.claims if c.claim == "mean").average
        unseen += mean is not None and mean.left == 3.5
        assert first_alarm(sample) == inf
    assert unseen > 0


@pytest.mark.parametrize("by", [-1, 1])
def test_an_integer_that_does_not_scatter_is_still_told_from_its_neighbours(by):
    """Every worker has n - f - 2 neighbours in all trials; one more or less is CONTRADICTED."""
    experiment = experiment_for(DOCUMENT)
    cells = [experiment.cell(7, 2, 1, "gaussian", "ipm(factor=0.5)")]
    count = total(setting.b, setting.neighbour[setting.a, setting.b])
    statement = expectation(count).eq(setting.n - setting.f - 2 + by)
    claim = Claim("count", "count", (Reading("as written", statement),))
    document = Document("d", "d", setting.language, {}, (Step("1", "1", (claim,)),))
    plan = SamplingPlan.standard()
    found = sample_claim(document, "count", plan, cells=cells, experiment=experiment)
    assert found.verdict == Verdict.CONTRADICTED


def test_exact_limits():
    """0 of 20: 1 - 0.025^(1/20); 5 of 10: the tables' 0.1871 and 0.8129."""
    assert limits(0, 20) == (0.0, pytest.approx(1 - 0.025 ** (1 / 20)))
    assert limits(5, 10) == (pytest.approx(0.1871, abs=1e-4), pytest.approx(0.8129, abs=1e-4))
    assert upper(0, 20) == pytest.approx(1 - 0.05 ** (1 / 20))
    assert lower(20, 20) == pytest.approx(0.05 ** (1 / 20))
    with pytest.raises(ValueError, match="no count"):
        limits(3, 2)
