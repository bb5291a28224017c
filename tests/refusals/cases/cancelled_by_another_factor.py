"""t s >= 0 is divided by a positive number that is not a factor of it."""

from tests.refusals.toy import Steps, n, proved, s, t

REASON = "not the product of the positive factor"


def build(honest):
    p = Steps()
    positive = p.assume(t > 0 if honest else n > 0)
    line = p.cancel(p.assume(t * s >= 0), positive, s)
    return proved(s >= 0, p.end(s >= 0, line), hypotheses=[t * s >= 0, t > 0, n > 0])
