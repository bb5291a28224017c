"""A power with an exponent that is no small natural number."""

from tests.refusals.toy import Steps, proved, s
from theory.kernel.terms import Power

REASON = "exponents are 0 to 12"


def build(honest):
    p = Steps()
    claim = Power(s, 12 if honest else -1).eq(Power(s, 12 if honest else -1))
    return proved(claim, p.end(claim, p.combine([])))
