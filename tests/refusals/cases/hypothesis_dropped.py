"""The proof rests on a hypothesis that the document does not have."""

from tests.refusals.toy import Steps, proved, s, t

REASON = "the proof assumes what the document does not"


def build(honest):
    p = Steps()
    line = p.assume(s >= 0)
    return proved(s >= 0, p.end(s >= 0, line), hypotheses=[s >= 0] if honest else [t >= 0])
