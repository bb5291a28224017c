"""A lemma was proved under a need of its own, which its user forgets."""

from tests.refusals.toy import Steps, proved, s

REASON = "the proof assumes what the document does not"


def build(honest):
    lemma = Steps()
    known = lemma.assume(s >= 0)
    first = (s >= 0, lemma.end(s >= 0, known), s >= 0)
    p = Steps()
    line = p.combine([(2, p.lemma("lemma", {}))])
    needs = [s >= 0] if honest else []
    return proved(2 * s >= 0, p.end(2 * s >= 0, line), needs=needs, lemmas={"lemma": first})
