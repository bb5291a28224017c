"""A lemma is used whose own proof is refused."""

from tests.refusals.toy import Steps, proved, s

REASON = "the lemma lemma is not proved"


def build(honest):
    lemma, p = Steps(), Steps()
    first = lemma.square(s) if honest else lemma.number(1)
    lemmas = {"lemma": (s**2 >= 0, lemma.end(s**2 >= 0, first))}
    line = p.lemma("lemma", {})
    return proved(s**2 >= 0, p.end(s**2 >= 0, line), lemmas=lemmas)
