"""The sum of two divergent series is called divergent; 1 + (-1) is not."""

from tests.refusals.toy import Steps, proved, step, theta
from theory.kernel.terms import AlmostSure

REASON = "was expected"


def build(honest):
    p = Steps()
    kind = "summable" if honest else "divergent"
    needs = [AlmostSure(kind, theta), AlmostSure(kind, step)]
    claim = AlmostSure(kind, theta + step)
    line = p.added(*map(p.assume, needs))
    return proved(claim, p.end(claim, line), hypotheses=needs)
