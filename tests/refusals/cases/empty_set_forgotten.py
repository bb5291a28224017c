"""For every Byzantine k: s <= t. Without any k this says nothing, so s <= t does not follow."""

from tests.refusals.toy import Steps, f, k, proved, s, t, x

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    claim = s + 0 * x[k] <= t
    line = p.assume(claim)
    line = p.inhabited(line, k, p.assume(f > 0)) if honest else line
    return proved(s <= t, p.end(s <= t, line), hypotheses=[claim, f > 0])
