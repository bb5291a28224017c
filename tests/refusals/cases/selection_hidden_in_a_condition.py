"""The winner enters as the condition of a sum."""

from tests.refusals.toy import G, Steps, V, chosen, i, iid, j, proved
from theory.kernel.terms import Expect, Integrable
from theory.notation.language import total

REASON = "depends on more of the outcome"


def build(honest):
    p = Steps()
    where = () if honest else (chosen.equals(i),)
    body = total(j, V[i] @ V[i], where=where)
    there = total(j, G @ G, where=where)
    claim = Expect(body).eq(Expect(there))
    needs = [Integrable(body), Integrable(there)]
    known = [p.assume(need) for need in needs]
    line = p.identical(iid, i, body)
    return proved(claim, p.end(claim, line, *known), hypotheses=[iid, *needs])
