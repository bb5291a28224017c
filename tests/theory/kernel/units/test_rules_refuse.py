"""Each refusal of a rule, with its reason; kinds of premises are in test_rules_with_premises."""

from fractions import Fraction

import pytest

from tests.refusals.toy import (
    A,
    B,
    G,
    Krum,
    S,
    T,
    U,
    V,
    a,
    b,
    c,
    chosen,
    count,
    f,
    following,
    g,
    i,
    iid,
    j,
    k,
    language,
    n,
    near,
    s,
    signature,
    step,
    t,
    theta,
    theta_next,
    u,
    x,
)
from tests.theory.kernel.units.examples import ZERO, formula
from theory.kernel.polynomials import LONGEST_NUMBER
from theory.kernel.rules import Kernel
from theory.kernel.runs import RULES
from theory.kernel.terms import (
    Atom,
    Cited,
    Equal,
    Iid,
    IllTyped,
    Index,
    Integrable,
    KernelError,
    Norm,
    Plus,
    Relation,
    Root,
    term,
)
from theory.notation.language import Language, expectation, total

HALF = Fraction(1, 2)
nowhere = Index("i", "nowhere")


class Given(tuple):
    """A premise to be assumed: its kind and its term."""


def given(kind, x):
    return Given((kind, x))


def made(kernel, x):
    if isinstance(x, Given):
        return kernel.assume(formula(*x))
    if isinstance(x, (tuple, list)):
        return tuple(made(kernel, entry) for entry in x)
    return x


def use(kernel, rule, *arguments):
    return RULES[rule](kernel, *(made(kernel, x) for x in arguments))


