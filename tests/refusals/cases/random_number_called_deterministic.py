"""A random number is integrable because it is "a number"."""

from tests.refusals.toy import S, Steps, proved
from theory.kernel.terms import Expect, Integrable

REASON = "the term depends on the outcome"


def build(honest):
    p = Steps()
    what = Expect(S) if honest else S
    known = [p.assume(Integrable(S))] if honest else []
    line = p.integrable_deterministic(what)
    claim = Integrable(what)
    return proved(claim, p.end(claim, line, *known), hypotheses=[Integrable(S)])
