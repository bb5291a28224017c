"""What is proved of whole runs is not vacuous: each step hypothesis holds on exact models."""

import pytest

from theory.kernel.models import Evaluator
from theory.kernel.terms import AlmostSure, Cited
from theory.papers import load
from theory.papers.krum import run

KRUM = load("krum")
READINGS = {
    claim.id: reading
    for claim in KRUM.claims().values()
    for reading in claim.readings
    if isinstance(reading.statement, AlmostSure) and reading.proof is not None
}


@pytest.fixture(scope="module")
def evaluators():
    return [Evaluator(KRUM.language.signature, build()) for _, build in KRUM.witnesses]


@pytest.mark.parametrize("name", READINGS)
def test_the_hypotheses_about_a_step_hold_together_before_and_beyond_the_horizon(name, evaluators):
    needs = READINGS[name].needs.values()
    steps = [formula for formula in needs if not isinstance(formula, (AlmostSure, Cited))]
    models = [e for e in evaluators if all(e.holds(formula) for formula in steps)]
    assert {bool(e.holds(run.q > 0)) for e in models} == {True, False}


def test_there_are_such_readings():
    assert {"2-12", "proposition-2", "theorem", "lipschitz", "result-4"} <= READINGS.keys()


def test_a_hypothesis_names_the_cited_theorem_that_gives_it():
    assert KRUM.theorem_of("damping: R ≥ 0") == "damping"
    assert KRUM.theorem_of("Taylor") == "Taylor"
    assert KRUM.theorem_of("Q ≥ 0") is None
    assert KRUM.theorem_of("damping: anything") is None  # a name alone cites nothing


def test_what_is_called_unused_is_assumed_by_no_proof_of_the_theorem():
    unused = [role for role in KRUM.roles if role.role == "unused"]
    assert [role.hypothesis for role in unused] == ["1.2.2: Q is convex"]
    assumed = {name for reading in READINGS.values() for name in reading.needs}
    assert not any("convex" in name for name in assumed)


def test_roles_point_at_claims_that_exist():
    known = {claim.id for claim in KRUM.claims().values()}
    assert {name.removesuffix(":repaired") for role in KRUM.roles for name in role.claims} <= known
    assert {role.role for role in KRUM.roles} <= {"needed", "replaceable", "redundant", "unused"}
