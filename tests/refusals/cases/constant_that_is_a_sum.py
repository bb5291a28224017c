"""The value of the constant is a sum, whose size hides f."""

from tests.refusals.toy import A, Steps, f, i, n, proved
from theory.kernel.terms import SomeConstant
from theory.notation.language import total

REASON = "plain arithmetic of parameters"


def build(honest):
    p = Steps()
    claim = SomeConstant("A", ("n", "f"), n - f <= A)
    line = p.weaken(p.combine([]))
    return proved(claim, p.end(claim, line, value=n - f if honest else total(i, 1)))
