"""The claim "there is a constant" is proved for the letter itself."""

from tests.refusals.toy import A, Steps, n, proved
from theory.kernel.terms import SomeConstant

REASON = "no value is given for the constant"


def build(honest):
    p = Steps()
    claim = SomeConstant("A", ("n",), n <= A)
    line = p.weaken(p.combine([])) if honest else p.assume(n <= A)
    needs = [] if honest else [n <= A]
    return proved(claim, p.end(claim, line, value=n if honest else None), hypotheses=needs)
