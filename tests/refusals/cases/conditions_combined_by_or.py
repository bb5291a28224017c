"""Under I or under J is not under both: two conditional lines do not add up to a free one."""

from tests.refusals.toy import Steps, i, j, near, proved, x

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    one = p.assume((x[i] >= 0).when(near[i, j]))
    two = p.assume((x[i] >= 0).when(1 - near[i, j] if honest else near[j, i]))
    line = p.combine([(1, one), (1, two)])
    needs = [(x[i] >= 0).when(w) for w in (near[i, j], 1 - near[i, j], near[j, i])]
    claim = x[i] + 0 * near[i, j] >= 0
    return proved(claim, p.end(claim, line), hypotheses=needs)
