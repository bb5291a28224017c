"""A multiplier is the float 0.5, which only looks exact."""

from fractions import Fraction

from tests.refusals.toy import Steps, proved, s

REASON = "is not part of a certificate"


def build(honest):
    p = Steps()
    line = p.combine([(Fraction(1, 2), p.square(s))])
    certificate = p.end(s**2 / 2 >= 0, line)
    if not honest:
        certificate["steps"][1][1][1][1] = 0.5
    return proved(s**2 / 2 >= 0, certificate)
