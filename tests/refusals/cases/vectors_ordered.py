"""An inequality between vectors."""

from tests.refusals.toy import Steps, g, proved
from theory.kernel.terms import Relation

REASON = "they are not ordered"


def build(honest):
    p = Steps()
    claim = Relation(g, "=" if honest else "<=", g)
    return proved(claim, p.end(claim, p.combine([])))
