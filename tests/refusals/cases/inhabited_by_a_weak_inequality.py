"""f >= 0 says nothing about a Byzantine worker."""

from tests.refusals.toy import Steps, f, k, proved, s, t, x

REASON = "a line of kind > was expected"


def build(honest):
    p = Steps()
    known = s + 0 * x[k] <= t
    positive = f > 0 if honest else f >= 0
    line = p.inhabited(p.assume(known), k, p.assume(positive))
    return proved(s <= t, p.end(s <= t, line), hypotheses=[known, positive])
