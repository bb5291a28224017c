"""The document says s >= 0; the proof uses s > 0."""

from tests.refusals.toy import Steps, proved, s

REASON = "the proof assumes what the document does not"


def build(honest):
    p = Steps()
    positive = p.assume(s > 0)
    line = p.inverse(s, positive)
    claim = (s * (1 / s)).eq(1)
    need = s > 0 if honest else s >= 0
    return proved(claim, p.end(claim, line, p.multiply(positive, positive)), hypotheses=[need])
