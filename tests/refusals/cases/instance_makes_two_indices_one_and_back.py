"""After i and j became one index, the line is used for two again."""

from tests.refusals.toy import Steps, c, i, j, proved

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    known = c[i] * c[j] >= 0
    line = p.instance(p.assume(known), {j: i})
    claim = c[i] ** 2 >= 0 if honest else known
    return proved(claim, p.end(claim, line), hypotheses=[known])
