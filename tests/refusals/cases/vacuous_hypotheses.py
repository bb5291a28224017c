"""Hypotheses that contradict each other prove anything; no witness satisfies them."""

from tests.refusals.toy import Steps, exhibited, s, world
from theory.kernel.terms import term

REASON = "cannot hold together"


def build(honest):
    p = Steps()
    above, below = p.assume(s >= 1), p.assume(s <= 0)
    line = p.combine([(1, above), (1, below)])
    claim = term(0) >= 1
    if honest:
        line, claim = above, s >= 1
    certificate = p.end(claim, line)
    return exhibited(claim, certificate, world(s=1), hypotheses=[s >= 1, s <= (2 if honest else 0)])
