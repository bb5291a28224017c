"""The proof assumes what it is to prove."""

from tests.refusals.toy import Steps, c, i, proved
from theory.notation.language import total

REASON = "the proof assumes what the document does not"


def build(honest):
    p = Steps()
    line = p.total(p.square(c[i]), i) if honest else p.assume(total(i, c[i] * c[i]) >= 0)
    claim = total(i, c[i] * c[i]) >= 0
    return proved(claim, p.end(claim, line))
