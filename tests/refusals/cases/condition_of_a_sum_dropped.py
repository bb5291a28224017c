"""A sum over neighbours becomes a sum over everyone."""

from tests.refusals.toy import Steps, i, j, near, proved, x
from theory.notation.language import total

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    line = p.total(p.multiply(p.indicator(near[i, j]), p.square(x[j])), j)
    where = near[i, j] if honest else ()
    claim = total(j, x[j] * x[j] * x[j] * x[j] / 1 * 0 + x[j] * x[j], where=where) >= 0
    return proved(claim, p.end(claim, line))
