"""What is proved of whole runs is not vacuous: each step hypothesis holds on exact models."""

import pytest

from theory.judge import load_certificates
from theory.kernel.certificates import encode
from theory.kernel.models import Evaluator
from theory.kernel.terms import AlmostSure, Cited
from theory.notation.printing.printer import Printer
from theory.papers import certificate_folder, load
from theory.papers.krum import run
from theory.papers.krum.eq_2_14_descent import ON_SEGMENTS

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
    assert KRUM.theorem_of(ON_SEGMENTS) == "Taylor"
    assert KRUM.theorem_of("Q ≥ 0") is None
    assert KRUM.theorem_of("damping: anything") is None  # a name alone cites nothing


def test_what_is_called_unused_is_assumed_by_no_proof_of_the_theorem():
    unused = " ".join(role.hypothesis for role in KRUM.roles if role.role == "unused")
    assert all(what in unused for what in ("convex", "r = 3, 4", "ε", "α < π/2, for Krum"))
    for name in ("theorem", "proposition-2"):
        assumed = " ".join((*KRUM.hypotheses, *READINGS[name].needs))
        used = " ".join(READINGS[name].needs)
        assert not any(what in assumed for what in ("convex", "ε", "‖Krum_t‖", "sin α < 1"))
        assert not any(f"‖G‖^{r}" in used for r in (3, 4))
        assert "‖G‖^2" in used
    certificates = load_certificates(certificate_folder("krum"))
    for name in ("distance-converges", "damped-sum", "damped-converges"):
        assert repr(encode(KRUM.hypotheses["third moment"])) not in repr(certificates[name])
        assert repr(encode(KRUM.hypotheses["fourth moment"])) not in repr(certificates[name])


def test_roles_point_at_claims_that_exist():
    known = {claim.id for claim in KRUM.claims().values()}
    assert {name.removesuffix(":repaired") for role in KRUM.roles for name in role.claims} <= known
    assert {role.role for role in KRUM.roles} <= {"needed", "replaceable", "redundant", "unused"}


def test_a_mean_given_the_past_is_printed_as_one():
    printed = Printer(KRUM.language)
    claims = KRUM.claims()
    assert "E[Krum_t | P_t]" in printed.text(claims["2-7b"].readings[0].statement)
    assert r"[\mathrm{Krum}_t \mid P_t]" in printed.latex(claims["2-7b"].readings[0].statement)
    assert "P_t" not in printed.text(claims["ball-a"].readings[0].statement)
