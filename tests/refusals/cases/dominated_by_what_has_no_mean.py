"""The bound is a square, which need not be integrable."""

from tests.refusals.toy import S, Steps, T, proved
from theory.kernel.terms import Integrable

REASON = "a line of kind integrable was expected"


def build(honest):
    p = Steps()
    above, below = p.assume(S <= T**2), p.assume(-S <= T**2)
    bound = p.assume(Integrable(T**2)) if honest else p.square(T)
    line = p.integrable_dominated(S, above, below, bound)
    needs = [S <= T**2, -S <= T**2, Integrable(T**2)]
    return proved(Integrable(S), p.end(Integrable(S), line), hypotheses=needs)
