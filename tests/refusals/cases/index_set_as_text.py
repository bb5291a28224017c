"""An index ranges over "neighbours of i", a set that is only a string."""

from tests.refusals.toy import Steps, proved
from theory.kernel.terms import Index
from theory.notation.language import total

REASON = "has no declared set"


def build(honest):
    p = Steps()
    index = Index("j", "C" if honest else "neighbours of i")
    claim = total(index, 1).eq(total(index, 1))
    return proved(claim, p.end(claim, p.combine([])))
