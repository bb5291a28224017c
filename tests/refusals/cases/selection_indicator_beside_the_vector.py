"""E([i wins] V_i) treated as if the indicator were no part of the outcome."""

from tests.refusals.toy import G, Steps, V, chosen, i, iid, proved
from theory.kernel.terms import Expect, Integrable

REASON = "depends on more of the outcome"


def build(honest):
    p = Steps()
    body = V[i] @ V[i] if honest else chosen.equals(i) * (V[i] @ V[i])
    there = G @ G if honest else chosen.equals(i) * (G @ G)
    known = [p.assume(Integrable(one)) for one in (body, there)]
    claim = Expect(body).eq(Expect(there))
    line = p.identical(iid, i, body)
    needs = [iid, Integrable(body), Integrable(there)]
    return proved(claim, p.end(claim, line, *known), hypotheses=needs)
