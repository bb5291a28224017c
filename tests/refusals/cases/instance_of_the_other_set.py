"""What holds for correct workers is used for a Byzantine one."""

from tests.refusals.toy import Steps, i, j, k, proved, x

REASON = "need not be an element of"


def build(honest):
    p = Steps()
    who = j if honest else k
    line = p.instance(p.assume(x[i] >= 0), {i: who})
    return proved(x[who] >= 0, p.end(x[who] >= 0, line), hypotheses=[x[i] >= 0])
