"""|u|^2 <= 4 is read as |u| <= 4 times |u|."""

from tests.refusals.toy import Steps, proved, u
from theory.notation.language import norm

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    line = p.assume(norm(u) ** 2 <= 4)
    claim = u @ u <= 4 if honest else norm(u) <= 4
    return proved(claim, p.end(claim, line), hypotheses=[norm(u) ** 2 <= 4])
