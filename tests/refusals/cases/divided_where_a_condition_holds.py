"""The denominator is positive where i wins, but the term stands there for every i."""

from tests.refusals.toy import Steps, chosen, count, i, proved

REASON = "the statement may not denote"


def build(honest):
    p = Steps()
    claim = (1 / count[i]).eq(1 / count[i]).when(chosen.equals(i))
    square = count[i] * count[i] > 0
    needs = [square if honest else (count[i] >= 1).when(chosen.equals(i))]
    return proved(claim, p.end(claim, p.combine([]), *map(p.assume, needs)), hypotheses=needs)
