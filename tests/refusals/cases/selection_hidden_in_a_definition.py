"""The name Krum hides that it depends on everything."""

from tests.refusals.toy import G, Krum, Steps, V, i, iid, proved
from theory.kernel.terms import Expect, Integrable

REASON = "write the term without E, choices and definitions"


def build(honest):
    p = Steps()
    one = V[i] if honest else Krum
    claim = Expect(one).eq(Expect(G))
    needs = [Integrable(one), Integrable(G)]
    known = [p.assume(need) for need in needs]
    line = p.identical(iid, i, one)
    return proved(claim, p.end(claim, line, *known), hypotheses=[iid, *needs])
