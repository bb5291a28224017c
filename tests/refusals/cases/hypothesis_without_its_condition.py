"""The document says it of neighbours only; the proof assumes it of every pair."""

from tests.refusals.toy import Steps, i, j, near, proved, x

REASON = "the proof assumes what the document does not"


def build(honest):
    p = Steps()
    bound = x[i] <= x[j]
    needed = bound.when(near[i, j]) if honest else bound
    line = p.assume(needed)
    return proved(needed, p.end(needed, line), hypotheses=[bound.when(near[i, j])])
