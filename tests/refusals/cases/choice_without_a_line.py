"""That there is an index is concluded from no line at all."""

from tests.refusals.toy import Steps, c, f, i, j, n, proved
from theory.kernel.terms import Exists

REASON = "finite choice needs its weight"


def build(honest):
    p = Steps()
    claim = Exists(i, (c[i] <= c[j],), (j,))
    lines = [p.assume(n - f > 0)] if honest else []
    return proved(claim, p.end(claim, lines), hypotheses=[n - f > 0])
