"""An assumption speaks of the constant that is to be found."""

from tests.refusals.toy import A, Steps, n, proved
from theory.kernel.terms import SomeConstant, term

REASON = "an assumption speaks of the constant"


def build(honest):
    p = Steps()
    bound = n <= 5 if honest else n <= A
    line = p.assume(bound)
    claim = SomeConstant("A", (), n <= A) if honest else SomeConstant("A", (), (A - A + n <= A))
    if not honest:
        line = p.combine([(1, line), (1, p.assume(A <= 5))])
        claim = SomeConstant("A", (), n <= A)
    return proved(claim, p.end(claim, line, value=term(5)), hypotheses=[bound, A <= 5])
