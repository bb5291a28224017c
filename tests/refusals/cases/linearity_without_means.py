"""E(S - T) = E S - E T, where S and T may have no mean."""

from tests.refusals.toy import S, Steps, T, proved
from theory.kernel.terms import Expect, Integrable, term

REASON = "a line of kind integrable was expected"


def build(honest):
    p = Steps()
    known = [p.assume(Integrable(z)) for z in (S, T)]
    whole = p.assume(Integrable(S - T))
    parts = known if honest else [p.square(S), known[1]]
    line = p.linear_expectation([(term(1), (), parts[0]), (term(-1), (), parts[1])])
    claim = Expect(S - T).eq(Expect(S) - Expect(T))
    needs = [Integrable(S), Integrable(T), Integrable(S - T)]
    return proved(claim, p.end(claim, line, *known, whole), hypotheses=needs)
