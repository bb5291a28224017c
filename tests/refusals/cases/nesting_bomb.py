"""A term nested deeper than any formula."""

from tests.refusals.toy import Steps, proved, s
from theory.kernel.terms import Root

REASON = "nested too deeply"


def build(honest):
    p = Steps()
    tower = s
    for _ in range(5 if honest else 80):
        tower = Root(tower)
    line = p.root_nonnegative(tower)
    needed = [p.root_nonnegative(s)]
    inside = s
    for _ in range(5 if honest else 80):
        needed.append(p.root_nonnegative(inside))
        inside = Root(inside)
    needed.append(p.assume(s >= 0))
    return proved(Root(tower) >= 0, p.end(Root(tower) >= 0, line, *needed), hypotheses=[s >= 0])