CASES = [
    # facts
    ("is used through the rules that name it", "assume", iid),
    ("is used through the rules that name it", "assume", Cited("robbins_siegmund")),
    ("is not declared", "assume", Atom("nobody") >= 0),
    ("is not positive", "number", Fraction(0)),
    ("is not positive", "number", Fraction(-1)),
    ("is not positive", "number", 1),
    ("a norm takes a vector", "norm_nonnegative", s),
    ("must be a number", "root_nonnegative", u),
    ("a norm takes a vector", "cauchy_schwarz", u, s),
    ("a norm takes a vector", "cauchy_schwarz", s, u),
    ("is not a choice of an index", "choice_total", "near", (a,), b),
    ("is not a choice of an index", "choice_total", "nobody", (), b),
    # arithmetic
    ("a number cannot be added to a vector", "combine",
     [(HALF, given("=", s)), (HALF, given("=", u))]),
    ("only relations can be added", "combine", [(HALF, given("integrable", s))]),
    ("a multiplier is a rational number", "combine", [(1, given("=", s))]),
    ("an inequality cannot be multiplied by 0", "combine", [(Fraction(0), given(">=", s))]),
    ("an inequality cannot be multiplied by -1", "combine", [(Fraction(-1), given(">", s))]),
    ("two vectors have an inner product", "times", given("=", u), g),
    ("`dot` needs a vector equation and a vector", "dot", given("=", s), u),
    ("`dot` needs a vector equation and a vector", "dot", given("=", u), s),
    ("is not the product of the positive factor", "cancel", given(">=", s * t), given(">", s), s),
    ("does not say that the term is different from 0", "inverse", s, given(">", t)),
    ("does not say that the term is different from 0", "inverse", s, given(">", 2 * s)),
    ("does not say that the term is different from 0", "inverse", s, given(">", -2 * s)),
    ("does not say that the term is different from 0", "inverse", s, given(">", s**3)),
    ("is not the difference of the squares", "compare_squares", s,
     given(">=", t), given(">=", t - s)),
    ("need not be an integer", "integer_gap", given(">", s)),
    ("need not be an integer", "integer_gap", given(">", HALF * n)),
    ("need not be an integer", "integer_gap", given(">", n * s)),
    ("the two lines are not opposite", "both", given(">=", s), given(">=", s)),
    ("vectors are not ordered", "weaken", given("=", u)),
    # indices
    ("need not be an element of", "instance", given(">=", c[i]), {i: a}),
    ("need not be an element of", "instance", given(">=", c[i]), {i: k}),
    ("is not an index", "instance", given(">=", c[i]), {i: nowhere}),
    ("the line still speaks of", "inhabited", given(">=", c[i]), i, given(">", n - f)),
    ("does not say that 'C' has an element", "inhabited", given(">=", s), i, given(">", f)),
    ("is not an index set", "inhabited", given(">=", s), nowhere, given(">", n - f)),
    ("is not an index set", "total", given(">=", s), nowhere),
    ("one line of one kind for each", "union", x[a], a, [given(">=", x[i])]),
    ("is not the goal there", "union", x[a], a, [given(">=", x[i]), given(">=", x[k])]),
    ("already names an element of", "union", c[i], i, [given(">=", c[i])]),
    # expectation
    ("may not leave E", "constant_factor", S, T),
    ("may not leave E", "constant_factor", u, T),
    ("a number cannot be added to a vector", "linear_expectation",
     [(s, (), given("integrable", S)), (s, (), given("integrable", U))]),
    ("may not leave E", "linear_expectation", [(S, (), given("integrable", T))]),
    ("may not leave E", "linear_expectation", [(u, (), given("integrable", T))]),
    ("may not leave E", "integrable_linear", [(S, (), given("integrable", T))]),
    ("is about another term", "expect_inner", U, u, given("integrable", G)),
    ("an inner product takes two vectors", "expect_inner", S, u, given("integrable", S)),
    ("an inner product takes two vectors", "expect_inner", U, s, given("integrable", U)),
    ("a vector that depends on the outcome", "expect_inner", U, G, given("integrable", U)),
    # independence
    ("independence of nothing", "independent", iid, (), (j,), V[i], V[j],
     given("integrable", V[i]), given("integrable", V[j])),
    ("independence of nothing", "independent", iid, (i,), (), V[i], V[j],
     given("integrable", V[i]), given("integrable", V[j])),
    ("is about another term", "independent", iid, (i,), (j,), V[i], V[j],
     given("integrable", V[j]), given("integrable", V[j])),
    ("is about another term", "independent", iid, (i,), (j,), V[i], V[j],
     given("integrable", V[i]), given("integrable", V[i])),
    ("two numbers or two vectors", "independent", iid, (i,), (j,), V[i], V[j] @ u,
     given("integrable", V[i]), given("integrable", V[j] @ u)),
    ("depends on more of the outcome", "independent", iid, (i,), (j,), V[j], V[i],
     given("integrable", V[j]), given("integrable", V[i])),
    ("depends on more of the outcome", "independent", iid, (i,), (j,), V[i], V[i],
     given("integrable", V[i]), given("integrable", V[i])),
    ("is not an index of the i.i.d. family", "independent", iid, (k,), (j,), V[k], V[j],
     given("integrable", V[k]), given("integrable", V[j])),
    ("is not an index of the i.i.d. family", "identical", iid, "i", V[i]),
    ("Iid needs a random vector family", "identical", Iid("x", "C", "G"), i, V[i]),
    ("Iid needs a random vector family", "identical", Iid("V", "nowhere", "G"), i, V[i]),
    ("Iid needs a random vector family", "identical", Iid("V", "C", "u"), i, V[i]),
    ("Iid needs a random vector family", "identical", Iid("V", "C", "S"), i, V[i]),
    ("Iid needs a random vector family", "identical", Iid("G", "C", "G"), i, V[i]),
    ("Iid needs a random vector family", "identical", Iid("nobody", "C", "G"), i, V[i]),
    ("Iid needs a random vector family", "identical", Iid("V", "C", "nobody"), i, V[i]),
    ("without E, choices and definitions", "identical", iid, i, expectation(V[i])),
    ("without E, choices and definitions", "identical", iid, i, Krum),
    ("without E, choices and definitions", "identical", iid, i, chosen.at(a, x[a])),
    ("must be free", "identical", iid, i, total(i, V[i])),
    ("depends on more of the outcome", "identical", iid, i, V[i] * S),
    ("a number cannot be added to a vector", "identical", iid, i, V[i] + s),
    ("is about another term", "integrable_identical", iid, i, V[i], given("integrable", U)),
    # integrability
    ("depends on the outcome", "integrable_deterministic", S),
    ("a vector is dominated through its norm", "integrable_dominated", U,
     given("=", 0 * U), given("=", 0 * U), given("integrable", T)),
    ("a vector is dominated through its norm", "integrable_dominated", S,
     given(">=", T - S), given(">=", T + S), given("integrable", U)),
    ("|x| is at most the integrable bound", "integrable_dominated", S,
     given(">=", T + S), given(">=", T - S), given("integrable", T)),
    ("|x| is at most the integrable bound", "integrable_dominated", S,
     given(">=", T - S), given(">=", T - S), given("integrable", T)),
    ("|x| is at most the integrable bound", "integrable_dominated", S,
     given(">=", T + S), given(">=", T + S), given("integrable", T)),
    ("a vector and a number were expected", "integrable_vector", S,
     given(">=", T - S * S), given("integrable", T)),
    ("a vector and a number were expected", "integrable_vector", U,
     given(">=", T - U @ U), given("integrable", U)),
    ("<u, u> is at most the integrable bound", "integrable_vector", U,
     given(">=", T - Norm(U)), given("integrable", T)),
    ("is about another term", "integrable_norm", U, given("integrable", G)),
    # cases
    ("a deterministic number without free indices", "cases", S, given(">=", t), given(">=", t)),
    ("a deterministic number without free indices", "cases", c[i], given(">=", t), given(">=", t)),
    ("a deterministic number without free indices", "cases", u, given(">=", t), given(">=", t)),
    ("the two cases prove different lines", "cases", s, given(">=", t), given(">", t)),
    ("the two cases prove different lines", "cases", s, given(">=", t), given(">=", s)),
    ("no cases about a whole run", "cases", s, given("bounded", theta), given("bounded", theta)),
    # whole runs
    ("is not the drift", "robbins_siegmund", "converges", theta, s, t, A,
     given(">=", (1 - s) * theta + t - A - expectation(theta_next)),
     [given(">=", y) for y in (theta, s, t, A)], given("integrable", theta_next),
     [given("summable", s), given("summable", t)]),
    ("is not the drift", "robbins_siegmund", "converges", theta, s, t, A,
     given(">=", (1 + s) * theta + t + A - expectation(theta_next)),
     [given(">=", y) for y in (theta, s, t, A)], given("integrable", theta_next),
     [given("summable", s), given("summable", t)]),
    ("is not the drift", "robbins_siegmund", "converges", theta, s, t, A,
     given(">=", (1 + s) * theta - t - A - expectation(theta_next)),
     [given(">=", y) for y in (theta, s, t, A)], given("integrable", theta_next),
     [given("summable", s), given("summable", t)]),
    ("v converges and that c is summable", "robbins_siegmund", "bounded", theta, s, t, A,
     given(">=", (1 + s) * theta + t - A - expectation(theta_next)),
     [given(">=", y) for y in (theta, s, t, A)], given("integrable", theta_next),
     [given("summable", s), given("summable", t)]),
    ("is not shown to have a mean", "robbins_siegmund", "converges", theta, s, t, A,
     given(">=", (1 + s) * theta + t - A - expectation(theta_next)),
     [given(">=", y) for y in (theta, s, t, A)], given("integrable", theta),
     [given("summable", s), given("summable", t)]),
    ("zip()", "robbins_siegmund", "converges", theta, s, t, A,
     given(">=", (1 + s) * theta + t - A - expectation(theta_next)),
     [given(">=", y) for y in (theta, s, t)], given("integrable", theta_next),
     [given("summable", s), given("summable", t)]),
    ("zip()", "robbins_siegmund", "converges", theta, s, t, A,
     given(">=", (1 + s) * theta + t - A - expectation(theta_next)),
     [given(">=", y) for y in (theta, s, t, A)], given("integrable", theta_next),
     [given("summable", s)]),
    ("has no successor", "robbins_siegmund", "converges", step, s, t, A,
     given(">=", s), [given(">=", s)] * 4, given("integrable", s), [given("summable", s)] * 2),
    ("a comparison gives summable or bounded", "comparison", "converges", theta, A,
     given("converges", step), given(">=", theta), given(">=", A * step - theta)),
    ("must be the same at every time", "comparison", "summable", theta, theta,
     given("summable", step), given(">=", theta), given(">=", theta * step - theta)),
    ("must be the same at every time", "comparison", "summable", theta, S,
     given("summable", step), given(">=", theta), given(">=", S * step - theta)),
    ("at most k times the other", "comparison", "summable", theta, A,
     given("summable", step), given(">=", theta), given(">=", B * step - theta)),
    ("not shown to be not negative", "weighted", given("summable", step), given("bounded", theta),
     given(">=", theta)),
    ("the number changes with t", "constant", theta),
    ("the number changes with t", "constant", S),
    ("the number changes with t", "constant", expectation(S)),
    ("the number changes with t", "constant", c[i]),
    ("is not about the square", "of_root", theta, given("converges", theta), given(">=", theta)),
    ("is not about the square", "of_root", theta, given("converges", theta**3), given(">=", theta)),
    ("is about another sequence", "vanishing", theta, step, given("summable", theta),
     given("divergent", step), given("converges", theta), [given(">=", theta), given(">=", step)]),
    ("zip()", "vanishing", theta, step, given("summable", step * theta),
     given("divergent", step), given("converges", theta), [given(">=", theta)]),
    ("numbers that are known at t", "eventually", theta, S, given("vanishes", A),
     given("=", theta * S), given(">=", S - 1 + A)),
    ("numbers that are known at t", "eventually", S, step, given("vanishes", A),
     given("=", S * step), given(">=", step - 1 + A)),
    ("numbers that are known at t", "eventually", u, step, given("vanishes", A),
     given("=", step * u), given(">=", step - 1 + A)),
    ("numbers that are known at t", "eventually", theta, u, given("vanishes", A),
     given("=", theta * u), given(">=", step - 1 + A)),
    ("the product is 0", "eventually", theta, step, given("vanishes", A),
     given("=", theta), given(">=", step - 1 + A)),
    ("at least 1 less the other", "eventually", theta, step, given("vanishes", A),
     given("=", theta * step), given(">=", step + 1 + A)),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[1]}: {case[0]}"[:60])
