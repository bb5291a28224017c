"""An assumption speaks of the constant that is to be found."""

from tests.refusals.toy import A, B, Steps, n, proved
from theory.kernel.terms import SomeConstant, term

REASON = "an assumption speaks of the constant"


def build(honest):
    p = Steps()
    between = B if honest else A
    known = [n <= between, between <= 5]
    line = p.combine([(1, p.assume(one)) for one in known])
    claim = SomeConstant("A", (), n <= A)
    return proved(claim, p.end(claim, line, value=term(5)), hypotheses=known)
