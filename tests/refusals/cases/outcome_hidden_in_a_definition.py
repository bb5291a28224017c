"""A definition whose body is random is taken out of E as a constant."""

from tests.refusals.toy import S, Steps, count, doubled, i, proved
from theory.kernel.terms import Expect, Integrable

REASON = "a coefficient that depends on the outcome may not leave E"


def build(honest):
    p = Steps()
    factor = doubled if honest else count[i]
    needs = [Integrable(factor * S), Integrable(S)]
    line = p.constant_factor(factor, S)
    claim = Expect(factor * S).eq(factor * Expect(S))
    return proved(claim, p.end(claim, line, *map(p.assume, needs)), hypotheses=needs)
