"""The parts of the search: multiples, reading back, rewriting by equations, integrability."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.theory.search import statements as s
from theory.kernel.polynomials import ONE, add, scale
from theory.kernel.rules import Kernel
from theory.kernel.terms import Integrable, KernelError, Norm, Relation
from theory.search.inequalities import cauchy_schwarz_of_means, triangle
from theory.search.known import Known, square_root
from theory.search.mixture import Mixture, solve_linear, useful
from theory.search.readback import opened, product_of, term_of
from theory.search.replayed import nothing_found, replayed
from theory.search.trace import OutOfEffort, Trace

A, B, C = ((name,) for name in "abc")
A, B, C = ((), A), ((), B), ((), C)


def poly(**values):
    names = {"a": A, "b": B, "c": C, "one": ONE}
    return {names[k]: Fraction(v) for k, v in values.items() if v}


# -- multiples ---------------------------------------------------------------------------------


def mixture(goal, columns, **options):
    found = Mixture(goal, **options)
    for kind, p in columns:
        found.add(kind, p)
    return found.solve()


def test_multiples_are_exact():
    columns = [(">=", poly(a=3, b=-1)), (">=", poly(b=7)), ("=", poly(a=1, c=-1))]
    goal = poly(a=1, c=Fraction(2, 7), b=Fraction(1, 3))
    values = mixture(goal, columns)
    total = add(*(scale(columns[k][1], v) for k, v in values.items()))
    assert total == goal
    assert all(v > 0 or columns[k][0] == "=" for k, v in values.items())


def test_an_inequality_is_not_used_backwards():
    assert mixture(poly(a=-1), [(">=", poly(a=1))]) is None
    assert mixture(poly(a=-1), [("=", poly(a=1))]) == {0: -1}


def test_a_strict_goal_needs_a_strict_fact():
    assert mixture(poly(a=1), [(">=", poly(a=1))], strict=True) is None
    assert mixture(poly(a=1), [(">", poly(a=1))], strict=True) == {0: 1}
    assert mixture({}, [(">=", poly(a=1))], strict=True) is None


def test_where_there_is_no_solution_the_functional_separates():
    columns = [(">=", poly(a=1, b=-1)), (">=", poly(b=1))]
    found = Mixture(poly(a=1, b=-2))
    for kind, p in columns:
        found.add(kind, p)
    assert found.solve() is None

    def value(p):
        return sum(found.functional.get(m, 0) * float(c) for m, c in p.items())

    assert value(found.goal) > 1e-6
    assert all(value(p) < 1e-9 for _, p in columns)


def test_facts_that_nothing_can_cancel_are_dropped():
    columns = [(">=", poly(a=1, b=1)), (">=", poly(b=1, c=1)), ("=", poly(c=1)), (">=", poly(a=1))]
    assert useful(poly(a=1), columns) == [2, 3]


def test_linear_equations_are_solved_exactly():
    columns = [poly(a=1, b=2), poly(a=3, b=4)]
    assert solve_linear(columns, poly(a=1)) == [-2, 1]
    assert solve_linear(columns, poly(c=1)) is None
    assert solve_linear([poly(a=1), poly(a=2)], poly(a=1)) is None
    assert solve_linear([poly(a=1), poly(a=2)], poly(a=1), unique=False) == [1, 0]


# -- reading back ------------------------------------------------------------------------------


@pytest.mark.parametrize("case", [*s.TRUE, *s.FALSE], ids=lambda case: case.name)
def test_a_polynomial_is_read_back_as_a_term_of_the_same_meaning(case):
    if not isinstance(case.statement, Relation):
        return
    algebra = Kernel(s.language.signature).algebra
    for side in (case.statement.left, case.statement.right):
        p = algebra.normal(side)
        assert algebra.normal(term_of(p)) == p
        for m, c in p.items():
            indices, factors = opened(m)
            q = algebra.normal(product_of(factors))
            for index in reversed(indices):
                q = algebra.total(index, q)
            assert scale(q, c) == {m: c}


def test_a_free_index_is_not_captured_by_the_names_of_bound_ones():
    algebra = Kernel(s.language.signature).algebra
    clash = s.members.index("b1_0")
    from theory.notation.language import total

    p = algebra.normal(s.a[clash] * total(s.i, s.a[s.i] * s.a[s.i]))
    assert algebra.normal(term_of(p)) == p


# -- rewriting ---------------------------------------------------------------------------------


PROMISED = s.language.signature.declared().values()


def known(hypotheses=None):
    return Known(Kernel(s.language.signature), (hypotheses or {}).values())


def simplified(term, hypotheses=None):
    """The simplified polynomial, after checking that its equations account for the change."""
    k = known(hypotheses)
    p = k.algebra.normal(term)
    result = k.rewriter.simplify(p)
    assert all(line.kind == "=" for _, line in result.used)
    assert add(p, *(scale(line.poly, c) for c, line in result.used)) == result.poly
    return k.algebra, result.poly


@pytest.mark.parametrize(
    ("term", "hypotheses", "expected"),
    [
        (s.n * (1 / s.n), s.SOME, s.n * 0 + 1),
        (s.mean * s.n, s.SOME, s.weighted * 0 + s.mean * s.n * s.n / s.n),
        ((s.n - s.f) / (s.n - s.f), s.WORKERS, s.n * 0 + 1),
        (s.E(s.u + s.v) @ s.p, s.SQUARE, s.E(s.u) @ s.p + s.E(s.v) @ s.p),
        (s.E(s.u @ s.p), s.SQUARE, s.E(s.u) @ s.p),
        (s.E(s.G) @ s.p, s.LAW, s.g @ s.p),
        (s.E(s.x[s.i] @ s.p), s.LAW, s.g @ s.p),
        (s.root(s.t) ** 2, {"t": s.t >= 0}, s.t),
    ],
)
def test_what_is_simplified(term, hypotheses, expected):
    algebra, p = simplified(term, hypotheses)
    if algebra.normal(expected) != p:
        assert simplified(expected, hypotheses)[1] == p


@pytest.mark.parametrize(
    "term", [s.n / s.n, s.E(s.u + s.v) @ s.p, s.E(s.u @ s.p), s.root(s.t) ** 2]
)
def test_nothing_is_simplified_without_its_premise(term):
    algebra, p = simplified(term)
    assert p == algebra.normal(term)


# -- integrability -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "hypotheses"),
    [
        (s.u, s.SQUARE),
        (s.norm(s.u), s.SQUARE),
        (s.u @ s.v, s.SQUARE),
        (s.u @ s.p, {"u": Integrable(s.u)}),
        (s.norm(s.u), {"u": Integrable(s.u)}),
        (s.squared(s.u - s.p), s.SQUARE),
        (s.squared(s.u), {"u": Integrable(s.squared(s.u - s.p))}),
        (s.u, {"u": Integrable(s.u - s.p)}),
        (s.norm(s.u) * s.norm(s.v), s.SQUARE),
        (s.X * s.Y, {"X": Integrable(s.X**2), "Y": Integrable(s.Y**2)}),
        (s.inside[s.i] * s.squared(s.x[s.i]), s.SQUARES),
        (s.inside[s.i] * s.inside[s.j], {}),
        (s.squared(s.mean), s.SQUARES),
        (s.squared(s.x[s.i]), s.LAW),
        (s.norm(s.g) * s.t, {}),
    ],
)
def test_what_is_integrable(term, hypotheses):
    k = known(hypotheses)
    line = k.integrability.find(term)
    assert line is not None
    assert k.trace.kernel.proves(line, Integrable(term))
    assert line.assumptions <= {*hypotheses.values(), *PROMISED}


@pytest.mark.parametrize(
    ("term", "hypotheses"),
    [
        (s.u, {}),
        (s.squared(s.u), {"u": Integrable(s.u)}),
        (s.u @ s.v, {"u": Integrable(s.u), "v": Integrable(s.v)}),
        (s.X**3, {"X": Integrable(s.X**2)}),
        (s.norm(s.z), {"u": Integrable(s.squared(s.u))}),
        (1 / s.X, {"X": Integrable(s.X)}),
    ],
)
def test_what_need_not_be_integrable(term, hypotheses):
    assert known(hypotheses).integrability.find(term) is None


# -- named inequalities ------------------------------------------------------------------------


def test_the_triangle_inequality_goes_as_deep_as_the_sums():
    k = known({**s.SOME, **s.SQUARES})
    vector = s.E(s.mean - s.p) + 2 * s.q
    bound = triangle(k, vector)
    stated = add(k.algebra.normal(bound.term), scale(k.algebra.normal(Norm(vector)), -1))
    simplify = k.rewriter.simplify
    assert simplify(bound.line.poly).poly == simplify(stated).poly
    assert bound.line.kind == ">="
    assert bound.line.assumptions <= {*s.SOME.values(), *s.SQUARES.values(), *PROMISED}


def test_cauchy_schwarz_for_expectations_needs_squares():
    assert cauchy_schwarz_of_means(known(), s.u, s.v) is None
    line = cauchy_schwarz_of_means(known(s.SQUARE), s.u, s.v)
    assert line.assumptions <= set(s.SQUARE.values())


def test_square_roots_of_products():
    algebra = Kernel(s.language.signature).algebra
    found = square_root(algebra.normal(4 * s.t**2 * s.squared(s.p)))
    assert algebra.normal(found) == algebra.normal(2 * s.t * s.norm(s.p))
    assert square_root(algebra.normal(s.t + s.n)) is None
    assert square_root(algebra.normal(2 * s.t**2)) is None


# -- lines and proofs as data ------------------------------------------------------------------


def test_a_trace_ends_with_its_effort():
    trace = Trace(Kernel(s.language.signature), effort=2)
    trace("number", Fraction(1))
    trace("number", Fraction(1))
    trace("number", Fraction(2))
    with pytest.raises(OutOfEffort):
        trace("number", Fraction(3))


def test_a_trace_remembers_refusals_and_makes_nothing_else():
    trace = Trace(Kernel(s.language.signature))
    for _ in range(2):
        with pytest.raises(KernelError, match="not positive"):
            trace("number", Fraction(-1))
    with pytest.raises(KernelError, match="not a rule"):
        trace("__init__")


@pytest.mark.parametrize(
    "certificate",
    [
        None,
        {},
        {"steps": [["no_such_rule"]]},
        {"steps": [["number", ["q", "-1"]]], "value": None, "lines": [], "obligations": []},
        {"steps": [["square"]], "value": None, "lines": [], "obligations": []},
        {"steps": [], "value": None, "lines": [3], "obligations": []},
    ],
)
def test_a_damaged_certificate_ends_in_a_refusal(certificate):
    from theory.search.prover import Prover

    with pytest.raises(KernelError):
        replayed(certificate)(Prover(Kernel(s.language.signature)))


def test_a_proof_that_was_not_found_says_why():
    from theory.search.prover import NotFound, Prover

    with pytest.raises(NotFound, match="too hard"):
        nothing_found("too hard")(Prover(Kernel(s.language.signature)))
