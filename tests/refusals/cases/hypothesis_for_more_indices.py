"""The document bounds the correct workers; the proof uses the bound for all workers."""

from tests.refusals.toy import Steps, a, i, proved, x
from theory.notation.language import total

REASON = "the proof assumes what the document does not"


def build(honest):
    p = Steps()
    line = p.assume(x[i] >= 0 if honest else x[a] >= 0)
    sums = p.total(line, i if honest else a)
    claim = total(i, x[i]) >= 0 if honest else total(a, x[a]) >= 0
    return proved(claim, p.end(claim, sums), hypotheses=[x[i] >= 0])