def test_the_rule_refuses_for_the_stated_reason(case):
    reason, rule, *arguments = case
    kernel = Kernel(language.signature)
    with pytest.raises((KernelError, ValueError)) as refusal:
        use(kernel, rule, *arguments)
    assert reason in str(refusal.value)


FACTS = [
    ("number", (HALF,), ">", term(HALF)),
    ("square", (s,), ">=", s * s),
    ("square", (U,), ">=", U @ U),
    ("square", (near[a, b],), ">=", near[a, b]),
    ("square", (1 - near[a, b],), ">=", 1 - near[a, b]),
    ("square", (Equal(a, b),), ">=", Equal(a, b)),
    ("norm_nonnegative", (U,), ">=", Norm(U)),
    ("root_nonnegative", (s,), ">=", Root(s)),
    ("cauchy_schwarz", (U, u), ">=", Norm(U) * Norm(u) - U @ u),
    ("choice_total", ("following", (i,), j), "=", total(j, following.of(i).equals(j)) - 1),
    ("combine", ((),), "=", ZERO),
    ("constant_factor", (s, S), "=", expectation(s * S) - s * expectation(S)),
    ("constant_factor", (s, U), "=", expectation(s * U) - s * expectation(U)),
    ("integrable_deterministic", (s * u,), "integrable", s * u),
    ("nothing", (), "summable", ZERO),
    ("constant", (A * s,), "bounded", A * s),
]


