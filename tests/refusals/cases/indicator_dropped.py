"""What holds where i wins is claimed always."""

from tests.refusals.toy import Steps, chosen, i, proved, s, x

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    known = (x[i] <= s).when(chosen.equals(i))
    line = p.assume(known)
    claim = known if honest else x[i] <= s
    return proved(claim, p.end(claim, line), hypotheses=[known])
