"""The language refuses what does not denote, and says why; its operations on terms are exact."""

from fractions import Fraction

import pytest

from tests.refusals.toy import (
    A,
    G,
    Krum,
    S,
    U,
    V,
    a,
    b,
    c,
    chosen,
    count,
    doubled,
    f,
    g,
    i,
    j,
    k,
    language,
    n,
    near,
    s,
    step,
    t,
    theta,
    theta_next,
    u,
    x,
)
from theory.kernel.formulas import (
    context_of,
    evident,
    parameters,
    put,
    replace_everywhere,
    replace_in,
    symbols_of,
    walk_names,
)
from theory.kernel.terms import (
    AlmostSure,
    At,
    Atom,
    Call,
    Cited,
    Definition,
    Equal,
    Exists,
    Expect,
    Iid,
    IllTyped,
    Index,
    Inner,
    Integrable,
    KernelError,
    Norm,
    Number,
    Plus,
    Power,
    Quotient,
    Relation,
    Root,
    Signature,
    SomeConstant,
    Symbol,
    Times,
    Total,
    children,
    free_indices,
    replace_atoms,
    substitute,
    term,
    walk,
)
from theory.notation.language import expectation, total

signature = language.signature
nowhere = Index("i", "nowhere")
ONE = term(1)

ILL_TYPED = [
    ("'nobody' is not declared", Atom("nobody")),
    ("'c' takes 1 indices, not 0", Atom("c")),
    ("'c' takes 1 indices, not 2", Atom("c", (i, j))),
    ("'c' wants an index of C, a is one of W", Atom("c", (a,))),
    ("index 'i' ranges over no declared set", Atom("c", (nowhere,))),
    ("a number cannot be added to a vector", Plus((s, u))),
    ("a number cannot be added to a vector", Plus(())),
    ("two vectors have an inner product, not a product", Times((u, g))),
    ("exponents are 0 to 12", Power(s, 13)),
    ("exponents are 0 to 12", Power(s, -1)),
    ("exponents are 0 to 12", Power(s, Fraction(1))),
    ("a power must be a number", Power(u, 2)),
    ("a denominator must be a number", Quotient(s, u)),
    ("a square root must be a number", Root(u)),
    ("an inner product takes two vectors", Inner(s, u)),
    ("an inner product takes two vectors", Inner(u, s)),
    ("a norm takes a vector, not a number", Norm(s)),
    ("has no declared set", Total(nowhere, s)),
    ("a condition must be a 0/1 variable", Total(i, s, (s,))),
    ("'nobody' is not a choice of an index", At(a, "nobody", (), s)),
    ("'near' is not a choice of an index", At(b, "near", (a,), s)),
    ("'chosen' takes 1 indices, not 2", At(a, "chosen", (b,), s)),
    ("i is chosen by 'following', so it cannot be its argument", At(i, "following", (i,), s)),
    ("'chosen' chooses in W, not in C", At(i, "chosen", (), s)),
    ("'following' wants an index of C", At(j, "following", (a,), s)),
    ("ranges over no declared set", Equal(nowhere, i)),
    ("ranges over no declared set", Equal(i, nowhere)),
    ("'nobody' is not defined", Call("nobody")),
    ("'count' takes 1 indices, not 0", Call("count")),
    ("'doubled' takes 0 indices, not 1", Call("doubled", (i,))),
    ("index 'i' ranges over no declared set", Call("count", (nowhere,))),
    ("is not a term", "s"),
    ("is not a term", Relation(s, ">=", t)),
]


@pytest.mark.parametrize(("reason", "bad"), ILL_TYPED)
def test_a_term_that_does_not_denote_is_refused(reason, bad):
    with pytest.raises(IllTyped) as refusal:
        signature.check(bad)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("sort", "good"),
    [
        ("scalar", ONE), ("scalar", s), ("vector", u), ("scalar", c[i]), ("vector", V[i]),
        ("vector", Plus((u, g))), ("vector", s * u), ("scalar", s * t), ("scalar", Power(s, 0)),
        ("scalar", Power(s, 12)), ("vector", u / s), ("scalar", s / t), ("scalar", Root(s)),
        ("scalar", u @ g), ("scalar", Norm(u)), ("scalar", total(i, c[i])),
        ("vector", total(i, V[i])), ("vector", Expect(V[i])), ("scalar", Expect(S)),
        ("vector", Krum), ("scalar", chosen.at(a, x[a])), ("scalar", Equal(i, k)),
        ("scalar", count[a]), ("scalar", doubled), ("scalar", At(j, "following", (i,), c[j])),
        ("scalar", Total(i, s, (near[i, a], 1 - near[a, i], Equal(i, j), chosen.equals(a)))),
    ],
)  # fmt: skip
def test_the_sort_of_a_term(sort, good):
    assert signature.check(good) == sort


