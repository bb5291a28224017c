"""What a line proves, what a theorem needs, and how a theorem becomes a lemma."""

from types import SimpleNamespace

import pytest

from tests.refusals.toy import (
    A,
    B,
    K,
    Krum,
    S,
    U,
    V,
    a,
    b,
    c,
    chosen,
    doubled,
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
    t,
    theta,
    u,
    x,
)
from tests.theory.kernel.units.examples import ZERO
from theory.kernel.formulas import owed
from theory.kernel.rules import Kernel, Line, Theorem
from theory.kernel.terms import (
    AlmostSure,
    Atom,
    Exists,
    IllTyped,
    Index,
    Integrable,
    KernelError,
    Plus,
    Relation,
    Root,
    Signature,
    SomeConstant,
    Symbol,
    Times,
    term,
)
from theory.notation.language import differ, expectation, norm, total

signature = language.signature
ORDERS = (">=", ">", "=")


@pytest.fixture
def kernel():
    return Kernel(signature)


def theorem(kernel, statement, *obligations):
    """A theorem that assumes itself."""
    return kernel.conclude(
        statement, [kernel.assume(statement)], [kernel.assume(o) for o in obligations]
    )


def lemma(statement, *obligations):
    """A kernel with one lemma, which assumes itself."""
    return Kernel(signature, {"it": theorem(Kernel(signature), statement, *obligations)})


# -- what a line proves -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "kinds"),
    [("<=", ORDERS), ("<", (">",)), ("=", ("=",)), (">=", ORDERS), (">", (">",))],
)
@pytest.mark.parametrize("kind", ORDERS)
def test_a_relation_is_proved_by_a_line_that_is_no_weaker(kernel, op, kinds, kind):
    statement = Relation(s, op, t)
    difference = t - s if op in ("<=", "<") else s - t
    line = kernel.assume(Relation(difference, kind, ZERO))
    assert kernel.proves(line, statement) == (kind in kinds)
    opposite = kernel.assume(Relation(-difference, kind, ZERO))
    assert kernel.proves(opposite, statement) == (kind == op == "=")


def test_a_line_of_another_term_proves_nothing(kernel):
    assert not kernel.proves(kernel.assume(s >= 0), t >= 0)
    assert not kernel.proves(kernel.assume(s >= 0), 2 * s >= 0)
    assert not kernel.proves(kernel.assume(s.eq(0)), (2 * s).eq(0))
    assert not kernel.proves(kernel.assume(Integrable(S)), S >= 0)
    assert not kernel.proves(kernel.assume(S >= 0), Integrable(S))
    assert kernel.proves(kernel.assume(Integrable(S)), Integrable(S))
    assert not kernel.proves(kernel.assume(Integrable(S)), Integrable(-S))


def test_a_line_about_an_index_proves_only_what_has_it(kernel):
    line = kernel.assume(Relation(s + 0 * c[i], ">=", ZERO))
    assert not kernel.proves(line, s >= 0)
    assert kernel.proves(line, Relation(s + 0 * c[i], ">=", ZERO))
    assert kernel.proves(kernel.assume(s >= 0), Relation(s + 0 * c[i], ">=", ZERO))


@pytest.mark.parametrize("kind", ["converges", "bounded", "vanishes", "summable", "divergent"])
def test_a_sequence_line_proves_its_own_kind(kernel, kind):
    line = kernel.assume(AlmostSure(kind, theta))
    for other in ("converges", "bounded", "vanishes", "summable", "divergent"):
        assert kernel.proves(line, AlmostSure(other, theta)) == (other == kind)
    assert not kernel.proves(line, AlmostSure(kind, -theta))


def test_a_line_of_another_kernel_proves_nothing_here(kernel):
    with pytest.raises(KernelError, match="belongs to another derivation"):
        kernel.proves(Kernel(signature).assume(s >= 0), s >= 0)


@pytest.mark.parametrize("op", ["<", ">"])
def test_no_strict_relation_is_proved_under_a_condition(kernel, op):
    with pytest.raises(KernelError, match="a strict relation cannot be proved under a condition"):
        kernel.meaning(Relation(s, op, t, (near[a, b],)))


