"""A constant of a run may not depend on what changes with t."""

from tests.refusals.toy import A, Steps, n, proved, theta
from theory.kernel.terms import SomeConstant

REASON = "changes with t"


def build(honest):
    p = Steps()
    symbol = n if honest else theta
    claim = SomeConstant("A", (symbol.name,), symbol <= A)
    return proved(claim, p.end(claim, p.weaken(p.combine([])), value=symbol))