NO_FORMULAS = [
    ("'!=' is not a relation", Relation(s, "!=", t)),
    ("a number cannot be compared with a vector", Relation(s, "=", u)),
    ("vectors are equal or not; they are not ordered", Relation(u, "<=", g)),
    ("a condition must be a 0/1 variable", Relation(s, "<=", t, (s,))),
    ("'nobody' is not declared", Integrable(Atom("nobody"))),
    ("'grows' is nothing that a sequence does", AlmostSure("grows", theta)),
    ("numbers that are known at time t", AlmostSure("bounded", u)),
    ("numbers that are known at time t", AlmostSure("bounded", S)),
    ("numbers that are known at time t", AlmostSure("bounded", c[i])),
    ("is not a theorem that can be cited", Cited("fermat")),
    ("Exists needs an index, and relations about it", Exists(a, ())),
    ("Exists needs an index, and relations about it", Exists(a, (x[a] >= 0,), (a,))),
    ("Exists needs an index, and relations about it", Exists(nowhere, (s >= 0,))),
    ("vectors are equal or not", Exists(a, (Relation(V[a], "<=", u),))),
    ("'nobody' must be a plain deterministic number", SomeConstant("nobody", (), s <= t)),
    ("'S' must be a plain deterministic number", SomeConstant("S", (), s <= t)),
    ("'u' must be a plain deterministic number", SomeConstant("u", (), s <= t)),
    ("'c' must be a plain deterministic number", SomeConstant("c", (), s <= t)),
    ("'S' must be a plain deterministic number", SomeConstant("A", ("S",), s <= t)),
    ("the constant 'n' must be a plain real number", SomeConstant("n", (), s <= t)),
    ("cannot depend on 'theta', which changes with t", SomeConstant("A", ("theta",), s <= t)),
    ("vectors are equal or not", SomeConstant("A", (), Relation(u, "<=", g))),
    ("Iid needs a random vector family", Iid("V", "nowhere", "G")),
    ("Iid needs a random vector family", Iid("nobody", "C", "G")),
    ("Iid needs a random vector family", Iid("V", "C", "nobody")),
    ("Iid needs a random vector family", Iid("x", "C", "G")),
    ("Iid needs a random vector family", Iid("V", "C", "S")),
    ("Iid needs a random vector family", Iid("V", "C", "u")),
    ("Iid needs a random vector family", Iid("G", "C", "G")),
    ("is not a formula", s),
]


@pytest.mark.parametrize(("reason", "bad"), NO_FORMULAS)
def test_a_formula_that_does_not_denote_is_refused(reason, bad):
    with pytest.raises(IllTyped) as refusal:
        signature.check_formula(bad)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    "condition",
    [s, n, ONE, 1 - s, 2 - near[a, b], 1 + near[a, b], 1 - 2 * near[a, b], near[a, b] * s, S,
     near[a, b] - 1, Plus((ONE, Times((Number(Fraction(-1)), near[a, b], s)))),
     Plus((Number(Fraction(1, 2)), -near[a, b])), Norm(u)],
)  # fmt: skip
def test_a_condition_is_an_indicator_or_one_less_one(condition):
    with pytest.raises(IllTyped, match="a condition must be a 0/1 variable or 1 minus one"):
        signature.check_condition(condition)


@pytest.mark.parametrize(
    "condition",
    [near[a, b], chosen.equals(a), Equal(i, j), 1 - near[a, b], 1 - (1 - near[a, b])],
)
def test_what_is_a_condition(condition):
    signature.check_condition(condition)


@pytest.mark.parametrize("bad", [Atom("near", (a,)), Equal(i, nowhere), 1 - Atom("near", (a,))])
def test_a_condition_is_a_term_that_denotes(bad):
    with pytest.raises(IllTyped, match=r"takes 2 indices|ranges over no declared set"):
        signature.check_condition(bad)


