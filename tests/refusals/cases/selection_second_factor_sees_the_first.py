"""A product counts as independent though its second factor sees the first vector."""

from tests.refusals.toy import Steps, V, g, i, iid, j, proved
from theory.kernel.terms import Expect, Integrable
from theory.notation.language import differ

REASON = "depends on more of the outcome"


def build(honest):
    p = Steps()
    one, other = V[i] @ g, (V[j] if honest else V[j] + V[i]) @ g
    la, lb = p.assume(Integrable(one)), p.assume(Integrable(other))
    line = p.independent(iid, (i,), (j,), one, other, la, lb)
    both = p.assume(Integrable(one * other))
    claim = (differ(i, j) * Expect(one * other)).eq(differ(i, j) * (Expect(one) * Expect(other)))
    needs = [iid, Integrable(one), Integrable(other), Integrable(one * other)]
    return proved(claim, p.end(claim, line, la, lb, both), hypotheses=needs)
