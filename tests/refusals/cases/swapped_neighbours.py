"""j is a neighbour of i does not say that i is one of j."""

from tests.refusals.toy import Steps, i, j, near, proved, x

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    line = p.assume((x[i] <= x[j]).when(near[i, j]))
    claim = (x[i] <= x[j]).when(near[i, j] if honest else near[j, i])
    return proved(claim, p.end(claim, line), hypotheses=[(x[i] <= x[j]).when(near[i, j])])
