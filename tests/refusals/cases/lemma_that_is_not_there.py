"""A lemma is used that the document does not have."""

from tests.refusals.toy import Steps, proved, s

REASON = "has not been proved before"


def build(honest):
    lemma, p = Steps(), Steps()
    lemmas = {"lemma": (s**2 >= 0, lemma.end(s**2 >= 0, lemma.square(s)))}
    line = p.lemma("lemma" if honest else "folklore", {})
    return proved(s**2 >= 0, p.end(s**2 >= 0, line), lemmas=lemmas)
