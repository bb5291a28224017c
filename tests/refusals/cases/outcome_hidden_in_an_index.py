"""c is deterministic, c at the chosen index is not."""

from tests.refusals.toy import S, Steps, c, following, i, j, proved
from theory.kernel.terms import Expect, Integrable

REASON = "a coefficient that depends on the outcome may not leave E"


def build(honest):
    p = Steps()
    factor = c[i] if honest else following.of(i).at(j, c[j])
    needs = [Integrable(factor * S), Integrable(S)]
    line = p.constant_factor(factor, S)
    claim = Expect(factor * S).eq(factor * Expect(S))
    return proved(claim, p.end(claim, line, *map(p.assume, needs)), hypotheses=needs)
