"""Terms that are equal for a stated reason have one normal form, and others have not."""

from fractions import Fraction
from itertools import permutations

import pytest

from tests.refusals.toy import (
    A,
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
    j,
    k,
    language,
    n,
    near,
    s,
    t,
    u,
    x,
)
from theory.kernel import polynomials
from theory.kernel.polynomials import Algebra, free, freeze
from theory.kernel.rules import Kernel
from theory.kernel.terms import (
    At,
    Atom,
    Equal,
    Expect,
    Index,
    KernelError,
    Norm,
    Root,
    Signature,
    Symbol,
    Times,
    Total,
    term,
)
from theory.notation.language import total

p, q, r = (Index(name, "W") for name in "pqr")
h = Index("h", "C")
two, half = term(2), term(Fraction(1, 2))


def normal(y):
    return freeze(Algebra(language.signature).normal(y))


def cycle(*order):
    """The sum over directed triangles, with its sums in some order."""
    body = near[p, q] * near[q, r] * near[r, p]
    for index in order:
        body = Total(index, body)
    return body


SAME = [
    ((s + t) * (s - t), s * s - t * t),
    ((s + 1) ** 3, s * s * s + 3 * s * s + 3 * s + 1),
    (s**0, term(1)),
    (s - s, term(0)),
    ((U + u) @ (U - u), U @ U - u @ u),
    (U @ u, u @ U),
    (total(i, total(j, c[i] * c[j])), total(i, c[i]) * total(i, c[i])),
    (total(i, 1), n - f),
    (total(a, 1), n),
    (total(i, s * c[i]), s * total(j, c[j])),
    (total(a, x[a]), total(i, x[i]) + total(k, x[k])),
    (total(i, total(k, c[i])), f * total(i, c[i])),
    (total(j, c[j] * Equal(i, j)), c[i]),
    (total(a, x[a] * Equal(i, a)), x[i]),
    (total(j, Equal(i, j)), term(1)),
    (Equal(i, j) * c[i], Equal(i, j) * c[j]),
    (Equal(i, j) * Equal(j, h) * c[h], Equal(i, j) * Equal(j, h) * c[i]),
    (Equal(i, j) * Equal(i, j), Equal(j, i)),
    (Equal(i, a) * Equal(a, i), Equal(i, a)),
    (Equal(a, i) * Equal(i, a) * s, s * Equal(i, a)),
    (Equal(i, i), term(1)),
    (Equal(i, k), term(0)),
    (near[a, b] * near[a, b], near[a, b]),
    (near[a, b] ** 3, near[a, b]),
    (near[a, b] * (1 - near[a, b]), term(0)),
    (chosen.equals(a) * chosen.equals(a), chosen.equals(a)),
    (chosen.equals(a) * chosen.equals(b), chosen.equals(a) * Equal(a, b)),
    (chosen.equals(i) * chosen.equals(k), term(0)),
    (following.of(i).equals(j) * following.of(i).equals(h),
     following.of(i).equals(j) * Equal(j, h)),
    (Krum, total(a, chosen.equals(a) * V[a])),
    (At(j, "following", (i,), c[j]), total(j, following.of(i).equals(j) * c[j])),
    (count[b], total(j, near[b, j])),
    (Total(j, c[j], (near[b, j],)), total(j, c[j] * near[b, j])),
    (Norm(U) * Norm(U), U @ U),
    (Norm(U) ** 3, Norm(U) * (U @ U)),
    (Norm(-2 * U), 2 * Norm(U)),
    (Norm(U - u), Norm(u - U)),
    (Norm(0 * U), term(0)),
    (Root(term(4)), two),
    (Root(term(Fraction(9, 4))), term(Fraction(3, 2))),
    (Root(term(-4)), term(0)),
    (Root(term(0)), term(0)),
    (Root(term(1)), term(1)),
    (Root(term(Fraction(1, 4))), half),
    (Root(term(Fraction(-1, 2))), term(0)),
    (Root(s + s), Root(2 * s)),
    (1 / (s * t), (1 / s) * (1 / t)),
    (1 / (2 * s), half * (1 / s)),
    (1 / (2 * s + 2 * t), half / (s + t)),
    (1 / (-s - t), -(1 / (s + t))),
    (1 / term(0), term(0)),
    (1 / term(2), half),
    (Expect(s), s),
    (Expect(2 * S), 2 * Expect(S)),
    (Expect(s * S), s * Expect(S)),
    (Expect(-S - T), -Expect(S + T)),
    (Expect(Expect(S) * T), Expect(S) * Expect(T)),
    (Expect(u), u),
    (Expect(s * U), s * Expect(U)),
    (Expect((s * S + s * T) / s), Expect(s * (1 / s) * S + (s / s) * T)),
    (cycle(p, q, r), cycle(r, q, p)),
    (cycle(p, q, r), cycle(q, p, r)),
    (cycle(p, q, r), cycle(p, r, q)),
    (Expect(cycle(p, q, r)), Expect(cycle(q, p, r))),
    (total(i, Norm(V[i])), total(j, Norm(V[j]))),
    (total(i, total(j, Norm(V[i] - V[j]))), total(j, total(i, Norm(V[i] - V[j])))),
    (total(i, Expect(total(j, near[i, j]))), total(j, Expect(total(i, near[j, i])))),
]  # fmt: skip
OTHER = [
    (s * t, s + t),
    (total(i, c[i]), c[i]),
    (total(i, c[i] * c[i]), total(i, c[i]) * total(i, c[i])),
    (Equal(i, j) * c[i], c[i]),
    (Equal(i, j), term(1)),
    (Equal(i, a), term(1)),
    (total(j, Equal(a, j)), term(1)),
    (total(j, s * Equal(a, j)), s),
    (Equal(i, a), term(0)),
    (Equal(i, a) * x[i], x[i]),
    (near[a, b] * near[b, a], near[a, b]),
    (near[a, b], near[b, a]),
    (chosen.equals(a) * chosen.equals(b), chosen.equals(a)),
    (following.of(i).equals(j) * following.of(h).equals(j),
     following.of(i).equals(j) * Equal(i, h)),
    (c[i] * c[i], c[i]),
    (Norm(U) * Norm(u), U @ u),
    (Norm(U + u), Norm(U) + Norm(u)),
    (Root(s) * Root(s), s),
    (Root(s * s), s),
    (Root(term(2)), term(2)),
    (Root(term(Fraction(9, 2))), term(3)),
    (Root(term(Fraction(2, 9))), term(Fraction(1, 3))),
    (s * (1 / s), term(1)),
    (1 / (s + t), 1 / s + 1 / t),
    (Expect(S * T), Expect(S) * Expect(T)),
    (Expect(S + T), Expect(S) + Expect(T)),
    (Expect(total(i, x[i])), total(i, Expect(x[i]))),
    (Expect(S * u @ U), S * Expect(u @ U)),
    (total(k, s), s),
    (total(i, near[i, a]), total(i, near[a, i])),
    (cycle(p, q, r), total(p, total(q, total(r, near[p, q] * near[q, r] * near[p, r])))),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_equal_terms_have_one_normal_form(one, other):
    assert normal(one) == normal(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_terms_have_another(one, other):
    assert normal(one) != normal(other)


def test_free_indices_of_a_normal_form():
    algebra = Algebra(language.signature)
    assert free(algebra.normal(total(j, near[i, j] * x[a]))) == {("C", "i"), ("W", "a")}
    assert free(algebra.normal(Norm(V[i] - V[j]) + Expect(x[a]))) == {
        ("C", "i"), ("C", "j"), ("W", "a")
    }  # fmt: skip
    assert free(algebra.normal(V[i] @ G)) == {("C", "i")}
    assert free(algebra.normal(V[i] @ V[j])) == {("C", "i"), ("C", "j")}
    assert free(algebra.normal(Equal(i, a))) == {("C", "i"), ("W", "a")}
    assert free(algebra.normal(0 * c[i])) == set()


def test_what_is_random_in_a_normal_form():
    algebra = Algebra(language.signature)
    for y in (S, U, U @ u, u @ U, Norm(U), Root(S), 1 / S, total(i, near[i, a]), s * S):
        assert algebra.random(algebra.normal(y))
    for y in (s, u, u @ g, Norm(u), Root(s), 1 / s, Expect(S), Expect(U) @ u, Equal(i, j), c[i]):
        assert not algebra.random(algebra.normal(y))


def test_what_is_a_vector_in_a_normal_form():
    algebra = Algebra(language.signature)
    assert algebra.is_vector(algebra.normal(s * u))
    assert algebra.is_vector(algebra.normal(Expect(U)))
    assert not algebra.is_vector(algebra.normal(u @ g))
    assert not algebra.is_vector(algebra.normal(s))


def test_a_renaming_can_simplify():
    kernel = Kernel(language.signature)
    line = kernel.assume(Norm(V[i] - V[j]) + Equal(i, j) * s + near[i, j] * near[j, i] >= 0)
    wanted = kernel.algebra.normal(s + near[i, i])
    assert kernel.instance(line, {j: i}).poly == wanted


WIDE = s + t + A + n + f


def like(many):
    """The product of equal sums, as a sum over indices that can be named in every order."""
    indices = [Index(f"i{number}", "C") for number in range(many)]
    body = Times(tuple(c[index] for index in indices))
    for index in indices:
        body = Total(index, body)
    return body


@pytest.mark.parametrize(
    ("reason", "build"),
    [
        ("a product grew too large", lambda: (s + t + A + n + f) ** 6 * (s + t + A + n + f) ** 6),
        ("a product has too many factors", lambda: Times(tuple(s for _ in range(121)))),
        ("an inner product grew too large", lambda: (WIDE**6 * U) @ (WIDE**6 * u)),
        ("a sum over too many like indices", lambda: like(8)),
    ],
)
def test_what_would_take_for_ever_is_refused(reason, build):
    with pytest.raises(KernelError, match=reason):
        normal(build())


def test_the_limits_are_those_that_are_written():
    assert (polynomials.LARGEST, polynomials.MANY, polynomials.ORDERS) == (20_000, 120, 5_040)
    assert (polynomials.WORK, polynomials.LONGEST_NUMBER) == (150_000, 14_000)
    assert normal(Times(tuple(s for _ in range(120)))) == normal(Times((s**12,) * 10))


INDICES = tuple(Index(name, "C") for name in "pqrs")
PATTERNS = [
    [(0, 1), (2, 3)],
    [(0, 1), (1, 2), (2, 0)],
    [(0, 1), (1, 2), (2, 3), (3, 0)],
    [(0, 1), (1, 0), (2, 3), (3, 2)],
    [(0, 1), (1, 2), (3, 2), (3, 0)],
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_order_of_sums_does_not_matter(pattern):
    body = Times(tuple(near[INDICES[one], INDICES[other]] for one, other in pattern))
    forms = set()
    for order in permutations(INDICES):
        summed = body
        for index in order:
            summed = Total(index, summed)
        forms.add(normal(summed))
    assert len(forms) == 1


def test_a_bound_name_is_not_one_of_a_polynomial_further_in():
    """The sum outside is named after what is deepest inside, on either side of a product."""
    weight = Expect(total(h, near[h, j]))
    shallow = Expect(V[i])
    for one, other in ((near[j, i], near[j, j]), (near[i, j], near[j, j])):
        deep, changed = (Expect(total(j, weight * y * V[j])) for y in (one, other))
        assert normal(total(i, deep @ shallow)) != normal(total(i, changed @ shallow))
        assert normal(total(i, shallow @ deep)) == normal(total(i, deep @ shallow))


def test_a_product_is_random_if_either_vector_is():
    vectors = {"a": Symbol("vector", random=False), "b": Symbol("vector", random=True)}
    other = {"a": Symbol("vector", random=True), "b": Symbol("vector", random=False)}
    for symbols in (vectors, other):
        algebra = Algebra(Signature(symbols=symbols))
        assert algebra.random(algebra.normal(Atom("a") @ Atom("b")))
        assert algebra.random(algebra.normal(Atom("b") @ Atom("a")))


def test_a_mean_can_become_a_sum_when_indices_are_named_alike():
    kernel = Kernel(language.signature)
    line = kernel.assume(Expect(x[i] - x[j] + s + t) * A >= 0)
    assert kernel.instance(line, {j: i}).poly == kernel.algebra.normal((s + t) * A)


def test_an_inverse_is_renamed_with_what_it_is_of():
    kernel = Kernel(language.signature)
    line = kernel.instance(kernel.assume(1 / c[i] >= 0), {i: j})
    assert line.poly == kernel.algebra.normal(1 / c[j]) != {}


def test_a_number_that_grows_too_long_is_refused():
    algebra = Algebra(language.signature)
    longest = Fraction(2 ** (polynomials.LONGEST_NUMBER - 1))
    algebra.check_numbers({polynomials.ONE: longest})
    for bad in (2 * longest, 1 / (2 * longest)):
        with pytest.raises(KernelError, match="a number grew too long"):
            algebra.check_numbers({polynomials.ONE: bad})


def test_as_many_like_indices_as_are_allowed():
    assert normal(like(7)) == normal(Times((total(i, c[i]),) * 7))


@pytest.mark.parametrize("swapped", [False, True])
def test_each_factor_of_a_product_may_be_so_long_and_no_longer(swapped):
    algebra = Algebra(language.signature)
    one = polynomials.constant(1)
    long = polynomials.constant(Fraction(2) ** (polynomials.LONGEST_NUMBER - 1))
    too_long = polynomials.scale(long, 2)
    pair = (one, long) if swapped else (long, one)
    assert algebra.multiply(*pair) == long
    pair = (one, too_long) if swapped else (too_long, one)
    with pytest.raises(KernelError, match="a number grew too long"):
        algebra.multiply(*pair)


def test_a_mean_can_become_one_sum_when_indices_are_named_alike():
    """What is renamed is a sum with an index of its own, which must not be lost."""
    kernel = Kernel(language.signature)
    line = kernel.assume(Expect(x[i] - x[j] + total(h, c[h])) * A >= 0)
    assert kernel.instance(line, {j: i}).poly == kernel.algebra.normal(total(h, c[h]) * A)


def test_an_inverse_of_a_sum_is_renamed_with_what_it_is_of():
    kernel = Kernel(language.signature)
    line = kernel.instance(kernel.assume(1 / (c[i] + 2 * s) >= 0), {i: j})
    assert line.poly == kernel.algebra.normal(1 / (c[j] + 2 * s)) != {}


def test_two_choices_with_the_same_arguments_are_two():
    chosen = Symbol("choice", random=True, sets=("C",))
    own = Signature(
        sizes={"C": Atom("n")},
        symbols={"n": Symbol("integer", random=False), "first": chosen, "second": chosen},
    )
    algebra = Algebra(own)
    one, other = (Atom("first", (i,)), Atom("second", (j,)))
    assert algebra.normal(one * other) != algebra.normal(one * other * Equal(i, j))
    one, other = (Atom("first", (i,)), Atom("first", (j,)))
    assert algebra.normal(one * other) == algebra.normal(one * other * Equal(i, j))


def test_an_index_of_a_union_takes_the_place_of_none_of_a_part_whatever_the_sets_are_called():
    own = Signature(
        sizes={"C": Atom("n"), "Y": Atom("n")},
        unions={"All": ("C", "Y")},
        symbols={"n": Symbol("integer", random=False)},
    )
    algebra, every = Algebra(own), Index("e", "All")
    for equal in (Equal(i, every), Equal(every, i)):
        assert algebra.normal(Total(i, equal)) != algebra.normal(term(1))
        assert algebra.normal(Total(every, equal)) == algebra.normal(term(1))


def test_the_height_of_a_sum_is_one_more_than_what_is_inside():
    """Bound indices are named after it: #height.position, see the certificates' format."""
    atom, vector = ("atom", "s", ()), ("vec", "u", ())
    nothing = ("norm", freeze({}))
    flat = ("root", freeze({((), (atom,)): Fraction(1)}))
    deep = ("mean", freeze({((), (flat, atom)): Fraction(1)}))
    mean = ("vmean", freeze({((), (deep, vector)): Fraction(1)}))
    heights = {
        (): 1, (atom,): 1, (vector, atom): 1, (("eq", i, j),): 1, (("atom", "dot", ()),): 1,
        (("dot", vector, vector),): 1, (nothing,): 2, (flat,): 2, (atom, flat): 2, (deep, flat): 3,
        (mean,): 4, (("dot", vector, mean),): 4, (("dot", mean, vector),): 4,
    }  # fmt: skip
    assert {factors: polynomials.height(factors) for factors in heights} == heights
    (((_, (factor,)), _),) = normal(total(i, c[i]))
    assert factor == ("atom", "c", (("C", "#1.0"),))
    (((_, (factor,)), _),) = normal(total(i, Norm(V[i])))
    (((_, (inner,)), _),) = factor[1]
    assert inner == ("vec", "V", (("C", "#2.0"),))


def test_a_canonical_monomial_that_changed_would_be_noticed(monkeypatch):
    """No renaming of bound indices does that: these alarms have never rung."""
    algebra = Algebra(language.signature)
    once, atom = algebra.normal(total(i, c[i])), ("atom", "s", ())
    one = (Fraction(1), [], [atom])
    for wrong in ([], [one, one], [(Fraction(1), [("C", "$0")], [atom])]):
        monkeypatch.setattr(algebra, "_renamed", lambda factors, new, wrong=wrong: wrong)
        with pytest.raises(KernelError, match="a canonical monomial changed under renaming"):
            list(algebra._opened(once))
        with pytest.raises(KernelError, match="renaming bound indices changed a monomial"):
            algebra._named([("C", "$new")], [("atom", "c", (("C", "$new"),))])
