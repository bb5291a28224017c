"""0 times a strict inequality would be strict: 0 > 0."""

from tests.refusals.toy import Steps, proved, s

REASON = "an inequality cannot be multiplied by 0"


def build(honest):
    p = Steps()
    line = p.combine([(1 if honest else 0, p.assume(s > 0))])
    claim = (s if honest else 0 * s) > 0
    return proved(claim, p.end(claim, line), hypotheses=[s > 0])
