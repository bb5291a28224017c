"""A cited theorem is assumed, as if it were a relation."""

from tests.refusals.toy import Steps, proved, s
from theory.kernel.terms import Cited

REASON = "is used through the rules that name it"


def build(honest):
    p = Steps()
    line = p.square(s) if honest else p.assume(Cited("robbins_siegmund"))
    return proved(s**2 >= 0, p.end(s**2 >= 0, line), hypotheses=[Cited("robbins_siegmund")])
