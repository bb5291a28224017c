"""(s + t)^2 is taken for s^2 + t^2."""

from tests.refusals.toy import Steps, proved, s, t

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    claim = ((s + t) ** 2).eq(s**2 + t**2 + (2 * s * t if honest else 0))
    return proved(claim, p.end(claim, p.combine([])))
