"""A step calls `conclude`, which is no rule."""

from tests.refusals.toy import Steps, proved, s

REASON = "not a rule of the kernel"


def build(honest):
    p = Steps()
    line = p.square(s) if honest else p.conclude(s**2 >= 0, [], [])
    return proved(s**2 >= 0, p.end(s**2 >= 0, line))
