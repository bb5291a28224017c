"""The parameter n is 5/2."""

from fractions import Fraction

from tests.refusals.toy import K, refuted, world

REASON = "must be an integer"


def build(honest):
    return refuted(K <= 2, world(K=3 if honest else Fraction(5, 2)))
