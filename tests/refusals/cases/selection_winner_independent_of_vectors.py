"""Who wins is treated as independent of a correct vector."""

from tests.refusals.toy import Steps, V, chosen, i, iid, j, proved
from theory.kernel.terms import Expect, Integrable
from theory.notation.language import differ

REASON = "depends on more of the outcome"


def build(honest):
    p = Steps()
    one = V[i] @ V[i] if honest else chosen.equals(i)
    other = V[j] @ V[j]
    la, lb = p.assume(Integrable(one)), p.assume(Integrable(other))
    line = p.independent(iid, (i,), (j,), one, other, la, lb)
    claim = (differ(i, j) * Expect(one * other)).eq(differ(i, j) * (Expect(one) * Expect(other)))
    both = p.assume(Integrable(one * other))
    needs = [iid, Integrable(one), Integrable(other), Integrable(one * other)]
    return proved(claim, p.end(claim, line, la, lb, both), hypotheses=needs)
