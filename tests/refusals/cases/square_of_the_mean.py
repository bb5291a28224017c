"""E(S^2) is taken for E(S)^2."""

from tests.refusals.toy import S, Steps, proved
from theory.kernel.terms import Expect, Integrable

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    line = p.expect(p.square(S))
    known = [p.assume(Integrable(S**2)), p.assume(Integrable(S))]
    claim = Expect(S**2) >= (0 if honest else Expect(S) ** 2)
    return proved(claim, p.end(claim, line, *known), hypotheses=[Integrable(S**2), Integrable(S)])
