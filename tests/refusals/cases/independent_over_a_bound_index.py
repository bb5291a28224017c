"""The index of a family member is bound by a sum inside the term."""

from tests.refusals.toy import Steps, V, g, i, iid, j, proved
from theory.kernel.terms import Integrable
from theory.notation.language import differ, total

REASON = "i must be free"


def build(honest):
    p = Steps()
    body = V[i] @ g if honest else total(i, V[i] @ g)
    la, lb = p.assume(Integrable(body)), p.assume(Integrable(V[j] @ g))
    line = p.integrable_independent(iid, (i,), (j,), body, V[j] @ g, la, lb)
    claim = Integrable(differ(i, j) * (body * (V[j] @ g)))
    needs = [iid, Integrable(body), Integrable(V[j] @ g)]
    return proved(claim, p.end(claim, line), hypotheses=needs)
