"""x > 0 or x <= 0 may change with t, so a whole run has no cases."""

from tests.refusals.toy import Steps, proved, s, theta
from theory.kernel.terms import AlmostSure

REASON = "the case may change with t"


def build(honest):
    p = Steps()
    line = p.assume(AlmostSure("bounded", theta))
    claim = AlmostSure("bounded", theta)
    line = line if honest else p.cases(s, line, line)
    return proved(claim, p.end(claim, line), hypotheses=[claim])