# -- declarations -----------------------------------------------------------------------------

number = Symbol("scalar", random=False)
whole = Symbol("integer", random=False)
varying = Symbol("scalar", random=False, varies=True)
N = Atom("N")
base = {"symbols": {"N": whole}, "sizes": {"I": N}}
q = Index("q", "I")

DECLARATIONS = [
    ("'a b' is not a name", {"symbols": {"a b": number}}),
    ("'I' is declared twice", {**base, "symbols": {"N": whole, "I": number}}),
    ("'N' is declared twice", {**base, "definitions": {"N": Definition((), ONE)}}),
    ("union 'U' must join different base sets", {**base, "unions": {"U": ("I", "I")}}),
    ("union 'U' must join different base sets", {**base, "unions": {"U": ("I", "J")}}),
    ("symbol 'y' has an unknown sort or index set", {"symbols": {"y": Symbol("text", False)}}),
    ("symbol 'y' has an unknown sort or index set",
     {"symbols": {"y": Symbol("scalar", False, ("J",))}}),
    ("integer 'y' must be deterministic", {"symbols": {"y": Symbol("integer", True)}}),
    ("'y' varies with t, so it is known at t",
     {"symbols": {"y": Symbol("scalar", True, varies=True)}}),
    ("choice 'y' needs the index set of its value", {"symbols": {"y": Symbol("choice", True)}}),
    ("the size of 'I' must be made of whole numbers",
     {"symbols": {"N": whole}, "sizes": {"I": Root(N)}}),
    ("the size of 'I' must be made of whole numbers",
     {"symbols": {"N": Symbol("vector", False)}, "sizes": {"I": N}}),
    ("the size of 'I' must be made of whole numbers",
     {"symbols": {"N": Symbol("scalar", True)}, "sizes": {"I": N}}),
    ("made of whole numbers and integer symbols that do not vary",
     {"symbols": {"N": varying}, "sizes": {"I": N}}),
    (r"definition 'y' uses \['z'\], not defined before it",
     {"definitions": {"y": Definition((), Call("z")), "z": Definition((), ONE)}}),
    (r"definition 'y' uses \['y'\], not defined before it",
     {"definitions": {"y": Definition((), Call("y"))}}),
    ("definition 'y' repeats a parameter", {**base, "definitions": {"y": Definition((q, q), ONE)}}),
    (r"definition 'y' hides \['q'\]", {**base, "definitions": {"y": Definition((), Equal(q, q))}}),
    ("'nobody' is not declared", {"definitions": {"y": Definition((), Atom("nobody"))}}),
    ("'y' has a successor but is no plain varying symbol", {"successors": {"y": ONE}}),
    ("'y' has a successor but is no plain varying symbol",
     {"symbols": {"y": number}, "successors": {"y": ONE}}),
    ("'y' has a successor but is no plain varying symbol",
     {**base, "symbols": {"N": whole, "y": Symbol("scalar", False, ("I",), True)},
      "successors": {"y": ONE}}),
    ("'y' has a successor but is no plain varying symbol",
     {**base, "symbols": {"N": whole, "y": varying}, "successors": {"y": Equal(q, q)}}),
    ("the successor of the integer 'y' need not be one",
     {"symbols": {"y": Symbol("integer", False, varies=True)}, "successors": {"y": ONE}}),
    ("the successor of 'y' is of another sort",
     {"symbols": {"y": varying, "v": Symbol("vector", False)}, "successors": {"y": Atom("v")}}),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "parts"), DECLARATIONS)
def test_a_declaration_that_makes_no_sense_is_refused(reason, parts):
    with pytest.raises(KernelError, match=reason):
        Signature(**parts)


def test_a_declaration_that_makes_sense():
    made = Signature(
        sizes={"I": N * N + 1, "J": ONE},
        unions={"U": ("I", "J")},
        symbols={
            "N": whole,
            "y": varying,
            "pick": Symbol("choice", True, ("U",)),
            "v": Symbol("vector", False, varies=True),
            "w": Symbol("vector", True),
        },
        definitions={"one": Definition((), ONE), "two": Definition((q,), Call("one") * 2)},
        successors={"y": Atom("y") + 1, "v": Atom("w")},
    )
    assert made.parts("U") == ("I", "J")
    assert made.parts("I") == ("I",)
    assert made.within("I", "U")
    assert not made.within("U", "I")
    assert made.is_set("U")
    assert made.is_set("I")
    assert not made.is_set("N")


