"""Counterexamples are exact, small, and the same on every machine."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.theory.search import statements as s
from theory.kernel.formulas import owed
from theory.kernel.models import Evaluator
from theory.kernel.terms import Exists, Integrable, Relation
from theory.search.counterexamples import refute, satisfy

SIGNATURE = s.language.signature
NAMES = {"ids": lambda case: case.name}


@pytest.mark.parametrize("case", s.FALSE, **NAMES)
def test_what_is_false_is_refuted_exactly(case):
    model = refute(SIGNATURE, case.hypotheses, case.statement)
    evaluator = Evaluator(SIGNATURE, model)
    assert all(evaluator.holds(h) is True for h in case.hypotheses.values())
    assert evaluator.holds(case.statement) is False
    for needed in owed(SIGNATURE, case.statement):
        assert isinstance(needed, Integrable) or evaluator.holds(needed) is True


@pytest.mark.parametrize(
    ("name", "members", "outcomes", "dimension"),
    [
        ("half of Jensen", 1, 1, 1),
        ("n squared", 2, 4, 1),
        ("weights are equal", 2, 1, 1),
        ("uncorrelated", None, 2, 1),
        ("orthogonal", None, 1, 2),
        ("fourth moment", None, 2, 1),
    ],
)
def test_counterexamples_are_small(name, members, outcomes, dimension):
    case = next(case for case in s.FALSE if case.name == name)
    model = refute(SIGNATURE, case.hypotheses, case.statement)
    assert len(model.outcomes) == outcomes
    assert len(model.outcomes[0].tables["u"][()]) == dimension
    if members is not None:
        assert model.tables["n"][()] == members


def test_a_counterexample_holds_zeros_and_ones_where_it_can():
    model = refute(SIGNATURE, {}, s.norm(s.u + s.v) <= s.norm(s.u))
    (outcome,) = model.outcomes
    assert outcome.tables["u"][()] == (0,)
    assert outcome.tables["v"][()] == (1,)
    assert outcome.tables["z"][()] == (0,)
    assert set(outcome.tables["V"].values()) <= {(Fraction(0),)}


def test_two_searches_give_the_same_model():
    case = next(case for case in s.FALSE if case.name == "n squared")
    one, other = (refute(SIGNATURE, case.hypotheses, case.statement) for _ in range(2))
    assert one == other


def test_a_statement_that_does_not_denote_is_no_counterexample():
    """1/t > 0 is false for t = 0 only by the convention 1/0 = 0."""
    assert refute(SIGNATURE, {}, 1 / s.t > 0).tables["t"][()] == -1
    assert refute(SIGNATURE, {"t": s.t >= 0}, 1 / s.t > 0, generations=2) is None
    assert refute(SIGNATURE, {}, s.root(s.t) ** 2 >= s.t) is None


def test_a_law_is_a_product():
    case = next(case for case in s.FALSE if case.name == "n squared")
    model = refute(SIGNATURE, case.hypotheses, case.statement)
    drawn = [(o.probability, tuple(o.tables["x"].values())) for o in model.outcomes]
    assert len({values for _, values in drawn}) == 4
    assert sum(p for p, _ in drawn) == 1


def test_equations_fix_values_that_are_not_on_the_grid():
    hypotheses = {"t": (7 * s.t).eq(3), "p": (s.p * 5).eq(2 * s.q), "q": s.norm(s.q) >= 1}
    model = refute(SIGNATURE, hypotheses, s.t * s.norm(s.p) <= 0)
    assert model.tables["t"][()] == Fraction(3, 7)
    assert model.tables["p"][()] == tuple(Fraction(2, 5) * c for c in model.tables["q"][()])


def test_existence_is_refuted_where_no_index_will_do():
    claim = Exists(s.i, (s.norm(s.x[s.i]) < s.norm(s.x[s.j]),), (s.j,))
    model = refute(SIGNATURE, s.SOME, claim)
    assert Evaluator(SIGNATURE, model).holds(claim) is False
    least = Exists(s.i, (s.norm(s.x[s.i]) <= s.norm(s.x[s.j]),), (s.j,))
    assert refute(SIGNATURE, s.SOME, least, generations=2) is None


def test_neighbours_and_a_choice_are_found():
    """Each member has one neighbour, which is not the member itself, and never both ways."""
    from theory.notation.language import Language, total

    language = Language()
    n = language.integer("n")
    members = language.index_set("I", n)
    i, j = members.index("i"), members.index("j")
    near = language.indicator("near", members, members)
    hypotheses = {
        "n": n >= 2,
        "one": total(j, near[i, j]).eq(1),
        "another": near[i, i].eq(0),
        "one way": near[i, j] * near[j, i] <= 0,
    }
    model = satisfy(language.signature, hypotheses)
    assert model.tables["n"][()] == 3
    claim = near[i, j] <= 0
    assert refute(language.signature, hypotheses, claim).tables["n"][()] == 3


def test_hypotheses_that_hold_together_have_a_model():
    model = satisfy(SIGNATURE, s.LAW)
    evaluator = Evaluator(SIGNATURE, model)
    assert all(evaluator.holds(h) is True for h in s.LAW.values())


def test_hypotheses_that_do_not_have_none():
    assert satisfy(SIGNATURE, {"t": s.t >= 1, "u": s.t <= 0}, generations=2) is None


@pytest.mark.parametrize("claim", [Integrable(s.X), Relation(s.t, "=", s.t)])
def test_what_no_model_can_refute(claim):
    assert refute(SIGNATURE, {}, claim, generations=1) is None


def test_an_equation_is_solved_for_what_it_is_linear_in():
    """r (r |x| - t) = 0 fixes t from r; solved for r it would have no rational root to guess."""
    from theory.notation.language import Language

    language = Language()
    t, r, x = language.scalar("t"), language.scalar("r"), language.plain_vector("x")
    hypotheses = {
        "t": t > 0,
        "r": r <= 1,
        "tight": ((1 - r) * (r * s.norm(x) - t)).eq(0),
        "far": s.norm(x) >= t,
    }
    claim = 8 * t * (1 - r) * s.norm(x) <= s.squared(x)
    model = refute(language.signature, hypotheses, claim)
    assert Evaluator(language.signature, model).holds(claim) is False
