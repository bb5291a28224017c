"""Some index has a property, where the weights may all be 0."""

from tests.refusals.toy import Steps, i, j, near, proved, x
from theory.kernel.terms import Exists
from theory.notation.language import total

REASON = "finite choice needs w >= 0 and Sum w > 0"


def build(honest):
    p = Steps()
    weight = p.square(near[i, j])
    known = [p.assume((x[j] >= 0).when(near[i, j]))]
    total_weight = total(j, near[i, j])
    sums = p.assume(total_weight > 0 if honest else total_weight >= 0)
    claim = Exists(j, (x[j] >= 0 * x[i],))
    needs = [(x[j] >= 0).when(near[i, j]), total_weight > 0, total_weight >= 0]
    return proved(claim, p.end(claim, [weight, sums, *known]), hypotheses=needs)
