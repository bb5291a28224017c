"""0 is offered as a positive number."""

from tests.refusals.toy import Steps, proved
from theory.kernel.terms import term

REASON = "is not positive"


def build(honest):
    p = Steps()
    value = 1 if honest else 0
    return proved(term(value) > 0, p.end(term(value) > 0, p.number(value)))
