"""V_i - V_j is not V_j - V_i, though their lengths agree."""

from tests.refusals.toy import Steps, V, g, i, j, proved

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    line = p.assume((V[i] - V[j]).eq(g))
    back = (V[j] - V[i]).eq(-g)
    claim = back if honest else (V[j] - V[i]).eq(g)
    return proved(claim, p.end(claim, line), hypotheses=[(V[i] - V[j]).eq(g)])
