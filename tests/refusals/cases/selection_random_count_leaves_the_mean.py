"""1/count(i) is random, yet it is taken out of E as if it were 1/n."""

from tests.refusals.toy import Steps, count, i, j, proved, x
from theory.kernel.terms import Expect, Integrable, term
from theory.notation.language import total

REASON = "a coefficient that depends on the outcome may not leave E"


def build(honest):
    p = Steps()
    weight = 1 / term(3) if honest else 1 / count[i]
    known = p.assume(Integrable(x[j]))
    line = p.linear_expectation([(weight, (j,), known)])
    claim = Expect(weight * total(j, x[j])).eq(weight * total(j, Expect(x[j])))
    more = [p.assume(Integrable(weight * total(j, x[j])))]
    if not honest:
        more.append(p.assume(count[i] * count[i] > 0))
    needs = [Integrable(x[j]), Integrable(weight * total(j, x[j])), count[i] * count[i] > 0]
    return proved(claim, p.end(claim, line, known, *more), hypotheses=needs)
