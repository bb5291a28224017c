"""root(2)^2 = 2 is true, and an enclosure must not call it false."""

from tests.refusals.toy import refuted, s, world
from theory.notation.language import root

REASON = "the counterexample does not violate the statement"


def build(honest):
    return refuted((root(s) ** 2).eq(2), world(s=3 if honest else 2))
