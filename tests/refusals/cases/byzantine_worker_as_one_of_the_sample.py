"""A Byzantine worker gets the law of the correct ones."""

from tests.refusals.toy import G, Steps, V, i, iid, k, proved
from theory.kernel.terms import Expect, Integrable

REASON = "is not an index of the i.i.d. family"


def build(honest):
    p = Steps()
    who = i if honest else k
    claim = Expect(V[who]).eq(Expect(G))
    needs = [Integrable(V[who]), Integrable(G)]
    known = [p.assume(need) for need in needs]
    line = p.identical(iid, who, V[who])
    return proved(claim, p.end(claim, line, *known), hypotheses=[iid, *needs])
