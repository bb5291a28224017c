"""The value of the constant is a name for something else."""

from tests.refusals.toy import A, B, Steps, doubled, proved
from theory.kernel.terms import SomeConstant

REASON = "plain arithmetic of parameters"


def build(honest):
    p = Steps()
    claim = SomeConstant("A", ("B",), 2 * B <= A)
    line = p.weaken(p.combine([]))
    return proved(claim, p.end(claim, line, value=2 * B if honest else doubled))
