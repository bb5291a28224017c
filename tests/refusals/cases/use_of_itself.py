"""A claim is its own lemma."""

from tests.refusals.toy import Steps, proved, s

REASON = "circular use"


def build(honest):
    lemma, p = Steps(), Steps()
    lemmas = {"lemma": (s**2 >= 0, lemma.end(s**2 >= 0, lemma.square(s)))}
    line = p.lemma("lemma" if honest else "claim", {})
    return proved(s**2 >= 0, p.end(s**2 >= 0, line), lemmas=lemmas)
