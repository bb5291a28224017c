"""V without its index."""

from tests.refusals.toy import Steps, V, i, proved
from theory.kernel.terms import Atom

REASON = "takes 1 indices, not 0"


def build(honest):
    p = Steps()
    one = V[i] if honest else Atom("V")
    return proved(one.eq(one), p.end(one.eq(one), p.combine([])))
