"""E of a sum over the random neighbours is not the sum of the means over them."""

from tests.refusals.toy import Steps, V, i, j, near, proved
from theory.kernel.terms import Expect, Integrable, term
from theory.notation.language import total

REASON = "a coefficient that depends on the outcome may not leave E"


def build(honest):
    p = Steps()
    which = 1 if honest else near[i, j]
    known = p.assume(Integrable(V[j]))
    line = p.linear_expectation([(term(which), (j,), known)])
    whole = total(j, which * V[j])
    claim = Expect(whole).eq(total(j, which * Expect(V[j])))
    exists = p.assume(Integrable(whole))
    needs = [Integrable(V[j]), Integrable(whole)]
    return proved(claim, p.end(claim, line, known, exists), hypotheses=needs)
