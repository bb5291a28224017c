"""A symbol is replaced in a lemma, but not inside a definition that uses it."""

from tests.refusals.toy import B, Steps, doubled, proved, s, t

REASON = "is in a size or a definition"


def build(honest):
    first = Steps()
    statement = (doubled - 2 * B + 0 * t).eq(0)
    lemma = (statement, first.end(statement, first.combine([])))
    p = Steps()
    line = p.lemma("lemma", {"t" if honest else "B": s})
    claim = (doubled - 2 * (B if honest else s) + 0 * s).eq(0)
    return proved(claim, p.end(claim, line), lemmas={"lemma": lemma})
