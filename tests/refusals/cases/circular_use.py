"""A claim is proved by a lemma that is proved by the claim."""

from tests.refusals.toy import Steps, proved, s

REASON = "circular use"


def build(honest):
    lemma, p = Steps(), Steps()
    first = lemma.square(s) if honest else lemma.lemma("claim", {})
    line = p.lemma("lemma", {})
    lemmas = {"lemma": (s**2 >= 0, lemma.end(s**2 >= 0, first))}
    return proved(s**2 >= 0, p.end(s**2 >= 0, line), lemmas=lemmas)