@pytest.mark.parametrize("op", ["<=", "=", ">="])
def test_under_a_condition_the_difference_is_multiplied_by_it(kernel, op):
    kind, poly = kernel.meaning(Relation(s, op, t, (near[a, b],)))
    difference = t - s if op == "<=" else s - t
    assert kind == ("=" if op == "=" else ">=")
    assert poly == kernel.algebra.normal(near[a, b] * difference)


def test_what_does_not_denote_has_no_meaning(kernel):
    with pytest.raises(IllTyped):
        kernel.meaning(Relation(s, "<=", u))
    with pytest.raises(IllTyped):
        kernel.meaning(AlmostSure("bounded", S))


# -- conclude ---------------------------------------------------------------------------------


def test_a_theorem_says_what_was_concluded_and_from_what(kernel):
    found = kernel.conclude(
        1 / s >= 0, [kernel.assume(1 / s >= 0)], [kernel.assume(s * s > 0), kernel.assume(t >= 0)]
    )
    assert isinstance(found, Theorem)
    assert found.statement == (1 / s >= 0)
    assert found.assumptions == {1 / s >= 0, s * s > 0, t >= 0}


@pytest.mark.parametrize("count", [0, 2])
def test_a_relation_takes_exactly_one_line(kernel, count):
    with pytest.raises(KernelError, match="the derivation proves another statement"):
        kernel.conclude(s >= 0, [kernel.assume(s >= 0)] * count, [])


def test_another_statement_is_not_concluded(kernel):
    with pytest.raises(KernelError, match="the derivation proves another statement"):
        kernel.conclude(t >= 0, [kernel.assume(s >= 0)], [])


@pytest.mark.parametrize("where", ["line", "obligation"])
def test_lines_of_another_kernel_conclude_nothing(kernel, where):
    own, other = kernel.assume(s >= 0), Kernel(signature).assume(s >= 0)
    lines, rest = ([other], []) if where == "line" else ([own], [other])
    with pytest.raises(KernelError, match="belongs to another derivation"):
        kernel.conclude(s >= 0, lines, rest)


def test_only_a_constant_takes_a_value(kernel):
    with pytest.raises(KernelError, match="only a statement about a constant takes a value"):
        kernel.conclude(s >= 0, [kernel.assume(s >= 0)], [], term(1))


def test_an_ill_typed_statement_is_not_concluded(kernel):
    with pytest.raises(IllTyped):
        kernel.conclude(SomeConstant("u", (), s >= 0), [kernel.assume(s >= 0)], [], term(1))
    with pytest.raises(IllTyped):
        kernel.conclude(SomeConstant("A", ("n",), s >= u), [kernel.assume(s >= 0)], [], term(1))


OWED = [
    (1 / s >= 0, [s * s > 0]),
    (t / (1 / s) >= 0, [(1 / s) * (1 / s) > 0, s * s > 0]),
    (t / 2 >= 0, []),
    (Root(s) >= 0, [s >= 0]),
    (Root(term(2)) >= 0, []),
    (Root(term(0)) >= 0, []),
    (Root(term(-2)) >= 0, [term(-2) >= 0]),
    (t / term(0) >= 0, [term(0) * term(0) > 0]),
    (expectation(S) >= 0, [Integrable(S)]),
    (expectation(s) >= 0, []),
    (norm(1 / s * u) >= 0, [s * s > 0]),
    (total(i, 1 / c[i]) >= 0, [n - f >= 0, c[i] * c[i] > 0]),
    (total(k, x[k]) >= total(a, x[a]), [f >= 0, n - f >= 0]),
    (Krum @ u >= 0, [Plus((n - f, f)) > 0, n - f >= 0, f >= 0]),
    (chosen.equals(a) <= s, [Plus((n - f, f)) > 0]),
    (following.of(i).equals(j) >= 0, []),
    (Relation(s, ">=", t / s, ()), [s * s > 0]),
    (Integrable(S / s), [s * s > 0]),
    (AlmostSure("bounded", theta / s), [s * s > 0]),
    (SomeConstant("A", (), s <= A * (1 / t)), [t * t > 0]),
    (SomeConstant("A", (), total(i, c[i]) <= A), [n - f >= 0]),
    (Exists(a, (x[a] >= 1 / t, x[a] <= Root(s))), [n - f >= 0, f >= 0, t * t > 0, s >= 0]),
    (1 / s + 1 / s >= 0, [s * s > 0]),
    (doubled / s >= 0, [s * s > 0]),
]


