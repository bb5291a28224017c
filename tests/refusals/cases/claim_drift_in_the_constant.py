"""A better constant is printed than the one that was proved."""

from fractions import Fraction

from tests.refusals.toy import Steps, proved, s, t

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    line = p.assume(s <= 2 * t)
    claim = s <= (2 if honest else Fraction(199, 100)) * t
    return proved(claim, p.end(claim, line), hypotheses=[s <= 2 * t])
