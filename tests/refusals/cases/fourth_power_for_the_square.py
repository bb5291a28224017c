"""A bound on fourth powers is used as one on squares."""

from tests.refusals.toy import Steps, proved, s, t

REASON = "not the difference of the squares"


def build(honest):
    p = Steps()
    power = 2 if honest else 4
    squares = p.assume(t**power - s**power >= 0)
    line = p.compare_squares(s, p.assume(t >= 0), squares)
    needs = [t >= 0, t**2 - s**2 >= 0, t**4 - s**4 >= 0]
    return proved(s <= t, p.end(s <= t, line), hypotheses=needs)
