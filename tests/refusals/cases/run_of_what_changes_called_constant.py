"""A quantity that is known at t, but changes with t, is called a constant."""

from tests.refusals.toy import Steps, proved, s, step
from theory.kernel.terms import AlmostSure

REASON = "the number changes with t"


def build(honest):
    p = Steps()
    what = s if honest else step
    claim = AlmostSure("bounded", what)
    return proved(claim, p.end(claim, p.constant(what)))
