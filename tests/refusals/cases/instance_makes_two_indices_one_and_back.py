"""After i and j became one index, the line is used for two again."""

from tests.refusals.toy import Steps, c, i, j, proved

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    line = p.instance(p.assume(c[i] * c[j] >= 0), {j: i})
    claim = c[i] ** 2 >= 0 if honest else c[i] * c[j] >= 0
    return proved(
        claim, p.end(claim, line), hypotheses=[c[i] * c[j] >= 0] * honest or [c[i] * c[j] >= 0]
    )