@pytest.mark.parametrize(("statement", "debt"), OWED)
def test_a_statement_owes_what_it_needs_to_denote(statement, debt):
    assert owed(signature, statement) == debt


@pytest.mark.parametrize(("statement", "debt"), OWED)
def test_a_debt_that_is_not_paid_is_no_theorem(kernel, statement, debt):
    if not isinstance(statement, (Relation, Integrable, AlmostSure)):
        return
    line = kernel.assume(statement)
    for missing in debt:
        paid = [kernel.assume(one) for one in debt if one != missing]
        with pytest.raises(KernelError, match="the statement may not denote: not shown that"):
            kernel.conclude(statement, [line], paid)
    found = kernel.conclude(statement, [line], [kernel.assume(o) for o in debt])
    assert found.statement == statement


def test_a_condition_can_owe_nothing_but_is_read(kernel):
    assert owed(kernel.signature, Relation(s, ">=", t, (near[a, b],))) == []


# -- some constant ----------------------------------------------------------------------------


CONSTANT = SomeConstant("A", ("n",), s <= A * t)


def test_a_constant_is_found_by_its_value(kernel):
    line = kernel.assume(s <= n * t)
    assert kernel.conclude(CONSTANT, [line], [], n).statement == CONSTANT


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "no value is given for the constant 'A'"),
        (f, r"the constant may depend on \('n',\) alone"),
        (n + f, r"the constant may depend on \('n',\) alone"),
        (2 * n, "the derivation proves another statement"),
        (total(i, 1), "plain arithmetic of parameters"),
        (expectation(n), "plain arithmetic of parameters"),
        (doubled, "plain arithmetic of parameters"),
        (c[i], "plain arithmetic of parameters"),
        (n * 0 + c[i] * 0, "plain arithmetic of parameters"),
    ],
)
def test_a_value_that_will_not_do(kernel, value, reason):
    with pytest.raises(KernelError, match=reason):
        kernel.conclude(CONSTANT, [kernel.assume(s <= n * t)], [], value)


def test_a_constant_behind_a_definition_is_refused(kernel):
    statement = SomeConstant("B", (), doubled <= B)
    with pytest.raises(KernelError, match="'B' is in a size or a definition"):
        kernel.conclude(statement, [kernel.assume(doubled <= 1)], [], term(1))


def test_an_assumption_may_not_know_the_constant(kernel):
    line = kernel.combine([(term(1).value, kernel.assume(s <= n * t))])
    known = kernel.assume(A >= 0)
    with pytest.raises(KernelError, match="an assumption speaks of the constant"):
        kernel.conclude(CONSTANT, [line], [known], n)


# -- there is an index ------------------------------------------------------------------------

INNER = Index("w", "W")
CHOICE = Exists(a, (x[a] >= s,))


def sizes(kernel):
    """That what is chosen from can be counted, as an Exists owes."""
    return [kernel.assume(n - f >= 0), kernel.assume(f >= 0)]


def weights(kernel, w):
    """w >= 0 and Sum w > 0."""
    return kernel.assume(w >= 0), kernel.assume(total(a, w) > 0)


def test_a_weight_that_is_not_all_zero_chooses_an_index(kernel):
    weight, positive = weights(kernel, x[a])
    product = kernel.assume(x[a] * (x[a] - s) >= 0)
    found = kernel.conclude(CHOICE, [weight, positive, product], sizes(kernel))
    weights_ = {x[a] >= 0, total(a, x[a]) > 0, x[a] * (x[a] - s) >= 0}
    assert found.assumptions == weights_ | {n - f >= 0, f >= 0}


