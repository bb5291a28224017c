"""An equation as a factor makes a product of inequalities mean nothing."""

from tests.refusals.toy import Steps, proved, s, t

REASON = "only inequalities are multiplied"


def build(honest):
    p = Steps()
    other = t >= 0 if honest else t.eq(0)
    line = p.multiply(p.assume(s >= 0), p.assume(other))
    return proved(s * t >= 0, p.end(s * t >= 0, line), hypotheses=[s >= 0, other])
