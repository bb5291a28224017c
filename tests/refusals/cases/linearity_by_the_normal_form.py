"""E(S + T) = E S + E T is no identity: it needs both means."""

from tests.refusals.toy import S, Steps, T, proved
from theory.kernel.terms import Expect, Integrable, term

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    needs = [Integrable(S), Integrable(T), Integrable(S + T)]
    known = [p.assume(need) for need in needs]
    line = p.combine([])
    if honest:
        line = p.linear_expectation([(term(1), (), known[0]), (term(1), (), known[1])])
    claim = Expect(S + T).eq(Expect(S) + Expect(T))
    return proved(claim, p.end(claim, line, *known), hypotheses=needs)
