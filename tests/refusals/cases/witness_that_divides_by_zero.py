"""s/s = 1 wherever it denotes; at s = 0 the quotient means 0, and refutes nothing."""

from tests.refusals.toy import refuted, s, t, world

REASON = "the statement does not denote on the counterexample: a denominator may be 0"


def build(honest):
    return refuted((s / s).eq(t), world(s=1 if honest else 0, t=2 if honest else 1))
