"""The mean of a random number is "a number", but its law may change with t."""

from tests.refusals.toy import S, Steps, proved, s
from theory.kernel.terms import AlmostSure, Expect, Integrable

REASON = "the number changes with t"


def build(honest):
    p = Steps()
    what = s if honest else Expect(S)
    known = [] if honest else [p.assume(Integrable(S))]
    claim = AlmostSure("bounded", what)
    return proved(claim, p.end(claim, p.constant(what), *known), hypotheses=[Integrable(S)])
