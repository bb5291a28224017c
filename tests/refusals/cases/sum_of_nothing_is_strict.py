"""A sum of positive numbers is positive only if there is one."""

from tests.refusals.toy import Steps, c, i, proved
from theory.kernel.terms import Relation, term
from theory.notation.language import total

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    line = p.total(p.assume(c[i] > 0), i)
    claim = Relation(total(i, c[i]), ">=" if honest else ">", term(0))
    return proved(claim, p.end(claim, line), hypotheses=[c[i] > 0])
