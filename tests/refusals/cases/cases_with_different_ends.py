"""The two cases end in different lines."""

from tests.refusals.toy import Steps, proved, s

REASON = "the two cases prove different lines"


def build(honest):
    p = Steps()
    sides = [p.multiply(one, one) for one in map(p.assume, (s > 0, s <= 0))]
    line = p.cases(s, p.weaken(sides[0]) if honest else sides[0], sides[1])
    return proved(s**2 >= 0, p.end(s**2 >= 0, line))