@pytest.mark.parametrize("kinds", [(k, p, q) for k in ORDERS for p in ORDERS for q in ORDERS])
def test_the_kinds_of_a_finite_choice(kernel, kinds):
    terms = (x[a], total(a, x[a]), x[a] * (x[a] - s))
    lines = [kernel.assume(Relation(y, kind, ZERO)) for y, kind in zip(terms, kinds, strict=True)]
    if kinds[0] in (">=", ">") and kinds[1] == ">":
        assert kernel.conclude(CHOICE, lines, sizes(kernel))
    else:
        with pytest.raises(KernelError, match="finite choice needs w >= 0 and Sum w > 0"):
            kernel.conclude(CHOICE, lines, [])


@pytest.mark.parametrize("kind", ORDERS)
def test_an_equation_at_the_chosen_index_needs_an_equation(kernel, kind):
    weight, positive = weights(kernel, x[a])
    line = kernel.assume(Relation(x[a] * (x[a] - s), kind, ZERO))
    goal = Exists(a, (x[a].eq(s),))
    if kind == "=":
        assert kernel.conclude(goal, [weight, positive, line], sizes(kernel))
    else:
        with pytest.raises(KernelError, match="a line is not the weight times its relation"):
            kernel.conclude(goal, [weight, positive, line], [])


def test_a_strict_relation_at_the_chosen_index_is_not_shown_by_a_product(kernel):
    weight, positive = weights(kernel, x[a])
    line = kernel.assume(x[a] * (x[a] - s) > 0)
    with pytest.raises(KernelError, match="a line is not the weight times its relation"):
        kernel.conclude(Exists(a, (x[a] > s,)), [weight, positive, line], [])


def test_a_finite_choice_with_a_part_missing_or_wrong(kernel):
    weight, positive = weights(kernel, x[a])
    product = kernel.assume(x[a] * (x[a] - s) >= 0)
    other = kernel.assume(x[a] * (x[a] - t) >= 0)
    elsewhere = kernel.assume(total(a, near[a, b]) > 0)
    for lines, reason in (
        ([], "finite choice needs its weight and the sum of the weights"),
        ([weight, positive], "one line for each relation"),
        ([weight, positive, product, product], "one line for each relation"),
        ([weight, elsewhere, product], "the second line is not the sum of the weights"),
        ([weight, positive, other], "a line is not the weight times its relation"),
    ):
        with pytest.raises(KernelError, match=reason):
            kernel.conclude(CHOICE, lines, [])


def test_a_weight_may_depend_on_what_is_chosen_before(kernel):
    weight, positive = weights(kernel, near[b, a])
    product = kernel.assume(near[b, a] * (x[a] - x[b]) >= 0)
    goal = Exists(a, (x[a] >= x[b],))
    assert kernel.conclude(goal, [weight, positive, product], sizes(kernel))
    late = Exists(a, (x[a] >= x[b],), (b,))
    with pytest.raises(KernelError, match="the weight depends on an index that is chosen later"):
        kernel.conclude(late, [weight, positive, product], [])


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_index_that_has_cancelled_counts_in_a_choice(kernel, place):
    terms = [x[a], total(a, x[a]), x[a] * (x[a] - s)]
    terms[place] = terms[place] + 0 * x[b]
    kinds = (">=", ">", ">=")
    lines = [kernel.assume(Relation(y, kind, ZERO)) for y, kind in zip(terms, kinds, strict=True)]
    with pytest.raises(KernelError):
        kernel.conclude(CHOICE, lines, [])


def test_a_relation_for_all_inner_indices(kernel):
    weight, positive = weights(kernel, x[a])
    product = kernel.assume(x[a] * (x[a] - x[b]) >= 0)
    goal = Exists(a, (x[a] >= x[b],), (b,))
    assert kernel.conclude(goal, [weight, positive, product], sizes(kernel))
    with pytest.raises(KernelError, match="the statement may not denote"):
        kernel.conclude(goal, [weight, positive, product], [])


LEAST = Exists(a, (x[a] <= x[b],), (b,))


def test_a_finite_set_that_is_not_empty_has_a_least_element(kernel):
    found = kernel.conclude(LEAST, [kernel.assume(n > 0)], sizes(kernel))
    assert found.assumptions == {n > 0, n - f >= 0, f >= 0}