@pytest.mark.parametrize(("rule", "arguments", "kind", "says"), FACTS)
def test_a_fact_needs_no_premise(rule, arguments, kind, says):
    kernel = Kernel(language.signature)
    line = use(kernel, rule, *arguments)
    assert (line.kind, line.poly) == (kind, kernel.algebra.normal(says))
    assert line.assumptions == frozenset()


def test_a_choice_is_made_where_there_is_something_to_choose():
    kernel = Kernel(language.signature)
    line = kernel.choice_total("chosen", (), a)
    assert line.poly == kernel.algebra.normal(total(a, chosen.equals(a)) - 1)
    assert line.assumptions == {signature.chosen_from("chosen")} == {Plus((n - f, f)) > 0}
    assert signature.chosen_from("following") is None


def test_a_fact_keeps_the_indices_of_its_term_as_written():
    kernel = Kernel(language.signature)
    assert kernel.square(c[i] - c[i] + s).context == {("C", "i")}
    assert kernel.integrable_deterministic(0 * c[i]).context == {("C", "i")}
    assert kernel.choice_total("following", (i,), j).context == {("C", "i")}


def test_whatever_is_summed_has_a_size():
    kernel = Kernel(language.signature)
    natural = {n - f >= 0}
    assert kernel.square(total(i, c[i])).assumptions == natural
    assert kernel.square(count[a]).assumptions == natural
    assert kernel.assume(total(i, c[i]) >= 0).assumptions == {total(i, c[i]) >= 0, *natural}
    assert kernel.total(kernel.square(c[i]), i).assumptions == natural
    equation = kernel.combine(())
    assert kernel.times(equation, total(a, x[a])).assumptions == {n - f >= 0, f >= 0}
    parts = [(total(i, c[i]), (), kernel.integrable_deterministic(s))]
    assert kernel.integrable_linear(parts).assumptions == natural
    assert kernel.integrable_linear([(s, (i,), parts[0][2])]).assumptions == natural
    assert kernel.square(c[i]).assumptions == frozenset()


