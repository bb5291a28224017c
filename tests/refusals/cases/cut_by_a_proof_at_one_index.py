"""c_i >= 0 is assumed for every i, and proved for one that is near another."""

from tests.refusals.toy import Steps, c, i, j, near, proved
from theory.notation.language import total

REASON = "the line does not prove the assumption"


def build(honest):
    p = Steps()
    sums = p.total(p.assume(c[i] >= 0), i)
    wider = c[i] + (near[i, j] - near[i, j]) >= 0
    proof = p.weaken(p.assume(c[i] > 0)) if honest else p.assume(wider)
    claim = total(i, c[i]) >= 0
    needs = [c[i] > 0 if honest else wider]
    return proved(claim, p.end(claim, p.cut(sums, c[i] >= 0, proof)), hypotheses=needs)
