"""A multiplier is a term with a sign of its own, not a number."""

from fractions import Fraction

from tests.refusals.toy import Steps, proved, s, t

REASON = "a multiplier is a rational number"


def build(honest):
    p = Steps()
    known = p.assume(s.eq(0))
    line = p.combine([(Fraction(3) if honest else t, known)])
    claim = (3 * s).eq(0) if honest else (t * s).eq(0)
    return proved(claim, p.end(claim, line), hypotheses=[s.eq(0)])
