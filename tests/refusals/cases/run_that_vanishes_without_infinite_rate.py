"""rate x is summable; without an infinite sum of the rate x need not vanish."""

from tests.refusals.toy import Steps, proved, step, theta
from theory.kernel.terms import AlmostSure

REASON = "was expected"


def build(honest):
    p = Steps()
    needs = [
        AlmostSure("summable", step * theta),
        AlmostSure("divergent" if honest else "summable", step),
        AlmostSure("converges", theta),
        theta >= 0,
        step >= 0,
    ]
    sums, infinite, limit, *signs = map(p.assume, needs)
    line = p.vanishing(theta, step, sums, infinite, limit, signs)
    claim = AlmostSure("vanishes", theta)
    return proved(claim, p.end(claim, line), hypotheses=needs)
