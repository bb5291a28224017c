"""An index leaves the context while the line still speaks of it."""

from tests.refusals.toy import Steps, f, k, proved, s, t, x

REASON = "still speaks of"


def build(honest):
    p = Steps()
    known = (0 if honest else 1) * x[k] + s <= t
    line = p.inhabited(p.assume(known), k, p.assume(f > 0))
    claim = s <= t
    return proved(claim, p.end(claim, line), hypotheses=[known, f > 0])