@pytest.mark.parametrize("name", ["#1.0", "$0", "", "a b", 3, None])
def test_an_index_has_a_name_that_could_be_written(name):
    with pytest.raises(KernelError, match="is not the name of an index"):
        Index(name, "C")


@pytest.mark.parametrize("bad", [0.5, True, "s", None])
def test_only_exact_numbers_become_terms(bad):
    with pytest.raises(IllTyped, match="is not a term: use int, Fraction or a term"):
        term(bad)


def test_operators_build_the_terms_that_they_look_like():
    minus = Number(Fraction(-1))
    assert 1 + s == Plus((ONE, s))
    assert s + 1 == Plus((s, ONE))
    assert 1 - s == Plus((ONE, Times((minus, s))))
    assert s - 1 == Plus((s, Times((minus, ONE))))
    assert -s == Times((minus, s))
    assert 2 * s == Times((term(2), s))
    assert s * 2 == Times((s, term(2)))
    assert s / 2 == Quotient(s, term(2))
    assert 2 / s == Quotient(term(2), s)
    assert s**2 == Power(s, 2)
    assert u @ g == Inner(u, g)
    assert (s + t) + A == Plus((s, t, A))
    assert (s * t) * A == Times((s, t, A))
    assert [r.op for r in (s <= t, s < t, s >= t, s > t, s.eq(t))] == ["<=", "<", ">=", ">", "="]
    assert (s <= t).when(near[a, b]).given == (near[a, b],)
    with pytest.raises(TypeError, match="a relation has no truth value"):
        bool(s <= t)


# -- what is random, what changes -------------------------------------------------------------


@pytest.mark.parametrize(
    "x_", [S, U, V[i], near[a, b], chosen.equals(a), Krum, count[a], s + S, S / s, total(i, x[i]),
           chosen.at(a, s), At(j, "following", (i,), c[j]), Norm(U), Expect(S) * S]
)  # fmt: skip
def test_what_mentions_the_outcome_is_random(x_):
    assert signature.is_random(x_)


@pytest.mark.parametrize("x_", [s, u, c[i], Expect(S), Expect(Krum), doubled, n - f, Equal(i, j),
                                total(i, c[i]), theta])  # fmt: skip
def test_what_does_not_is_not(x_):
    assert not signature.is_random(x_)


def test_an_unknown_symbol_is_not_called_deterministic():
    with pytest.raises(IllTyped, match="'nobody' is not declared"):
        signature.is_random(Atom("nobody"))


@pytest.mark.parametrize("x_", [theta, S, Expect(S), s * theta, Krum, count[a], chosen.at(a, s),
                                At(j, "following", (i,), c[j]), Norm(theta * u)])  # fmt: skip
def test_what_can_change_with_time(x_):
    assert signature.varies(x_)


@pytest.mark.parametrize("x_", [s, u, c[i], doubled, n - f, Equal(i, j), total(i, c[i])])
def test_what_cannot(x_):
    assert not signature.varies(x_)


def test_the_value_at_the_next_time():
    assert signature.shift(theta * s + theta) == theta_next * s + theta_next
    assert signature.shift(doubled) == signature.unfold(doubled)
    with pytest.raises(KernelError, match="'step' has no successor"):
        signature.shift(step)
    with pytest.raises(KernelError, match="the law of 'S' at t \\+ 1 is not that at t"):
        signature.shift(S)
    with pytest.raises(KernelError, match="the law of 'chosen' at t \\+ 1 is not that at t"):
        signature.shift(chosen.at(a, s))
    with pytest.raises(KernelError, match="the law of 'near' at t \\+ 1 is not that at t"):
        signature.shift(count[a])


# -- indices ----------------------------------------------------------------------------------


def test_free_indices_are_those_that_nothing_binds():
    assert free_indices(near[a, b] * c[i]) == {a, b, i}
    assert free_indices(total(i, c[i] * c[j])) == {j}
    assert free_indices(Total(i, c[j], (near[i, a],))) == {j, a}
    assert free_indices(At(j, "following", (i,), c[j])) == {i}
    assert free_indices(count[a]) == {a}
    assert free_indices(Equal(i, j)) == {i, j}


