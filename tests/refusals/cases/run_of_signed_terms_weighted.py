"""A summable sequence with signs, times a bounded one, need not be summable."""

from tests.refusals.toy import Steps, proved, step, theta
from theory.kernel.terms import AlmostSure

REASON = "not shown to be not negative"


def build(honest):
    p = Steps()
    needs = [AlmostSure("summable", theta), AlmostSure("bounded", step), theta >= 0, step >= 0]
    sums, limit, sign, other = map(p.assume, needs)
    line = p.weighted(sums, limit, sign if honest else other)
    claim = AlmostSure("summable", theta * step)
    return proved(claim, p.end(claim, line), hypotheses=needs)
