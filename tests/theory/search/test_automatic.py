"""A search that nobody helps proves what it should; a fresh kernel checks what it finds."""

from __future__ import annotations

import pytest

from tests.theory.search import statements as s
from theory.judge import Judge
from theory.kernel.certificates import replay
from theory.kernel.rules import Kernel
from theory.kernel.terms import Exists, Integrable, SomeConstant
from theory.notation.document import Claim, Document, Reading, Step
from theory.search.automatic import attempt, prove
from theory.search.counterexamples import refute

NAMES = {"ids": lambda case: case.name}


def attempted(statement, hypotheses=None, lemmas=None, effort=None):
    document = Document("test", "Test", s.language, hypotheses or {}, ())
    kernel = Kernel(s.language.signature, lemmas)
    reading = Reading("as written", statement)
    if effort is not None:
        return prove(kernel, document, reading, effort=effort)
    return attempt(kernel, document, reading)


@pytest.mark.parametrize("case", s.TRUE, **NAMES)
def test_what_is_true_is_proved(case):
    found = attempted(case.statement, case.hypotheses)
    assert found.certificate is not None, found.reason
    theorem = replay(Kernel(s.language.signature), found.certificate)
    assert theorem.statement == case.statement
    promised = s.language.signature.declared().values()
    assert theorem.assumptions <= {*case.hypotheses.values(), *promised}


@pytest.mark.parametrize("case", s.FALSE, **NAMES)
def test_what_is_false_is_not_proved(case):
    assert attempted(case.statement, case.hypotheses, effort=800).certificate is None


@pytest.mark.parametrize("case", s.TRUE[::4], **NAMES)
def test_what_is_proved_has_no_small_counterexample(case):
    signature = s.language.signature
    assert refute(signature, case.hypotheses, case.statement, generations=2) is None


def test_two_searches_give_the_same_certificate():
    case = next(case for case in s.TRUE if case.name == "jensen: under E")
    one, other = (attempted(case.statement, case.hypotheses) for _ in range(2))
    assert one.certificate == other.certificate


# -- what must not be found --------------------------------------------------------------------


def test_an_expectation_that_may_not_exist_is_named():
    found = attempted(s.E(s.squared(s.u - s.E(s.u))) <= s.E(s.squared(s.u)))
    assert found.certificate is None
    assert "may not exist" in found.reason
    assert "E of" in found.reason


def test_a_denominator_that_may_be_zero_is_named():
    found = attempted(s.squared(s.mean) <= s.mean_square)
    assert found.certificate is None
    assert found.reason == "n is a denominator and may be 0: assume that it is not"


def test_a_radicand_that_may_be_negative_is_named():
    found = attempted(s.root(s.t) >= 0)
    assert found.certificate is None
    assert "t is under a root and may be negative" in found.reason


def test_a_search_ends_with_its_effort():
    found = attempted(s.squared(s.mean) <= s.mean_square / 2, s.SOME, effort=300)
    assert found.certificate is None
    assert "in as many steps of search as are allowed" in found.reason


def test_a_random_weight_does_not_leave_the_expectation():
    statement = s.E(s.X * s.u).eq(s.E(s.X) * s.E(s.u))
    hypotheses = {"X": Integrable(s.X**2), **s.SQUARE}
    assert attempted(statement, hypotheses).certificate is None


def test_vectors_that_are_not_independent_have_no_variance_of_the_mean():
    hypotheses = {name: f for name, f in s.LAW.items() if name != "i.i.d."} | s.SQUARES
    statement = s.E(s.squared(s.mean - s.g)) <= s.variance / s.n
    assert attempted(statement, hypotheses, effort=3_000).certificate is None


@pytest.mark.parametrize(
    "statement",
    [
        Exists(s.i, (s.norm(s.x[s.i]) <= s.norm(s.x[s.j]),), (s.j,)),
        SomeConstant("t", ("n",), s.squared(s.u) <= s.t * s.squared(s.u)),
    ],
)
def test_other_statements_are_not_searched_for_a_proof(statement):
    found = attempted(statement, s.SOME, effort=300)
    assert found.certificate is None
    assert "not searched for" in found.reason


# -- claims, one after the other ---------------------------------------------------------------


