"""A vector is independent of all others, and so of itself."""

from tests.refusals.toy import Steps, V, g, i, iid, j, proved
from theory.kernel.terms import Expect, Integrable
from theory.notation.language import differ

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    other = j if honest else i
    one, two = V[i] @ g, V[other] @ g
    la, lb = p.assume(Integrable(one)), p.assume(Integrable(two))
    line = p.independent(iid, (i,), (other,), one, two, la, lb)
    both = p.assume(Integrable(one * two))
    claim = Expect(one * two).eq(Expect(one) * Expect(two))
    if honest:
        left, right = differ(i, j) * claim.left, differ(i, j) * claim.right
        claim = left.eq(right)
    needs = [iid, Integrable(one), Integrable(two), Integrable(one * two)]
    return proved(claim, p.end(claim, line, la, lb, both), hypotheses=needs)
