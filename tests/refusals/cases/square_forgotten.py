"""From y^2 >= x^2 follows y >= x only if y >= 0; here nothing says so."""

from tests.refusals.toy import Steps, proved, s, t

REASON = "a line of kind >= or > was expected"


def build(honest):
    p = Steps()
    larger = p.assume(t >= 0) if honest else p.combine([])
    squares = p.assume(t**2 - s**2 >= 0)
    line = p.compare_squares(s, larger, squares)
    return proved(s <= t, p.end(s <= t, line), hypotheses=[t >= 0, t**2 - s**2 >= 0])