def test_claims_that_are_proved_help_later_ones():
    """<E u, p> >= |p|^2 - b |p| needs |E u - p| <= b, which it does not mention."""
    bias = s.norm(s.E(s.u) - s.p) <= s.bound
    inner = s.E(s.u) @ s.p >= s.squared(s.p) - s.bound * s.norm(s.p)
    steps = tuple(
        Step(name, name, (Claim(name, name, (Reading("as written", statement),)),))
        for name, statement in (("bias", bias), ("inner", inner))
    )
    document = Document("test", "Test", s.language, s.NEAR, steps)
    judged = {j.id: j for j in Judge(document, {}).all()}
    assert judged["inner"].verdict == "PROVED"
    assert judged["inner"].assumes == ("u", "near", "b")
    assert ["lemma", "bias"] in [step[:2] for step in judged["inner"].certificate["steps"]]


def test_the_judge_checks_what_the_search_found(monkeypatch):
    """A search gone wrong gives no verdict."""
    from theory.search import automatic

    true = attempted(s.norm(s.u) >= 0)
    monkeypatch.setattr(automatic, "attempt", lambda *arguments: true)
    reading = Reading("as written", s.norm(s.u) <= 0)
    step = Step("1", "1", (Claim("1", "1", (reading,)),))
    judge = Judge(Document("test", "Test", s.language, {}, (step,)), {})
    assert judge.judge("1").verdict == "UNDECIDED"


def test_needs_of_a_reading_may_be_used():
    document = Document("test", "Test", s.language, {}, ())
    reading = Reading("as written", s.t**2 >= s.t, needs={"large": s.t >= 1})
    found = attempt(Kernel(s.language.signature), document, reading)
    assert found.certificate is not None


def contradicted(hypotheses, needs=None, **more):
    """The judgement of a true claim under these hypotheses."""
    reading = Reading("as written", s.norm(s.u) >= 0, needs=needs or {})
    step = Step("1", "1", (Claim("1", "1", (reading,)),))
    return Judge(Document("t", "T", s.language, hypotheses, (step,), **more), {}).judge("1")


def test_contradictory_hypotheses_are_found():
    found = contradicted({"idle": s.kappa >= 0, "many": s.n >= 3, "few": s.n <= 2})
    assert (found.verdict, found.assumes) == ("VACUOUS", ("many", "few"))
    assert contradicted({"many": s.n >= 3}, {"few": s.n <= 2}).verdict == "VACUOUS"
    assert contradicted({"many": s.n >= 3}).verdict == "PROVED"


def test_what_is_vacuous_is_no_lemma():
    reading = Reading("as written", s.norm(s.u) >= 0)
    step = Step("1", "1", (Claim("1", "1", (reading,)),))
    hypotheses = {"many": s.n >= 3, "few": s.n <= 2}
    judge = Judge(Document("t", "T", s.language, hypotheses, (step,)), {})
    assert judge.judge("1").verdict == "VACUOUS"
    assert "1" not in judge.kernel.lemmas


# -- relevance, and what is said of a failure ----------------------------------------------------


def in_a_setting(statement, hypotheses):
    """The statement with hypotheses about other symbols around it."""
    setting = {
        **s.WORKERS,
        "loss": s.loss1 <= s.loss0,
        "kappa": s.kappa >= 0,
        "weights": s.weight[s.i] >= 0,
        "robust": s.squared(s.F - s.honest_mean) <= s.kappa * s.total(s.c, s.squared(s.V[s.c])),
        **hypotheses,
    }
    return attempted(statement, setting)


@pytest.mark.parametrize("case", s.TRUE[::6], **NAMES)
def test_hypotheses_about_other_symbols_do_not_matter(case):
    found = in_a_setting(case.statement, case.hypotheses)
    assert found.certificate is not None, found.reason
    theorem = replay(Kernel(s.language.signature), found.certificate)
    assert theorem.assumptions <= {*case.hypotheses.values(), *s.WORKERS.values()}


def test_a_proof_that_is_not_found_says_what_is_left_to_show():
    statement = s.loss1 <= s.loss0 + s.kappa**2 + s.t
    found = attempted(statement, {"loss": s.loss1 <= s.loss0, "t": s.t <= s.r}, effort=2_000)
    assert found.certificate is None
    assert "what is left to show: t ≥ 0" in found.reason
    assert "not used: 't'" in found.reason


def test_a_proof_that_is_not_found_names_a_chain():
    statement = 2 * s.norm(s.p + s.q) <= 2 * s.norm(s.p) + s.norm(s.q) + s.t
    found = attempted(statement, effort=2_000)
    assert found.certificate is None
    assert "what is left to show: t - ‖q‖ ≥ 0" in found.reason
    assert "2 ‖p + q‖ ≤ 2 ‖p‖ + 2 ‖q‖ is found" in found.reason.replace("2‖", "2 ‖")
