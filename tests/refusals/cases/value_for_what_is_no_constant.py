"""A plain relation comes with a value, as if a letter of it could be chosen."""

from tests.refusals.toy import A, Steps, proved
from theory.kernel.terms import SomeConstant, term

REASON = "only a statement about a constant takes a value"


def build(honest):
    p = Steps()
    claim = SomeConstant("A", (), A.eq(3)) if honest else A.eq(3)
    return proved(claim, p.end(claim, p.combine([]), value=term(3)))
