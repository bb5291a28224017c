"""Multiplied by an indicator a strict inequality is weak."""

from tests.refusals.toy import Steps, i, j, near, proved, s
from theory.kernel.terms import Relation, term

REASON = "a strict relation cannot be proved under a condition"


def build(honest):
    p = Steps()
    positive = p.combine([(1, p.square(s)), (1, p.number(1))])
    line = p.multiply(p.square(near[i, j]), positive)
    claim = Relation(s * s + 1, ">=" if honest else ">", term(0)).when(near[i, j])
    return proved(claim, p.end(claim, line))
