"""S and T have means; that S T has one does not follow."""

from tests.refusals.toy import S, Steps, T, proved
from theory.kernel.terms import Integrable, term

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    known = [p.assume(Integrable(z)) for z in (S, T)]
    line = p.integrable_linear([(term(1), (), one) for one in known])
    claim = Integrable(S + T if honest else S * T)
    return proved(claim, p.end(claim, line), hypotheses=[Integrable(S), Integrable(T)])