def test_walking_meets_every_subterm():
    whole_ = total(j, s * c[j], where=near[a, j])
    assert set(walk(whole_)) >= {whole_, s * c[j], s, c[j], near[a, j]}
    assert list(children(s)) == []
    assert list(children(s + t)) == [s, t]


def test_indices_are_substituted_everywhere():
    assert substitute(c[i] * near[i, a], {i: j}) == c[j] * near[j, a]
    assert substitute(Equal(i, a), {i: j, a: b}) == Equal(j, b)
    assert substitute(count[a], {a: b}) == count[b]
    assert substitute(At(j, "following", (i,), c[j]), {i: Index("h", "C")}) == At(
        j, "following", (Index("h", "C"),), c[j]
    )
    assert substitute(total(i, c[i]), {i: j}) == total(i, c[i])
    assert substitute(s, {i: j}) == s
    assert substitute(c[i], {i: i}) == c[i]


def test_a_bound_index_makes_way_for_one_that_comes_in():
    fresh = Index("j_0", "C")
    assert substitute(total(j, c[i] * c[j]), {i: j}) == total(fresh, c[j] * c[fresh])
    inner = Total(j, c[i] * c[j], (near[i, j],))
    assert substitute(inner, {i: j}) == Total(fresh, c[j] * c[fresh], (near[j, fresh],))
    chooser = At(j, "following", (i,), c[i] * c[j])
    assert substitute(chooser, {i: j}) == At(fresh, "following", (j,), c[j] * c[fresh])


def test_the_way_made_is_a_name_that_nobody_uses():
    one, other = Index("j_0", "C"), Index("j_1", "C")
    body = total(j, c[i] * c[j] * c[one])
    assert substitute(body, {i: j}) == total(other, c[j] * c[other] * c[one])
    nested = total(j, c[i] * total(one, c[one] * c[j]))
    assert substitute(nested, {i: j}) == total(other, c[j] * total(one, c[one] * c[other]))
    crowded = substitute(body, {i: j, one: other})
    last = Index("j_2", "C")  # j_0 is written in the body, though it is replaced
    assert crowded == total(last, c[j] * c[last] * c[other])


def test_a_set_of_the_same_name_is_captured_by_name_too():
    """An index of another set but of the bound name would read as the bound one."""
    elsewhere = Index("j", "W")
    changed = substitute(total(j, x[a] * c[j]), {a: elsewhere})
    assert changed == total(Index("j_0", "C"), x[elsewhere] * c[Index("j_0", "C")])


def test_a_definition_is_unfolded_at_its_arguments():
    assert signature.unfold(count[b]) == total(j, 1, where=near[b, j])
    named = Index("j", "W")
    fresh = Index("j_0", "C")
    assert signature.unfold(count[named]) == total(fresh, 1, where=near[named, fresh])
    with pytest.raises(IllTyped, match="'count' takes 1 indices"):
        signature.unfold(Call("count", (a, b)))


def test_terms_are_put_for_plain_symbols():
    assert replace_atoms(s + total(i, s * c[i]), {"s": t}) == t + total(i, t * c[i])
    with pytest.raises(KernelError, match="'c' has indices; only plain symbols can be replaced"):
        replace_atoms(c[i], {"c": s})
    with pytest.raises(KernelError, match="the bound index i would capture one of the replacement"):
        replace_atoms(total(i, s * c[i]), {"s": c[i]})
    with pytest.raises(KernelError, match="would capture"):
        replace_atoms(chosen.at(a, s * x[a]), {"s": x[a]})
    assert replace_atoms(total(i, s * c[i]), {"s": c[j]}) == total(i, c[j] * c[i])


# -- questions about formulas -----------------------------------------------------------------


def test_the_symbols_of_a_formula():
    assert symbols_of((s <= t).when(near[a, b])) == {"s", "t", "near"}
    assert symbols_of(Integrable(S * doubled)) == {"S", "doubled"}
    assert symbols_of(AlmostSure("bounded", theta)) == {"theta"}
    assert symbols_of(Iid("V", "C", "G")) == {"V", "G"}
    assert symbols_of(Cited("robbins_siegmund")) == set()
    assert walk_names(total(i, s * count[i])) == {"s", "count"}


def test_the_context_of_a_formula_is_as_it_is_written():
    assert context_of(Relation(0 * c[i], "=", term(0), (near[a, i],))) == {("C", "i"), ("W", "a")}
    assert context_of(Integrable(x[a])) == {("W", "a")}
    assert context_of(AlmostSure("bounded", theta)) == frozenset()


