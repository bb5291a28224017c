"""The certificate names the printed statement, and derives a weaker one."""

from tests.refusals.toy import Steps, proved, s

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    line = p.combine([(1, p.square(s)), (1, p.number(1))])
    claim = s**2 + (1 if honest else 0) > 0
    return proved(claim, p.end(claim, line))
