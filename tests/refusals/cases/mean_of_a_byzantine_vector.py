"""Averaging has no mean when a Byzantine vector has none."""

from tests.refusals.toy import Steps, V, a, i, proved
from theory.kernel.terms import Expect, Integrable, term
from theory.notation.language import total

REASON = "the statement may not denote"


def build(honest):
    p = Steps()
    whole = total(i if honest else a, V[i] if honest else V[a])
    known = p.assume(Integrable(V[i]))
    there = p.integrable_linear([(term(1), (i,), known)])
    claim = Expect(whole).eq(Expect(whole))
    return proved(claim, p.end(claim, p.combine([]), there), hypotheses=[Integrable(V[i])])
