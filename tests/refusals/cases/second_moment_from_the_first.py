"""G has a mean; that |G|^2 has one does not follow."""

from tests.refusals.toy import G, Steps, proved
from theory.kernel.terms import Integrable
from theory.notation.language import norm

REASON = "the integrable line is about another term"


def build(honest):
    p = Steps()
    known = p.assume(Integrable(G))
    if honest:
        line, claim = p.integrable_norm(G, known), Integrable(norm(G))
    else:
        line, claim = p.integrable_norm(norm(G) * G, known), Integrable(norm(norm(G) * G))
    return proved(claim, p.end(claim, line), hypotheses=[Integrable(G)])
