"""A number is added to a vector."""

from tests.refusals.toy import Steps, g, proved, s, t, u

REASON = "a number cannot be added to a vector"


def build(honest):
    p = Steps()
    parts = [p.assume(s.eq(0)), p.assume(t.eq(0) if honest else g.eq(u))]
    line = p.combine([(1, part) for part in parts])
    return proved((s + t).eq(0), p.end((s + t).eq(0), line), hypotheses=[s.eq(0), t.eq(0), g.eq(u)])
