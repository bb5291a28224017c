"""A symbol with indices is replaced in a lemma."""

from tests.refusals.toy import Steps, proved, s, t

REASON = "is not a plain symbol"


def build(honest):
    first = Steps()
    statement = (s + t).eq(t + s)
    lemma = (statement, first.end(statement, first.combine([])))
    p = Steps()
    line = p.lemma("lemma", {"s" if honest else "c": t})
    return proved((t + t).eq(2 * t), p.end((t + t).eq(2 * t), line), lemmas={"lemma": lemma})
