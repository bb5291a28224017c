"""One index that is least for two different numbers need not exist."""

from tests.refusals.toy import Steps, c, f, i, j, n, proved, x
from theory.kernel.terms import Exists

REASON = "follows from finiteness"


def build(honest):
    p = Steps()
    relations = (c[i] <= c[j],) if honest else (c[i] <= c[j], x[i] <= x[j])
    claim = Exists(i, relations, (j,))
    return proved(claim, p.end(claim, p.assume(n - f > 0)), hypotheses=[n - f > 0])
