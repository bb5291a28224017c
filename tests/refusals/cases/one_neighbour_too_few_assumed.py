"""The proof assumes n-f-3 neighbours where the document has n-f-2."""

from tests.refusals.toy import Steps, a, b, f, n, near, proved
from theory.notation.language import total

REASON = "the proof assumes what the document does not"


def build(honest):
    p = Steps()
    known = total(b, near[a, b]).eq(n - f - 2)
    used = known if honest else total(b, near[a, b]).eq(n - f - 3)
    return proved(used, p.end(used, p.assume(used)), hypotheses=[known])
