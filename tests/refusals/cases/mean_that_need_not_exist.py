"""A statement speaks of E S, and nothing says that S has a mean."""

from tests.refusals.toy import S, Steps, proved
from theory.kernel.terms import Expect, Integrable

REASON = "the statement may not denote"


def build(honest):
    p = Steps()
    known = [p.assume(Integrable(S))] if honest else []
    claim = Expect(S).eq(Expect(S))
    return proved(claim, p.end(claim, p.combine([]), *known), hypotheses=[Integrable(S)])
