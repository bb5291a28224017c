"""E of an inner product with the chosen vector, which is random too."""

from tests.refusals.toy import Steps, V, g, i, j, proved
from theory.kernel.terms import Expect, Integrable

REASON = "a vector that depends on the outcome may not leave E"


def build(honest):
    p = Steps()
    other = g if honest else V[j]
    known = p.assume(Integrable(V[i]))
    line = p.expect_inner(V[i], other, known)
    claim = (Expect(V[i]) @ other).eq(Expect(V[i] @ other))
    more = p.assume(Integrable(V[i] @ other))
    needs = [Integrable(V[i]), Integrable(V[i] @ other)]
    return proved(claim, p.end(claim, line, known, more), hypotheses=needs)
