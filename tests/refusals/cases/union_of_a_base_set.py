"""A base set is taken apart into itself."""

from tests.refusals.toy import Steps, a, c, i, proved, x
from theory.kernel.terms import Index

REASON = "already names an element"


def build(honest):
    p = Steps()
    goal, index, sets = (x[a] ** 2, a, ("C", "Y")) if honest else (c[i] ** 2, i, ("C",))
    symbol = x if honest else c
    parts = [p.square(symbol[Index(index.name, part)]) for part in sets]
    line = p.union(goal, index, parts)
    return proved(goal >= 0, p.end(goal >= 0, line))
