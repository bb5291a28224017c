"""A step uses a line that is derived after it."""

from tests.refusals.toy import Ref, Steps, proved, s

REASON = "does not stand before it"


def build(honest):
    p = Steps()
    first = p.square(s)
    line = p.combine([(1, first if honest else Ref(1))])
    return proved(s**2 >= 0, p.end(s**2 >= 0, line))
