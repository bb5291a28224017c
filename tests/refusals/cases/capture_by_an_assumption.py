"""From {c_i <= s for all i} to {c_j <= s}; with c_i for s the assumption says c_i <= c_i."""

from tests.refusals.toy import Steps, c, f, i, j, n, proved, s, t
from theory.notation.language import total

REASON = "would capture a free index"


def build(honest):
    first = Steps()
    known = first.assume(c[i] <= s)
    sums = first.total(known, i)
    claim = total(i, c[i]) <= (n - f) * s
    lemma = (claim, first.end(claim, sums), c[i] <= s)
    p = Steps()
    value = t if honest else c[i]
    premise = p.assume(c[i] <= t) if honest else p.weaken(p.combine([]))
    line = p.cut(p.lemma("lemma", {"s": value}), c[i] <= value, premise)
    claim = total(j, c[j]) <= (n - f) * value
    needs = [c[i] <= t] if honest else []
    return proved(claim, p.end(claim, line), hypotheses=needs, lemmas={"lemma": lemma})
