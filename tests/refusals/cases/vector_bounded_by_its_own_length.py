"""|u|^2 <= b is asked for; what is given is <u, g> <= b."""

from tests.refusals.toy import S, Steps, U, g, proved
from theory.kernel.terms import Integrable

REASON = "does not say that <u, u> is at most"


def build(honest):
    p = Steps()
    other = U if honest else g
    above, bound = p.assume(U @ other <= S), p.assume(Integrable(S))
    line = p.integrable_vector(U, above, bound)
    needs = [U @ other <= S, Integrable(S)]
    return proved(Integrable(U), p.end(Integrable(U), line), hypotheses=needs)
