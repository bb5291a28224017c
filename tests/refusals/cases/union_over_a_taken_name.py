"""The index of a part already occurs in the goal, and would be captured."""

from tests.refusals.toy import Steps, a, proved, x
from theory.kernel.terms import Index

REASON = "already names an element"


def build(honest):
    p = Steps()
    other = Index("b" if honest else "a", "C")
    goal = (x[a] - x[other]) ** 2
    parts = [p.square(x[Index("a", part)] - x[other]) for part in ("C", "Y")]
    line = p.union(goal, a, parts)
    return proved(goal >= 0, p.end(goal >= 0, line))
