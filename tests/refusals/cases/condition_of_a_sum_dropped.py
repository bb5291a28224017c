"""A sum over neighbours becomes a sum over everyone."""

from tests.refusals.toy import Steps, i, j, near, proved, s, x
from theory.notation.language import total

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    known = total(j, x[j], where=near[i, j]) <= s
    claim = known if honest else total(j, x[j]) + 0 * x[i] <= s
    return proved(claim, p.end(claim, p.assume(known)), hypotheses=[known])
