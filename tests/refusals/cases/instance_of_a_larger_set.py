"""What holds for correct workers is used for any worker."""

from tests.refusals.toy import Steps, a, i, j, proved, x

REASON = "need not be an element of"


def build(honest):
    p = Steps()
    line = p.instance(p.assume(x[i] >= 0), {i: j if honest else a})
    claim = x[j] >= 0 if honest else x[a] >= 0
    return proved(claim, p.end(claim, line), hypotheses=[x[i] >= 0])
