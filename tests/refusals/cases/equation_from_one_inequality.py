"""s <= t is sold as s = t."""

from tests.refusals.toy import Steps, proved, s, t

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    known = s.eq(t) if honest else s <= t
    return proved(s.eq(t), p.end(s.eq(t), p.assume(known)), hypotheses=[known])
