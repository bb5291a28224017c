"""Cases S > 0 and S <= 0 may depend on the outcome, so E does not split."""

from tests.refusals.toy import S, Steps, proved, s

REASON = "cases are made on a deterministic number"


def build(honest):
    p = Steps()
    which = s if honest else S
    sides = [p.multiply(one, one) for one in map(p.assume, (which > 0, which <= 0))]
    line = p.cases(which, p.weaken(sides[0]), sides[1])
    return proved(which**2 >= 0, p.end(which**2 >= 0, line))
