"""0 <= x <= k b with b summable, but k grows with t."""

from tests.refusals.toy import Steps, proved, s, step, theta
from theory.kernel.terms import AlmostSure

REASON = "must be the same at every time"


def build(honest):
    p = Steps()
    factor = s if honest else step
    needs = [theta >= 0, theta <= factor * theta**2, AlmostSure("summable", theta**2)]
    sign, below, sums = map(p.assume, needs)
    line = p.comparison("summable", theta, factor, sums, sign, below)
    claim = AlmostSure("summable", theta)
    return proved(claim, p.end(claim, line), hypotheses=needs)
