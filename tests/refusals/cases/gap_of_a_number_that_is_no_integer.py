"""s > 0 gives s >= 1 for integers only."""

from tests.refusals.toy import Steps, n, proved, s

REASON = "need not be an integer"


def build(honest):
    p = Steps()
    number = n if honest else s
    line = p.integer_gap(p.assume(number > 0))
    return proved(number >= 1, p.end(number >= 1, line), hypotheses=[n > 0, s > 0])
