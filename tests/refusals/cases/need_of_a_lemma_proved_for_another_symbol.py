"""The premise proves the assumption of the lemma for s, but the lemma is used for t."""

from tests.refusals.toy import Steps, proved, s, t

REASON = "the proof assumes what the document does not"


def build(honest):
    lemma = Steps()
    known = lemma.assume(s >= 0)
    first = (2 * s >= 0, lemma.end(2 * s >= 0, lemma.combine([(2, known)])), s >= 0)
    p = Steps()
    premise = p.square(t if honest else s)
    line = p.lemma("lemma", {"s": t * t})
    line = p.cut(line, t * t >= 0, premise) if honest else line
    claim = 2 * (t * t) >= 0
    return proved(claim, p.end(claim, line), lemmas={"lemma": first})
