"""A claim "there is a constant" with a random number for it."""

from tests.refusals.toy import A, S, Steps, n, proved
from theory.kernel.terms import SomeConstant

REASON = "the constant may depend on"


def build(honest):
    p = Steps()
    value = n + 1 if honest else S
    line = p.assume(n + 1 >= S) if honest else p.weaken(p.combine([]))
    claim = SomeConstant("A", ("n",), S <= A)
    return proved(claim, p.end(claim, line, value=value), hypotheses=[n + 1 >= S])