def test_a_cut_puts_a_proof_for_an_assumption():
    kernel = Kernel(language.signature)
    line = kernel.combine([(Fraction(2), kernel.assume(s * s >= 0))])
    cut = kernel.cut(line, s * s >= 0, kernel.square(s))
    assert (cut.kind, cut.poly, cut.assumptions) == (line.kind, line.poly, frozenset())
    kept = kernel.cut(line, s * s >= 0, kernel.assume(s * s >= 0))
    assert kept.assumptions == line.assumptions
    other = kernel.cut(line, t * t >= 0, kernel.square(t))
    assert other.assumptions == line.assumptions
    with pytest.raises(KernelError, match="does not prove the assumption"):
        kernel.cut(line, s * s >= 0, kernel.square(t))
    bound = kernel.assume(c[i] >= 0)
    free = kernel.cut(kernel.assume(t >= 0), c[i] >= 0, bound)
    assert (free.context, free.assumptions) == (frozenset(), {t >= 0, c[i] >= 0})


def test_the_law_of_a_member_is_that_of_the_representative():
    kernel = Kernel(language.signature)
    line = kernel.identical(iid, i, V[i] @ V[i])
    assert (line.kind, line.assumptions) == ("=", {iid})
    assert line.poly == kernel.algebra.normal(expectation(V[i] @ V[i]) - expectation(G @ G))


def test_a_difference_of_indices_is_no_index():
    """The rest of the outcome is kept apart: one factor for each pair of members."""
    kernel = Kernel(language.signature)
    third = Index("h", "C")
    left, right = kernel.assume(Integrable(V[i] @ V[third])), kernel.assume(Integrable(V[j] @ u))
    line = kernel.independent(iid, (i, third), (j,), V[i] @ V[third], V[j] @ u, left, right)
    apart = (1 - Equal(i, j)) * (1 - Equal(third, j))
    product = expectation((V[i] @ V[third]) * (V[j] @ u))
    split = expectation(V[i] @ V[third]) * expectation(V[j] @ u)
    assert line.poly == kernel.algebra.normal(apart * (product - split))


def test_an_inverse_needs_a_number():
    kernel = Kernel(language.signature)
    with pytest.raises(KernelError, match="different from 0"):
        kernel.inverse(u, kernel.assume(u @ u > 0))
    with pytest.raises(IllTyped):
        kernel.assume(Relation(u, ">", u))


@pytest.mark.parametrize("x", [n - f, n * n, n * near[a, b], chosen.equals(a), Equal(a, b) * n])
def test_what_is_made_of_whole_numbers_is_whole(x):
    kernel = Kernel(language.signature)
    assert kernel.integer_valued(kernel.algebra.normal(x))


@pytest.mark.parametrize("x", [s, n * HALF, n * s, Root(n), 1 / n, expectation(near[a, b]), u @ u])
def test_what_need_not_be_whole_is_not(x):
    kernel = Kernel(language.signature)
    assert not kernel.integer_valued(kernel.algebra.normal(x))


