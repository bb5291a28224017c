"""p >= 0 and q >= 0 are taken for p >= 0 and -p >= 0."""

from tests.refusals.toy import Steps, proved, s

REASON = "the two lines are not opposite"


def build(honest):
    p = Steps()
    needs = [s >= 0, -s >= 0 if honest else s - 1 >= 0]
    line = p.both(*map(p.assume, needs))
    return proved(s.eq(0), p.end(s.eq(0), line), hypotheses=needs)
