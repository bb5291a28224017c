"""n-f-2 neighbours are counted as n-f-1."""

from tests.refusals.toy import Steps, a, b, f, n, near, proved
from theory.notation.language import total

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    known = total(b, near[a, b]).eq(n - f - 2)
    claim = total(b, near[a, b]).eq(n - f - (2 if honest else 1))
    return proved(claim, p.end(claim, p.assume(known)), hypotheses=[known])