def test_formulas_are_replaced_in_every_part():
    values = {"s": t}
    assert replace_in((s <= s * A).when(near[a, b]), values) == (t <= t * A).when(near[a, b])
    assert replace_everywhere(Integrable(s * S), values) == Integrable(t * S)
    assert replace_everywhere(AlmostSure("bounded", s), values) == AlmostSure("bounded", t)
    assert replace_everywhere(s <= A, values) == (t <= A)


@pytest.mark.parametrize("x_", [total(i, 1), Expect(s), doubled, u @ g, c[i], Norm(u), count[a]])
def test_only_plain_arithmetic_has_parameters(x_):
    with pytest.raises(KernelError, match="plain arithmetic of parameters"):
        parameters(x_)


def test_the_parameters_of_plain_arithmetic():
    assert parameters(Root(n) / (f + 1) ** 2) == {"n", "f"}
    assert parameters(ONE) == set()


@pytest.mark.parametrize(
    ("x_", "nonzero", "root"),
    [(term(1), True, True), (term(0), False, True), (term(-1), True, False), (s, False, False),
     (term(Fraction(1, 2)), True, True)],
)  # fmt: skip
def test_what_is_evident_is_a_number_that_is_written(x_, nonzero, root):
    assert evident(x_, nonzero=True) == nonzero
    assert evident(x_, nonzero=False) == root


def test_a_subterm_is_put_for_another():
    assert put(V[i] @ V[i] + s, V[i], G) == G @ G + s
    assert put(s, t, A) == s
    assert expectation(S) != S


def test_a_choice_from_one_set_by_another():
    made = Signature(
        sizes={"I": N, "J": N},
        symbols={"N": whole, "pick": Symbol("choice", False, ("I", "J"))},
    )
    one, other = Index("q", "I"), Index("r", "J")
    assert made.check(At(other, "pick", (one,), N)) == "scalar"
    with pytest.raises(IllTyped, match="'pick' wants an index of J"):
        made.check(At(one, "pick", (one,), N))
    part = Signature(
        sizes={"I": N, "J": N},
        unions={"U": ("I", "J")},
        symbols={"N": whole, "pick": Symbol("choice", False, ("J", "U"))},
    )
    with pytest.raises(IllTyped, match="'pick' chooses in U, not in J"):
        part.check(At(Index("s", "J"), "pick", (other,), N))


def test_a_choice_is_as_random_as_what_it_chooses():
    own = Signature(
        sizes={"C": Atom("n")},
        symbols={
            "n": Symbol("integer", random=False),
            "fixed": Symbol("choice", random=False, sets=("C",)),
            "drawn": Symbol("choice", random=True, sets=("C",)),
            "X": Symbol("scalar", random=True, sets=("C",)),
            "y": Symbol("scalar", random=False, sets=("C",)),
        },
    )

    def random(choice, body):
        return own.is_random(At(i, choice, (), Atom(body, (i,))))

    assert not random("fixed", "y")
    assert random("fixed", "X")
    assert random("drawn", "y")
    assert random("drawn", "X")


@pytest.mark.parametrize("members", ["W", "Y", "Z"])
def test_a_family_is_independent_over_its_own_members_alone(members):
    own = Signature(
        sizes={"C": Atom("n"), "Y": Atom("n")},
        unions={"W": ("C", "Y")},
        symbols={
            "n": Symbol("integer", random=False),
            "v": Symbol("vector", random=True, sets=("C",)),
            "r": Symbol("vector", random=True),
        },
    )
    own.check_formula(Iid("v", "C", "r"))
    with pytest.raises(IllTyped, match="Iid needs a random vector family, its set"):
        own.check_formula(Iid("v", members, "r"))


def test_the_way_made_is_found_however_many_names_are_used():
    """All of i_0, i_1, ... but the last are taken."""
    bound = Index("i", "C")
    taken = [Index(f"i_{number}", "C") for number in range(5)]
    body = Times(tuple(Atom("near", (bound, index)) for index in (*taken, j)))
    moved = substitute(Total(bound, body), {j: Index("i", "C")})
    assert moved.index.name == "i_5"
    assert free_indices(moved) == {*taken, Index("i", "C")}
