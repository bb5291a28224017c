"""The counterexample does not satisfy a hypothesis."""

from tests.refusals.toy import refuted, s, world

REASON = "the counterexample does not satisfy the hypothesis"


def build(honest):
    return refuted(s <= 0, world(s=1), hypotheses=[s >= 1 if honest else s >= 2])
