"""The sentence subtracts a vector from a number."""

from tests.refusals.toy import Steps, g, proved, s

REASON = "ILL-TYPED: a number cannot be added to a vector"


def build(honest):
    p = Steps()
    claim = (s - (s if honest else g)).eq(0)
    return proved(claim, p.end(claim, p.combine([])))