@pytest.mark.parametrize(
    "goal",
    [
        Exists(a, (x[a] >= x[b],), (b,)),
        Exists(a, (x[b] <= x[a],), (b,)),
        Exists(a, (x[a] < x[b],), (b,)),
        Exists(a, (x[a] <= x[b] + 1,), (b,)),
        Exists(a, (x[a] <= x[i],), (i,)),
        Exists(a, (x[a] + x[b] <= x[b] + x[b],), (b,)),
        Exists(a, (x[a] <= x[b], x[a] <= x[b]), (b,)),
        Exists(a, (x[a] <= x[b],), (b, INNER)),
        Exists(a, (x[a] <= x[b],)),
        Exists(a, ((x[a] <= x[b]).when(near[a, b]),), (b,)),
    ],
)
def test_nothing_else_follows_from_finiteness(kernel, goal):
    with pytest.raises(KernelError, match=r"only `x\(i\) <= x\(j\) for all j` follows"):
        kernel.conclude(goal, [kernel.assume(n > 0)], [])


@pytest.mark.parametrize(
    "line", [n >= 0, n - f > 0, n > 1, Relation(n + 0 * x[b], ">", ZERO), n.eq(0)]
)
def test_a_least_element_needs_an_element(kernel, line):
    with pytest.raises(KernelError, match=r"set has an element|of kind > was expected"):
        kernel.conclude(LEAST, [kernel.assume(line)], sizes(kernel))


# -- lemmas -----------------------------------------------------------------------------------


def test_a_lemma_is_a_line_with_its_assumptions():
    line = lemma(s <= t).lemma("it", {})
    assert (line.kind, line.assumptions) == (">=", {s <= t})


def test_a_symbol_of_a_lemma_is_replaced_throughout():
    kernel = lemma(s <= t)
    line = kernel.lemma("it", {"s": A + 1})
    replaced = Relation(A + 1, "<=", t)
    assert line.assumptions == {replaced}
    assert kernel.proves(line, replaced)


def test_a_premise_pays_for_an_assumption_of_a_lemma():
    kernel = lemma(s <= t)
    paid = kernel.combine([(term(1).value, kernel.assume(t - s > 0))])
    assert kernel.cut(kernel.lemma("it", {}), s <= t, paid).assumptions == {t - s > 0}
    assert kernel.cut(kernel.lemma("it", {}), s <= t, kernel.assume(t >= s)).assumptions == {t >= s}


def test_an_index_of_a_lemma_stays():
    kernel = lemma(Relation(s + 0 * c[i], ">=", ZERO))
    assert kernel.lemma("it", {}).context == {("C", "i")}
    replaced = lemma(Relation(s * c[i], ">=", ZERO)).lemma("it", {"s": ZERO})
    assert replaced.context == {("C", "i")}


@pytest.mark.parametrize(
    ("statement", "values", "reason"),
    [
        (s <= t, {"nobody": s}, "'nobody' is not a plain symbol"),
        (s <= t, {"c": s}, "'c' is not a plain symbol"),
        (s <= t, {"s": c[i]}, "would capture a free index"),
        (s <= t, {"s": u}, "the value for 's' is of another sort"),
        (u.eq(g), {"u": s}, "the value for 'u' is of another sort"),
        (s <= t, {"s": S}, "'s' is deterministic, its value is not"),
        (K >= 0, {"K": s}, "'K' is an integer, its value need not be"),
        (n >= 0, {"n": K}, "is in a size or a definition and cannot be replaced"),
        (B >= 0, {"B": s}, "is in a size or a definition and cannot be replaced"),
        (AlmostSure("bounded", theta), {"s": t}, "is about a whole run"),
    ],
)
def test_a_value_that_a_lemma_does_not_take(statement, values, reason):
    with pytest.raises(KernelError, match=reason):
        lemma(statement).lemma("it", values)


def test_a_lemma_about_a_run_is_used_as_it_is():
    assert lemma(AlmostSure("bounded", theta)).lemma("it", {}).kind == "bounded"