def test_a_sum_over_a_union_is_inhabited_by_all_its_parts():
    kernel = Kernel(language.signature)
    line = kernel.assume(Relation(s + 0 * x[a], ">=", ZERO))
    assert line.context == {("W", "a")}
    assert kernel.inhabited(line, a, kernel.assume(n > 0)).context == frozenset()


def test_an_instance_may_name_two_indices_alike():
    kernel = Kernel(language.signature)
    line = kernel.instance(kernel.assume(near[a, b] >= 0), {a: b})
    assert line.poly == kernel.algebra.normal(near[b, b])
    assert line.context == {("W", "b")}


def test_a_sum_takes_its_index_out_of_the_context():
    kernel = Kernel(language.signature)
    line = kernel.assume(c[i] >= 0)
    assert kernel.total(line, i).context == frozenset()
    assert kernel.total(line, j).context == {("C", "i")}
    parts = [(term(1), (i,), kernel.assume(Integrable(x[i])))]
    assert kernel.linear_expectation(parts).context == frozenset()
    assert kernel.integrable_linear(parts).context == frozenset()
    own = [kernel.assume(x[Index("a", part)] >= 0) for part in "CY"]
    assert kernel.union(x[a], a, own).context == {("W", "a")}


def test_a_union_needs_a_name_that_is_free_in_the_goal():
    kernel = Kernel(language.signature)
    inner = Index("a", "C")
    lines = [kernel.assume(x[a] + x[inner] >= 0), kernel.assume(x[a] >= 0)]
    with pytest.raises(KernelError, match="a already names an element of 'C'"):
        kernel.union(x[a] + c[inner], a, lines)


def test_a_case_takes_away_its_assumption_alone():
    kernel = Kernel(language.signature)
    one = kernel.multiply(kernel.assume(t >= 0), kernel.inverse_nonnegative(kernel.assume(s > 0)))
    other = kernel.assume(Relation(t * (1 / s), ">=", ZERO))
    line = kernel.cases(s, one, other)
    assert line.assumptions == {t >= 0, Relation(t * (1 / s), ">=", ZERO)}
    assert Relation(s, ">", ZERO) in kernel.cases(s, other, one).assumptions
    again = kernel.cases(-s, one, other)
    assert Relation(s, ">", ZERO) in again.assumptions


def test_a_second_case_takes_away_its_assumption():
    kernel = Kernel(language.signature)
    below = kernel.assume(s <= 0)
    other = kernel.multiply(kernel.assume(t >= 0), below)
    one = kernel.assume(Relation(t * (-s), ">=", ZERO))
    assert kernel.cases(s, one, other).assumptions == {t >= 0, Relation(t * (-s), ">=", ZERO)}
    swapped = kernel.cases(s, other, one).assumptions
    assert Relation(s, "<=", ZERO) in swapped


def test_a_union_of_one_part_is_refused_even_where_the_goal_names_no_index():
    kernel = Kernel(language.signature)
    with pytest.raises(KernelError, match="i already names an element of 'C'"):
        kernel.union(s, i, [kernel.assume(s >= 0)])


def test_a_line_with_a_number_that_is_too_long_is_refused():
    kernel = Kernel(language.signature)
    line = kernel.assume(s >= 0)
    longest = Fraction(2) ** (LONGEST_NUMBER - 1)
    kernel.combine([(longest, line)])
    with pytest.raises(KernelError, match="a number grew too long"):
        kernel.combine([(2 * longest, line)])


def test_a_successor_that_sums_rests_on_the_size():
    """theta at t + 1 is the sum of ones over C: n, but only where n is a natural number."""
    own = Language()
    size = own.integer("size")
    some = own.index_set("D", size)
    moving = own.scalar("moving", varies=True)
    own.successor(moving, total(some.index("d"), 1))
    kernel = Kernel(own.signature)
    nothing = kernel.weaken(kernel.combine(()))
    line = RULES["robbins_siegmund"](
        kernel, "converges", moving, ZERO, ZERO, ZERO,
        kernel.assume(size <= (1 + ZERO) * moving + ZERO - ZERO),
        (kernel.assume(moving >= 0), nothing, nothing, nothing),
        kernel.integrable_deterministic(size),
        (RULES["nothing"](kernel),) * 2,
    )  # fmt: skip
    assert (size >= 0) in line.assumptions
