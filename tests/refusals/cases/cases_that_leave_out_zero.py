"""s > 0 and s < 0 are not all cases."""

from tests.refusals.toy import Steps, proved, s

REASON = "the proof assumes what the document does not"


def build(honest):
    p = Steps()
    other = s <= 0 if honest else s < 0
    sides = [p.multiply(one, one) for one in map(p.assume, (s > 0, other))]
    first = p.weaken(sides[0])
    second = sides[1] if honest else p.weaken(sides[1])
    line = p.cases(s, first, second)
    return proved(s**2 >= 0, p.end(s**2 >= 0, line))
