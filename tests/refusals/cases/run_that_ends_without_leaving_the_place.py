"""x s = 0 says that x ends only where s ends up positive; s >= 0 alone does not say so."""

from tests.refusals.toy import Steps, proved, step, theta
from theory.kernel.terms import AlmostSure

REASON = "the factor is at least 1 less the other"


def build(honest):
    p = Steps()
    q = step
    s = 1 - q
    needs = [AlmostSure("vanishes", q), (theta * s).eq(0)]
    vanishing, zero = map(p.assume, needs)
    below = p.weaken(p.combine([])) if honest else p.square(s)
    line = p.eventually(theta, s, vanishing, zero, below)
    claim = AlmostSure("vanishes", theta)
    return proved(claim, p.end(claim, line), hypotheses=needs)
