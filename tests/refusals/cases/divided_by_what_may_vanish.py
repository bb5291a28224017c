"""A statement divides by s, and nothing says that s is not 0."""

from tests.refusals.toy import Steps, proved, s

REASON = "the statement may not denote"


def build(honest):
    p = Steps()
    claim = (1 / s).eq(1 / s)
    needed = [p.assume(s * s > 0)] if honest else []
    return proved(claim, p.end(claim, p.combine([]), *needed), hypotheses=[s * s > 0])
