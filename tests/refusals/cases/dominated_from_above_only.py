"""S <= b with b integrable does not bound -S."""

from tests.refusals.toy import S, Steps, T, proved
from theory.kernel.terms import Integrable

REASON = "do not say that |x| is at most"


def build(honest):
    p = Steps()
    above, below = p.assume(S <= T), p.assume(-S <= T)
    bound = p.assume(Integrable(T))
    line = p.integrable_dominated(S, above, below if honest else above, bound)
    needs = [S <= T, -S <= T, Integrable(T)]
    return proved(Integrable(S), p.end(Integrable(S), line), hypotheses=needs)
