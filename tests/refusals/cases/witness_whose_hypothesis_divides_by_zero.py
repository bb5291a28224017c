"""1/s >= 0 holds of s = 0 by the convention for 1/0 alone, and s > 0 is false there."""

from tests.refusals.toy import refuted, s, t, world

REASON = "does not denote on the counterexample"


def build(honest):
    needs = [1 / t >= 0] if honest else [1 / s >= 0]
    return refuted(s > 0, world(s=0, t=1), needs=needs)
