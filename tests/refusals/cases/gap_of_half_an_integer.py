"""n/2 > 0 does not give n/2 >= 1."""

from tests.refusals.toy import Steps, n, proved

REASON = "need not be an integer"


def build(honest):
    p = Steps()
    number = n if honest else n / 2
    line = p.integer_gap(p.assume(number > 0))
    return proved(number >= 1, p.end(number >= 1, line), hypotheses=[n > 0, n / 2 > 0])
