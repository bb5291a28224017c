"""An assumption about s is cut by a proof of one about t."""

from tests.refusals.toy import Steps, proved, s, t

REASON = "the line does not prove the assumption"


def build(honest):
    p = Steps()
    line = p.combine([(2, p.assume(s * s >= 0))])
    proof = p.square(s if honest else t)
    claim = 2 * (s * s) >= 0
    return proved(claim, p.end(claim, p.cut(line, s * s >= 0, proof)))
