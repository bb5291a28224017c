"""Twice an indicator is no indicator."""

from tests.refusals.toy import Steps, i, j, near, proved, s

REASON = "a condition must be a 0/1 variable"


def build(honest):
    p = Steps()
    claim = s.eq(s).when(near[i, j] if honest else 2 * near[i, j])
    return proved(claim, p.end(claim, p.combine([])))
