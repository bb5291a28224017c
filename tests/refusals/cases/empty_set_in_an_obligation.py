"""A denominator is not 0 if there is a Byzantine worker, and there may be none."""

from tests.refusals.toy import Steps, f, k, proved, s, x

REASON = "the statement may not denote"


def build(honest):
    p = Steps()
    need = s * s + 0 * x[k] > 0
    known = p.assume(need)
    known = p.inhabited(known, k, p.assume(f > 0)) if honest else known
    claim = (1 / s).eq(1 / s)
    return proved(claim, p.end(claim, p.combine([]), known), hypotheses=[need, f > 0])
