"""n >= 0 does not give n >= 1."""

from tests.refusals.toy import Steps, n, proved

REASON = "a line of kind > was expected"


def build(honest):
    p = Steps()
    known = n > 0 if honest else n >= 0
    line = p.integer_gap(p.assume(known))
    return proved(n >= 1, p.end(n >= 1, line), hypotheses=[known])
