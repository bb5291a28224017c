"""The constant occurs in a definition that an assumption uses."""

from tests.refusals.toy import A, Steps, doubled, n, proved
from theory.kernel.terms import SomeConstant, term

REASON = "is in a size or a definition"


def build(honest):
    p = Steps()
    name, bound = ("A", n <= 7) if honest else ("B", n <= doubled)
    claim = SomeConstant(name, (), n <= (A if honest else doubled))
    return proved(claim, p.end(claim, p.assume(bound), value=term(7)), hypotheses=[bound])
