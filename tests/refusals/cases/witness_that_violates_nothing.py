"""On the counterexample the statement is true."""

from tests.refusals.toy import refuted, s, world

REASON = "the counterexample does not violate the statement"


def build(honest):
    return refuted(s <= 1, world(s=2 if honest else 1))
