"""A product that is 0 for another sequence does not make this one end."""

from tests.refusals.toy import A, Steps, proved, step, theta
from theory.kernel.terms import AlmostSure

REASON = "does not say that the product is 0"


def build(honest):
    p = Steps()
    s = 1 - step
    needs = [AlmostSure("vanishes", step), (theta * s).eq(0)]
    vanishing, zero = map(p.assume, needs)
    below = p.weaken(p.combine([]))
    x = theta if honest else theta + A
    line = p.eventually(x, s, vanishing, zero, below)
    claim = AlmostSure("vanishes", x)
    return proved(claim, p.end(claim, line), hypotheses=needs)
