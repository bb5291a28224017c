"""The proof assumes the mean of the conclusion, and reads it off."""

from tests.refusals.toy import S, Steps, proved
from theory.kernel.terms import Expect, Integrable

REASON = "the proof assumes what the document does not"


def build(honest):
    p = Steps()
    claim = Expect(S**2) >= 0
    known = p.assume(Integrable(S**2))
    line = p.expect(p.square(S)) if honest else p.assume(Expect(S**2 + 0) >= Expect(S) * 0)
    return proved(claim, p.end(claim, line, known), hypotheses=[Integrable(S**2)])