def test_an_integer_is_replaced_by_an_integer():
    kernel = lemma(K >= 0)
    assert kernel.lemma("it", {"K": 2 * n}).assumptions == {2 * n >= 0}


def test_a_random_symbol_takes_what_is_random_or_not():
    kernel = lemma(s <= S)
    assert kernel.lemma("it", {"S": t}).assumptions == {Relation(s, "<=", t)}


def test_a_lemma_that_was_not_proved_is_refused(kernel):
    with pytest.raises(KernelError, match="'it' has not been proved before this point"):
        kernel.lemma("it", {})


def test_a_statement_that_is_no_relation_is_no_lemma(kernel):
    found = kernel.conclude(LEAST, [kernel.assume(n > 0)], sizes(kernel))
    with pytest.raises(KernelError, match="is not a relation, so it cannot be a lemma"):
        Kernel(signature, {"it": found}).lemma("it", {})


def test_a_symbol_of_an_iid_assumption_stays():
    other = Kernel(signature)
    line = other.identical(iid, i, V[i] @ V[i])
    left, right = expectation(V[i] @ V[i]), expectation(Atom("G") @ Atom("G"))
    needed = [
        other.assume(Integrable(V[i] @ V[i])),
        other.assume(Integrable(Atom("G") @ Atom("G"))),
    ]
    found = other.conclude(left.eq(right), [line], needed)
    kernel = Kernel(signature, {"it": found})
    with pytest.raises(KernelError, match="a symbol of an Iid assumption cannot be replaced"):
        kernel.lemma("it", {"G": U})
    assert iid in kernel.lemma("it", {"s": t}).assumptions


def test_a_value_that_makes_no_sense_in_the_lemma_is_refused():
    statement = (norm(u) ** 12) >= 0
    with pytest.raises(IllTyped):
        lemma(statement).lemma("it", {"u": Times((u, u))})


# -- what nobody can make ---------------------------------------------------------------------


def test_lines_and_theorems_are_made_by_the_kernel_alone(kernel):
    with pytest.raises(KernelError, match="a line is made by a rule of the kernel"):
        Line(object(), kernel, ">", (), frozenset(), frozenset())
    with pytest.raises(KernelError, match=r"a theorem is made by Kernel\.conclude"):
        Theorem(object(), s >= 0, frozenset())


def test_what_only_looks_like_a_line_is_refused(kernel):
    forged = SimpleNamespace(
        _kernel=kernel,
        kind=">",
        poly=kernel.algebra.normal(s),
        context=frozenset(),
        assumptions=frozenset(),
    )
    with pytest.raises(KernelError, match="the line belongs to another derivation"):
        kernel.weaken(forged)
    with pytest.raises(KernelError, match="the line belongs to another derivation"):
        kernel.conclude(s > 0, [forged], [])


def test_an_indicator_of_a_lemma_is_not_replaced():
    own = Signature(symbols={"flag": Symbol("indicator", random=False)})
    first = Kernel(own)
    flag = Atom("flag")
    found = first.conclude(flag >= 0, [first.square(flag)], [])
    with pytest.raises(KernelError, match="'flag' is 0 or 1 and cannot be replaced"):
        Kernel(own, {"it": found}).lemma("it", {"flag": term(-1)})


def test_the_polynomial_that_a_line_gives_away_is_a_copy(kernel):
    line = kernel.assume(s >= 0)
    line.poly.clear()
    assert line.poly == kernel.algebra.normal(s)


def test_a_kernel_keeps_its_own_lemmas():
    lemmas = {"it": theorem(Kernel(signature), s >= 0)}
    kernel = Kernel(signature, lemmas)
    lemmas.clear()
    assert kernel.lemma("it", {}).kind == ">="
    assert Kernel(signature).lemmas == {}


def test_different_indices_differ(kernel):
    assert kernel.algebra.normal(differ(i, i)) == {}
    assert kernel.algebra.normal(differ(i, k)) == kernel.algebra.normal(term(1))
    assert kernel.algebra.normal(differ(i, j)) != kernel.algebra.normal(term(1))
