"""A weight that depends on the data is taken out of E."""

from tests.refusals.toy import Steps, c, i, j, near, proved, x
from theory.kernel.terms import Expect, Integrable

REASON = "a coefficient that depends on the outcome may not leave E"


def build(honest):
    p = Steps()
    weight = c[i] if honest else near[i, j]
    claim = Expect(weight * x[j] + 0).eq(weight * Expect(x[j]))
    line = p.constant_factor(weight, x[j])
    needs = [Integrable(weight * x[j] + 0), Integrable(x[j])]
    known = [p.assume(need) for need in needs]
    return proved(claim, p.end(claim, line, *known), hypotheses=needs)
