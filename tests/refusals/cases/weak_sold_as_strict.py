"""s <= t is sold as s < t."""

from tests.refusals.toy import Steps, proved, s, t

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    known = s < t if honest else s <= t
    return proved(s < t, p.end(s < t, p.assume(known)), hypotheses=[known])
