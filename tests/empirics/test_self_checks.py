"""The checks of an experiment say what is wrong with it, and nothing about a sound one."""

import pytest

from empirics.attacks import ATTACKS
from empirics.experiments import experiment_for
from empirics.experiments.krum import Krum
from empirics.self_checks import SEES, assumptions, self_checks, sight
from tests.assurance.planted_faults import PLAN, checked
from tests.assurance.planting import FAULTS
from theory.kernel.terms import Iid, Relation
from theory.papers.krum.document import DOCUMENT


def test_a_sound_experiment_fails_nothing():
    found = checked(1)
    assert found.failures() == []
    assert found.compared == 3 * 32
    assert found.chunks == 3 * PLAN.chunks
    assert found.hypotheses.comparisons > 100
    said = dict(found.summary())
    assert len(said) == 4
    assert all(", none " in outcome for outcome in said.values())
    assert "96 trials, none with another winner" in said.values()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("n-f-1 neighbours", "the trials contradict the hypothesis 'neighbour count'"),
        ("ties to the last index", "trials the winner is not the literal rule's, first i_* = "),
        ("workers dependent without correlation", "'i.i.d.: squares without correlation'"),
        ("one seed for all chunks", "chunk 1 of {'experiment': 'krum'"),
        ("an attack sees half of the workers", "depends on 3 of 5 correct workers, and should on"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(fault, said):
    with FAULTS[fault][0]():
        found = checked(1)
    assert any(said in sentence for sentence in found.failures())
    assert not all(", none " in outcome for _, outcome in found.summary())


def test_every_guaranteed_hypothesis_that_can_be_sampled_is_claimed():
    experiment = experiment_for(DOCUMENT)
    guaranteed = {
        name
        for name, formula in DOCUMENT.hypotheses.items()
        if experiment.guarantees(formula) and isinstance(formula, Relation | Iid)
    }
    claimed = {name.partition(": ")[0] for name in assumptions(DOCUMENT, experiment).claims()}
    assert claimed == guaranteed
    assert assumptions(DOCUMENT, experiment).hypotheses == {}


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_attacks_see_as_many_workers_as_they_should(name):
    assert sight(ATTACKS[name]).sum() == SEES.get(name, 5)


def test_an_experiment_that_chooses_nobody_has_no_choice_to_compare(own_document):
    found = self_checks(own_document, PLAN)
    assert found.compared == 0
    assert found.failures() == []
    assert not any("winner" in check for check, _ in found.summary())


@pytest.fixture
def own_document():
    """A document with the generic experiment: i.i.d. vectors of a known mean."""
    from theory.notation.document import Document
    from theory.notation.language import Language, expectation, squared

    language = Language()
    n = language.integer("n")
    workers = language.index_set("I", n)
    language.vector("x", workers, random=True)
    X = language.plain_vector("X", random=True)
    v = language.plain_vector("v")
    hypotheses = {
        "somebody works": n >= 2,
        "i.i.d.": Iid("x", "I", "X"),
        "mean": expectation(X).eq(v),
        "variance": expectation(squared(X - v)) <= 4,
    }
    return Document("own", "own", language, hypotheses, ())


def test_the_product_experiment_is_found():
    assert isinstance(experiment_for(DOCUMENT), Krum)
