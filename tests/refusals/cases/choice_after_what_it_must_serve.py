"""For every k some j, is read as one j for every k."""

from tests.refusals.toy import Steps, j, k, near, proved, x
from theory.kernel.terms import Exists
from theory.notation.language import total

REASON = "depends on an index that is chosen later"


def build(honest):
    p = Steps()
    weight = p.square(near[k, j])
    sums = p.assume(total(j, near[k, j]) > 0)
    known = p.assume((x[j] >= x[k]).when(near[k, j]))
    claim = Exists(j, (x[j] >= x[k],), () if honest else (k,))
    needs = [(x[j] >= x[k]).when(near[k, j]), total(j, near[k, j]) > 0]
    return proved(claim, p.end(claim, [weight, sums, known]), hypotheses=needs)
