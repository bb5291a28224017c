"""Linearity of E is used for a number and a vector at once."""

from tests.refusals.toy import G, S, Steps, T, proved
from theory.kernel.terms import Integrable, term

REASON = "a number cannot be added to a vector"


def build(honest):
    p = Steps()
    needs = [Integrable(S), Integrable(T if honest else G)]
    line = p.integrable_linear([(term(1), (), p.assume(need)) for need in needs])
    return proved(Integrable(S + T), p.end(Integrable(S + T), line), hypotheses=needs)
