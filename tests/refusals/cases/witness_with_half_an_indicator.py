"""An indicator is 1/2."""

from fractions import Fraction

from tests.refusals.toy import i, j, near, refuted, world

REASON = "must be 0 or 1"


def build(honest):
    half = {(("C", 0), ("C", 1)): 1 if honest else Fraction(1, 2)}
    return refuted(near[i, j].eq(0), world(near=[half]))
