"""S > 0 at every outcome; without a mean E S = 0 by convention, so E S > 0 fails."""

from tests.refusals.toy import S, Steps, proved
from theory.kernel.terms import Expect, Integrable, Relation, term

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    known = p.assume(Integrable(S))
    line = p.expect(p.assume(S > 0))
    claim = Relation(Expect(S), ">=" if honest else ">", term(0))
    return proved(claim, p.end(claim, line, known), hypotheses=[S > 0, Integrable(S)])
