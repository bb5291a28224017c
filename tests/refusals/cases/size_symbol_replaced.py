"""The size of an index set is replaced in a lemma, but not in its sums."""

from tests.refusals.toy import K, Steps, f, i, n, proved
from theory.kernel.terms import term
from theory.notation.language import total

REASON = "is in a size or a definition"


def build(honest):
    first = Steps()
    statement = (total(i, 1) - n + f + K).eq(K)
    lemma = (statement, first.end(statement, first.combine([])))
    p = Steps()
    symbol, value = ("K", term(1)) if honest else ("n", term(5))
    line = p.lemma("lemma", {symbol: value})
    claim = (total(i, 1) - n + f).eq(0) if honest else (total(i, 1) - 5 + f).eq(0)
    return proved(claim, p.end(claim, line), lemmas={"lemma": lemma})
