"""A literal 1/0 is called 0."""

from tests.refusals.toy import Steps, proved, s
from theory.kernel.terms import Quotient, term

REASON = "the statement may not denote"


def build(honest):
    p = Steps()
    claim = Quotient(s, term(1)).eq(s) if honest else Quotient(s, term(0)).eq(0)
    return proved(claim, p.end(claim, p.combine([])))
