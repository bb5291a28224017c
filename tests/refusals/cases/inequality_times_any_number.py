"""Any term may multiply an equation, but not an inequality."""

from tests.refusals.toy import Steps, proved, s, t

REASON = "a line of kind = was expected"


def build(honest):
    p = Steps()
    known = s.eq(0) if honest else s >= 0
    line = p.times(p.assume(known), t)
    claim = (s * t).eq(0) if honest else s * t >= 0
    return proved(claim, p.end(claim, line), hypotheses=[known])
