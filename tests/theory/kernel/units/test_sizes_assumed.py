"""A size that is counted where nobody wrote a sum is assumed: without it false theorems follow.

Where n is negative, S has no element, and a sum over S is 0; but the normal form of a sum of ones
is n. Both theorems here hold where n >= 0, and fail for n = -5.
"""

from fractions import Fraction

import pytest

from theory.kernel.rules import Kernel
from theory.kernel.runs import RULES
from theory.kernel.terms import (
    AlmostSure,
    Atom,
    Equal,
    Exists,
    Index,
    KernelError,
    Number,
    Relation,
    Signature,
    Symbol,
    Total,
    term,
)

n, theta, i = Atom("n"), Atom("theta"), Index("i", "S")
p = Atom("p", (i,))
SYMBOLS = {
    "n": Symbol("integer", False),
    "theta": Symbol("scalar", False, varies=True),
    "p": Symbol("scalar", False, ("S",)),
}


def test_a_sum_in_what_a_rule_is_given_counts_a_set():
    kernel = Kernel(Signature({"S": n}, {}, SYMBOLS))
    ones = Total(i, Number(Fraction(1)))
    for line in (kernel.square(ones), kernel.assume(ones <= 0)):
        assert (n >= 0) in line.assumptions
    assert not kernel.square(theta).assumptions


def test_the_sums_of_a_successor_count_a_set():
    # theta grows by 1 and by the number of elements of S, which is n only where n >= 0
    after = theta + 1 + Total(i, Number(Fraction(1)))
    kernel = Kernel(Signature({"S": n}, {}, SYMBOLS, successors={"theta": after}))
    zero = term(0)
    drift, sign = kernel.assume(n + 1 <= 0), kernel.assume(theta >= 0)
    nothing, none = kernel.weaken(kernel.combine([])), RULES["nothing"](kernel)
    mean = kernel.integrable_deterministic(theta + 1 + n)
    signs = (sign, nothing, nothing, nothing)
    line = RULES["robbins_siegmund"](
        kernel, "converges", theta, zero, zero, zero, drift, signs, mean, (none, none)
    )
    theorem = kernel.conclude(AlmostSure("converges", theta), [line], [])
    assert (n >= 0) in theorem.assumptions


def test_finite_choice_sums_its_weights_over_a_set():
    # -1 >= 0 for each of no elements, and -1 n > 0: a weight that nobody has
    kernel = Kernel(Signature({"S": n}, {}, SYMBOLS))
    weight = kernel.assume(Relation(term(-1) + 0 * Equal(i, i), ">=", term(0)))
    positive = kernel.assume(-n > 0)
    product = kernel.assume(p >= 0)
    claim, lines = Exists(i, (p <= 0,)), [weight, positive, product]
    with pytest.raises(KernelError, match="the statement may not denote"):
        kernel.conclude(claim, lines, [])
    theorem = kernel.conclude(claim, lines, [kernel.assume(n >= 0)])
    assert (n >= 0) in theorem.assumptions
