"""A tower of powers, to keep the checker busy for ever."""

from tests.refusals.toy import Steps, proved, s
from theory.kernel.terms import Power

REASON = "too many factors"


def build(honest):
    p = Steps()
    tower = s
    for _ in range(1 if honest else 12):
        tower = Power(tower, 12)
    return proved(tower**2 >= 0, p.end(tower**2 >= 0, p.square(tower)))
