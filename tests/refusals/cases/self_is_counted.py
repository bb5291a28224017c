"""The sum over all j != i is taken for the sum over all j."""

from tests.refusals.toy import Steps, i, j, proved, x
from theory.notation.language import differ, total

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    line = p.total(p.multiply(p.square(differ(i, j)), p.square(x[j])), j)
    where = differ(i, j) if honest else ()
    claim = total(j, x[j] ** 2, where=where) + 0 * x[i] >= 0
    return proved(claim, p.end(claim, line))
