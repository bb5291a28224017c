"""root(s)^2 = s, where s may be negative."""

from tests.refusals.toy import Steps, proved, s
from theory.notation.language import root

REASON = "a line of kind >= or > was expected"


def build(honest):
    p = Steps()
    known = p.assume(s >= 0) if honest else p.combine([])
    line = p.root_square(known)
    claim = (root(s) ** 2).eq(s)
    return proved(claim, p.end(claim, line, known), hypotheses=[s >= 0])
