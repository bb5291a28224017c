"""The correct workers are counted as n-f+1."""

from tests.refusals.toy import Steps, f, i, n, proved
from theory.notation.language import total

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    claim = total(i, 1).eq(n - f + (0 if honest else 1))
    return proved(claim, p.end(claim, p.combine([])))
