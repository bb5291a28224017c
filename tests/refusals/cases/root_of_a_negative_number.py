"""A literal root of -1 is called 0."""

from tests.refusals.toy import Steps, proved
from theory.notation.language import root

REASON = "the statement may not denote"


def build(honest):
    p = Steps()
    claim = root(4).eq(2) if honest else root(-1).eq(0)
    return proved(claim, p.end(claim, p.combine([])))
