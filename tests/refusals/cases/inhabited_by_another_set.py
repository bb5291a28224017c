"""There is a correct worker, so there is a Byzantine one."""

from tests.refusals.toy import Steps, f, k, n, proved, s, t, x

REASON = "does not say that"


def build(honest):
    p = Steps()
    known = s + 0 * x[k] <= t
    positive = f > 0 if honest else n - f > 0
    line = p.inhabited(p.assume(known), k, p.assume(positive))
    return proved(s <= t, p.end(s <= t, line), hypotheses=[known, positive])
