"""A constant that may depend on n alone depends on f."""

from tests.refusals.toy import A, Steps, f, proved
from theory.kernel.terms import SomeConstant

REASON = "the constant may depend on"


def build(honest):
    p = Steps()
    claim = SomeConstant("A", ("n", "f") if honest else ("n",), f <= A)
    line = p.weaken(p.combine([]))
    return proved(claim, p.end(claim, line, value=f))
