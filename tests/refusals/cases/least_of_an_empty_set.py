"""A least element of a set that may be empty."""

from tests.refusals.toy import Steps, c, f, i, j, n, proved
from theory.kernel.terms import Exists

REASON = "a line of kind > was expected"


def build(honest):
    p = Steps()
    claim = Exists(i, (c[i] <= c[j],), (j,))
    line = p.assume(n - f > 0) if honest else p.total(p.number(1), i)
    return proved(claim, p.end(claim, line), hypotheses=[n - f > 0])
