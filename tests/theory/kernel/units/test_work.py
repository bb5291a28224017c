"""Work is counted exactly: the same term costs the same everywhere, and one less is refused.

Whether a certificate is refused for its cost must not depend on a machine, nor on what was done
before. A monomial of m factors costs 1 + m // 4 each time it is brought into normal form, and
1 + m for each order of its bound indices that is tried; a line of m monomials costs 1 + m // 4.
Numbers, and multiplying with them, cost nothing.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial

import pytest

from tests.refusals.toy import (
    A,
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
from theory.kernel.certificates import READING, Derivation, _values, replay
from theory.kernel.polynomials import WORK, Algebra
from theory.kernel.rules import Kernel
from theory.kernel.terms import Equal, Expect, Index, KernelError, Norm, Root, Times, Total, term
from theory.notation.language import total

p, q, r = (Index(name, "W") for name in "pqr")
h = Index("h", "C")


def is_just_enough(work, build, act):
    """What is built anew each time can be done with so much work, and not with one less."""
    kernel, given = build()
    with kernel.algebra.limited(work):
        act(kernel, given)
    kernel, given = build()
    with pytest.raises(KernelError, match="too much work"), kernel.algebra.limited(work - 1):
        act(kernel, given)


def summed(body, *indices):
    """The sum over some indices, the first innermost."""
    for index in indices:
        body = Total(index, body)
    return body


FIVE = s + t + A + n + f
TERMS = [
    (1, s),
    (3, s * t),
    (8, Times((s, t, A, n))),
    (2, s**2),
    (3, s**3),
    (5, s**4),
    (11, s**7),
    (14, s**8),
    (8, (s + t) * (s - t)),
    (3, Equal(i, j) * c[i]),
    (10, Equal(i, j) * Equal(j, h) * c[h]),
    (5, Equal(i, a) * Equal(a, i)),
    (6, near[a, b] * near[a, b] * s),
    (4, chosen.equals(a) * chosen.equals(b)),
    (6, following.of(i).equals(j) * following.of(i).equals(h)),
    (4, total(i, 1)),
    (7, total(j, c[j] * Equal(i, j))),
    (6, total(a, x[a] * Equal(i, a))),
    (16, total(j, Equal(j, i) * near[j, a] * near[i, j] * s)),
    (44, summed(c[i] * c[j] * c[h], i, j, h)),
    (15, summed(c[i] * c[j] * near[i, j], i, j)),
    (40, summed(near[i, j] * near[j, h] * near[h, i], i, j, h)),
    (139, summed(near[p, q] * near[q, r] * near[r, p], p, q, r)),
    (45, summed((V[i] - V[j]) @ (V[i] - V[j]), i, j)),
    (15, summed((V[i] @ V[j]) * (V[j] @ u), i, j)),
    (15, summed((V[i] @ u) * (V[j] @ U), i, j)),
    (47, summed(near[i, j] * near[i, a] * near[j, b] * c[i] * c[j] * c[h] * c[h], i, j, h)),
    (26, summed((1 - Equal(i, j)) * c[i] * c[j], i, j)),
    (22, summed(Equal(i, a) * Equal(j, b) * x[i] * x[j], i, j)),
    (29, summed(Norm(V[i] - V[j]), i, j)),
    (76, summed(Norm(V[i]) * Norm(V[j]) * Norm(V[h] - V[i]), i, j, h)),
    (97, summed(Expect(x[i]) * Expect(x[j]) / c[h], i, j, h)),
    (58, summed(Root(c[i]) * Root(c[j]) * c[h], i, j, h)),
    (42, summed(Expect(total(j, near[i, j] * x[j])) * near[i, i] * c[h], i, h)),
    (73, summed(Expect(summed(near[i, j] * Expect(summed(near[p, i], p)), i)) * c[j], j)),
    (67, summed(Expect(V[i]) @ Expect(V[j]), i, j)),
    (11, Krum),
    (27, Krum @ Krum),
    (12, count[b] * count[a]),
    (9, Expect(s * S * T)),
    (7, Expect(s * S + s * T)),
    (10, Expect(total(k, x[k]) * A)),
    (14, Norm(2 * U - 2 * u) * Norm(u - U)),
    (8, 1 / (s * t * (s + t))),
    (5, A / (2 * s + 2 * t)),
    (35, FIVE * FIVE),
]


@pytest.mark.parametrize(("work", "y"), TERMS)
def test_what_a_term_costs(work, y):
    is_just_enough(
        work, lambda: (Kernel(language.signature), None), lambda kernel, _: kernel.algebra.normal(y)
    )


@pytest.mark.parametrize(
    ("monomials", "combined", "weakened"), [(1, 1, 1), (3, 1, 1), (4, 3, 2), (7, 3, 2), (8, 5, 3)]
)
def test_what_a_line_costs(monomials, combined, weakened):
    """Each rule pays for its line, and `combine` for what it adds as well."""

    def build():
        kernel = Kernel(language.signature)
        summands = (s, t, A, n, f, s * t, s * A, t * A)[:monomials]
        return kernel, kernel.assume(sum(summands, term(0)) > 0)

    is_just_enough(combined, build, lambda kernel, line: kernel.combine([(Fraction(1), line)]))
    is_just_enough(weakened, build, lambda kernel, line: kernel.weaken(line))


def test_lines_that_are_added_are_paid_for_together():
    def build():
        kernel = Kernel(language.signature)
        return kernel, [kernel.assume(y > 0) for y in (s + t, s + A)]

    one = Fraction(1)
    is_just_enough(
        2, build, lambda kernel, lines: kernel.combine([(one, lines[0]), (one, lines[1])])
    )


def test_what_a_certificate_costs():
    """Three for each JSON value of a step, what its rule costs, and what the conclusion does."""
    record = Derivation(Kernel(language.signature))
    lines = [record.apply("number", Fraction(value)) for value in (1, 2)]
    end = record.apply("combine", [(Fraction(1), lines[0]), (Fraction(3), lines[1])])
    certificate = record.certificate(7 + s - s > 0, [end], [])
    number = ["number", ["q", "1"]]
    assert certificate["steps"][0] == number
    assert _values(number) == 5
    assert _values(certificate["steps"][2]) == 20
    steps = READING * (5 + 5 + 20) + 1 + 1 + 1
    conclusion = 1 + 1
    replay_with(steps + conclusion, certificate)
    with pytest.raises(KernelError, match="the conclusion: this is too much work"):
        replay_with(steps + conclusion - 1, certificate)
    with pytest.raises(KernelError, match=r"step 2 \(combine\): this is too much work"):
        replay_with(steps - 1, certificate)


def replay_with(work, certificate):
    """Replay with another limit than the usual one."""
    kernel = Kernel(language.signature)
    kernel.algebra.limited = partial(kernel.algebra.limited, work)
    replay(kernel, certificate)


def test_a_certificate_may_cost_what_is_written_and_no_more():
    def spend(work):
        algebra = Algebra(language.signature)
        with algebra.limited():
            algebra.spend(work)

    spend(WORK)
    with pytest.raises(KernelError, match="this is too much work for one certificate"):
        spend(WORK + 1)


def test_values_are_counted_as_far_as_they_matter():
    assert _values(3) == _values("text") == 1
    assert _values([[], [1, [2]], "q"]) == 7
    assert _values([0] * (WORK - 1)) == WORK
    assert _values([0] * WORK) == _values([0] * (3 * WORK)) == WORK + 1


def test_a_limit_ends_with_what_it_is_set_for():
    algebra = Algebra(language.signature)
    algebra.spend(10 * WORK)
    with algebra.limited(3):
        with algebra.limited(1):
            algebra.spend(1)
        algebra.spend(3)
        with pytest.raises(KernelError):
            algebra.spend(1)
    algebra.spend(10 * WORK)
