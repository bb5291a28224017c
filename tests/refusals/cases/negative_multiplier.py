"""An inequality is multiplied by -1 and keeps its direction."""

from tests.refusals.toy import Steps, proved, s, t

REASON = "an inequality cannot be multiplied by -1"


def build(honest):
    p = Steps()
    known = p.assume(s.eq(t) if honest else s >= t)
    line = p.combine([(-1, known)])
    claim = (t - s).eq(0) if honest else t - s >= 0
    return proved(claim, p.end(claim, line), hypotheses=[s.eq(t), s >= t])
